// Numeric and generic for.
//
// Numeric: R[a] is the index, R[a+1] (integers) the rounds left or (floats) the
// limit, R[a+2] the step, R[a+3] the variable.
// Generic: R[a] iterator, R[a+1] state, R[a+2] control, R[a+3] closing value,
// R[a+4] ... the variables.  `next` over a table and the iterator of ipairs
// run without a call; for `next` the spare word of the control register
// remembers how many nodes have been visited, checked against the control
// value.
//
// Guarded by tests/conformance/loops.lua.
#ifndef M3STYLE_OPS_LOOP_H_
#define M3STYLE_OPS_LOOP_H_

#include "lua/runtime/arithmetic.h"
#include "lua/runtime/intrinsics.h"
#include "lua/runtime/table.h"
#include "m3style/ops/branch.h"

namespace m3lua::m3 {

// ForPrep a, imm: no round: goto behind the loop.
M3_HOT const Cell* ForPrep(const Cell* pc, Registers& r) {
  Value* a = &RA(pc, r);
  if (M3_LIKELY(a[0].is_integer() && a[1].is_integer() && a[2].is_integer() &&
                a[2].integer() == 1)) {
    int64_t first = a[0].integer();
    int64_t last = a[1].integer();
    if (first > last) return JumpTarget(pc);
    a[1].payload.integer = static_cast<int64_t>(static_cast<uint64_t>(last) -
                                                static_cast<uint64_t>(first));
    a[3].SetInteger(first);
    return pc + 1;
  }
  return Slow(pc, r, StaticId::kForPrepSlow);
}

// ForLoop a, imm: another round: goto.
M3_HOT const Cell* ForLoop(const Cell* pc, Registers& r) {
  Value* a = &RA(pc, r);
  if (M3_LIKELY(a[0].is_integer())) {
    if (!TakeOne(a[1].payload.bits)) return pc + 1;
    int64_t index = WrapAdd(a[0].integer(), a[2].payload.integer);
    a[0].payload.integer = index;
    a[3].SetInteger(index);
    if (BudgetLeft(r)) return JumpTarget(pc);
    return Slow(pc, r, StaticId::kBackEdgeSlow);
  }
  return Slow(pc, r, StaticId::kForLoopFloat);
}

// The same where nobody writes to the variable, which then is the index.
M3_HOT const Cell* ForLoopKept(const Cell* pc, Registers& r) {
  Value* a = &RA(pc, r);
  if (M3_LIKELY(a[3].is_integer())) {
    if (!TakeOne(a[1].payload.bits)) return pc + 1;
    a[3].payload.integer = WrapAdd(a[3].payload.integer, a[2].payload.integer);
    if (BudgetLeft(r)) return JumpTarget(pc);
    return Slow(pc, r, StaticId::kBackEdgeSlow);
  }
  return Slow(pc, r, StaticId::kForLoopFloat);
}

// TForPrep a, imm: R[a+3] is to be closed; goto.
M3_HOT const Cell* TForPrep(const Cell* pc, Registers& r) {
  if (M3_LIKELY((&RA(pc, r))[3].is_nil())) return JumpTarget(pc);
  return Slow(pc, r, StaticId::kTForPrepSlow);
}

// The round of a TForCall that has put the variables in place, the first one
// into R[a+2] too: what its TForLoop would do.
M3_HOT const Cell* NextRound(const Cell* pc, Registers& r) {
  if (BudgetLeft(r)) return JumpTarget(pc + 2);
  return Slow(pc + 2, r, StaticId::kBackEdgeSlow);
}

// TForCall a, d = variables + 1 [-]; TForLoop follows.
M3_HOT const Cell* TForCall(const Cell* pc, Registers& r) {
  Value* a = &RA(pc, r);
  if (M3_UNLIKELY(!a[0].is_function())) {
    return Slow(pc, r, StaticId::kTForCallSlow);
  }
  const Function* f = a[0].function();
  Value& control = a[2];
  // (Of Lua functions aux32 is 0.)
  if (f->aux32 == static_cast<uint32_t>(Intrinsic::kNext) && a[1].is_table()) {
    const Table* t = a[1].table();
    const uint32_t size = t->array_size();
    uint64_t at = 0;
    uint32_t i = 0;
    const Node* node;
    if (control.is_integer() && control.payload.bits - 1 < size) {
      at = control.payload.bits;
    } else if (!control.is_nil()) {
      i = control.spare32() - 1;
      node = t->nodes + i;
      if (M3_UNLIKELY(i > t->node_mask ||
                      node->key.bits != control.payload.bits ||
                      node->key_tag != control.tag)) {
        return Slow(pc, r, StaticId::kTForCallSlow);
      }
      ++node;
      ++i;
      goto nodes;
    }
    if (at < size) {
      if (M3_UNLIKELY(t->ArrayTag(static_cast<uint32_t>(at)) == Tag::kNil)) {
        // Holes are paid for (runtime/limits.h).
        uint64_t start = at;
        asm("" : "+r"(start));  // (or their number is computed above)
        M3_KEEP_LOOP
        do {
          ++at;
        } while (at < size &&
                 t->ArrayTag(static_cast<uint32_t>(at)) == Tag::kNil);
        r.co->budget -= static_cast<int64_t>((at - start) >> 5);
        if (at >= size) goto first_node;
      }
      uint32_t slot = static_cast<uint32_t>(at);
      int64_t key = static_cast<int64_t>(at) + 1;
      control.SetInteger(key);
      a[4].SetInteger(key);
      a[5].Set(t->ArrayGet(slot));
      goto found;
    }
  first_node:
    node = t->nodes;
  nodes:
    if (i <= t->node_mask) {
      if (M3_UNLIKELY(node->value_tag == Tag::kNil)) {
        uint32_t start = i;
        asm("" : "+r"(start));
        M3_KEEP_LOOP
        do {
          ++i;
          ++node;
        } while (i <= t->node_mask && node->value_tag == Tag::kNil);
        r.co->budget -= (i - start) >> 5;
        if (i > t->node_mask) goto done;
      }
      const Value key = node->GetKey();
      control.Set(key);
      control.set_spare32(i + 1);
      a[4].Set(key);
      a[5].Set(node->GetValue());
      goto found;
    }
  done:
    a[4].SetNil();
    return pc + 3;
  found:
    if (M3_UNLIKELY(pc->d > 3)) {
      M3_KEEP_LOOP
      for (int v = 2; v < pc->d - 1; ++v) a[4 + v].SetNil();
    }
    return NextRound(pc, r);
  }
  if (f->aux32 == static_cast<uint32_t>(Intrinsic::kIpairsStep) &&
      a[1].is_table() && control.is_integer() && pc->d <= 3) {
    const Table* t = a[1].table();
    uint64_t i = control.payload.bits;
    uint32_t slot = static_cast<uint32_t>(i);
    if (i < t->array_size() && t->ArrayTag(slot) != Tag::kNil) {
      int64_t index = static_cast<int64_t>(i) + 1;
      control.SetInteger(index);
      a[4].SetInteger(index);
      a[5].Set(t->ArrayGet(slot));
      return NextRound(pc, r);
    }
    // Nothing there, and nowhere else to look.
    if (t->metatable == nullptr &&
        (i < t->array_size() || t->nodes == &kEmptyNode)) {
      a[4].SetNil();
      return pc + 3;
    }
  }
  a[4].Set(a[0]);
  a[6].Set(a[1]);
  a[7].Set(control);
  HeaderOf(a + 6) = {pc + 2, r.base};
  r.base = a + 6;
  r.n = 2;
  return f->entry;
}

// TForLoop a, imm.
M3_HOT const Cell* TForLoop(const Cell* pc, Registers& r) {
  Value* a = &RA(pc, r);
  if (a[4].is_nil()) return pc + 1;
  a[2].Set(a[4]);
  if (BudgetLeft(r)) return JumpTarget(pc);
  return Slow(pc, r, StaticId::kBackEdgeSlow);
}

const Cell* ForPrepSlow(const Cell* pc, Registers& r);
const Cell* ForLoopFloat(const Cell* pc, Registers& r);
const Cell* TForPrepSlow(const Cell* pc, Registers& r);
// The general call of an iterator.
const Cell* TForCallSlow(const Cell* pc, Registers& r);

}  // namespace m3lua::m3

#endif  // M3STYLE_OPS_LOOP_H_
