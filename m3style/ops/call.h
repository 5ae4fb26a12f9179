// Calls, entries and returns.
//
// A call notes where to go on in the callee's header and goes to the entry cell
// of the function.  Calls of Lua functions are cached: the data cell holds the
// function that was called last and the cell where it starts - behind the
// entry cell, when the number of arguments needs no adjustment - and the
// operand c the size of its frame.
//
// Guarded by tests/unit/engine/call_test.cc.
#ifndef M3STYLE_OPS_CALL_H_
#define M3STYLE_OPS_CALL_H_

#include "lua/runtime/native.h"
#include "m3style/code/operands.h"
#include "m3style/ops/branch.h"
#include "m3style/ops/metamethod.h"

namespace m3lua::m3 {

// Call a, b = arguments (not scaled), c = cached frame size in bytes,
// d = results + 1 [cache].
M3_HOT const Cell* Call(const Cell* pc, Registers& r) {
  Value* f = &RA(pc, r);
  Value* base = f + 2;
  if (M3_LIKELY(f->payload.pointer == pc[1].call.callee &&
                f->tag == Tag::kFunction &&
                reinterpret_cast<char*>(base) + pc->c <=
                    reinterpret_cast<char*>(r.co->limit))) {
    if (M3_UNLIKELY(!BudgetLeft(r))) {
      return Slow(pc, r, StaticId::kCallBudget);
    }
    HeaderOf(base) = {pc + 2, r.base};
    r.base = base;
    r.n = pc->b;
    return pc[1].call.entry;
  }
  // Another function than the cache has (until a collection clears it): by
  // its own entry, which checks what the cache knows.
  if (f->tag == Tag::kFunction && pc[1].call.callee != nullptr) {
    if (M3_UNLIKELY(!BudgetLeft(r))) {
      return Slow(pc, r, StaticId::kCallBudget);
    }
    const Cell* entry = f->function()->entry;
    HeaderOf(base) = {pc + 2, r.base};
    r.base = base;
    r.n = pc->b;
    return entry;
  }
  return Slow(pc, r, StaticId::kCallMiss);
}

// CallOpen a, d = results + 1 [-]: arguments up to the top.
M3_HOT const Cell* CallOpen(const Cell* pc, Registers& r) {
  Value* f = &RA(pc, r);
  if (M3_UNLIKELY(f->tag != Tag::kFunction || !BudgetLeft(r))) {
    return Slow(pc, r, StaticId::kCallOpenSlow);
  }
  Value* base = f + 2;
  HeaderOf(base) = {pc + 2, r.base};
  r.base = base;
  r.n = static_cast<uint64_t>(r.co->top - base);
  return f->function()->entry;
}
const Cell* CallOpenSlow(const Cell* pc, Registers& r);

// A tail call.  A Lua function takes the place of the frame, if that has
// nothing to close; a native one is called, and the cell behind returns its
// results.
M3_HOT const Cell* TailCallFunction(const Cell* pc, Registers& r, uint64_t n,
                                    StaticId slow) {
  Value* f = &RA(pc, r);
  if (M3_UNLIKELY(f->tag != Tag::kFunction || (pc->c & kClosesVariables) ||
                  !BudgetLeft(r))) {
    return Slow(pc, r, slow);
  }
  const Cell* entry = f->function()->entry;
  if (!IsLua(f->function())) {
    Value* callee = f + 2;
    HeaderOf(callee) = {pc + 2, r.base};
    r.base = callee;
    r.n = n;
    return entry;
  }
  Value* base = pc->c & kVarArgFrame ? UnmovedBase(r.base) : r.base;
  base[-2].Set(*f);
  base[-2].tag = Tag::kTailCalledFunction;
  M3_KEEP_LOOP
  for (uint64_t i = 0; i < n; ++i) base[i].Set(f[2 + i]);
  r.base = base;
  r.n = n;
  return entry;
}
// TailCall a, b = arguments, c = flags [-].
M3_HOT const Cell* TailCall(const Cell* pc, Registers& r) {
  return TailCallFunction(pc, r, pc->b, StaticId::kTailCallSlow);
}
M3_HOT const Cell* TailCallOpen(const Cell* pc, Registers& r) {
  return TailCallFunction(pc, r,
                          static_cast<uint64_t>(r.co->top - &RA(pc, r) - 2),
                          StaticId::kTailCallOpenSlow);
}
const Cell* TailCallSlow(const Cell* pc, Registers& r);
const Cell* TailCallOpenSlow(const Cell* pc, Registers& r);

// Enter a = parameters (not scaled), imm = frame size in bytes.  First cell of
// a function with a fixed number of parameters (R6).
M3_HOT const Cell* Enter(const Cell* pc, Registers& r) {
  if (M3_UNLIKELY(reinterpret_cast<char*>(r.base) + pc->imm >
                  reinterpret_cast<char*>(r.co->limit))) {
    return Slow(pc, r, StaticId::kEnterGrow);
  }
  for (uint64_t i = r.n; i < pc->a_; ++i) r.base[i].SetNil();
  return pc + 1;
}

// EnterVarArg a = parameters, imm = frame size: moves the frame above its
// arguments.
M3_HOT const Cell* EnterVarArg(const Cell* pc, Registers& r) {
  Value* base = r.base + r.n + 2;
  if (M3_UNLIKELY(reinterpret_cast<char*>(base) + pc->imm >
                  reinterpret_cast<char*>(r.co->limit))) {
    return Slow(pc, r, StaticId::kEnterGrow);
  }
  base[-2].Set(r.base[-2]);
  r.base[-2].set_spare8(0);
  base[-2].set_spare8(kMovedFrame);
  base[-2].set_spare32(static_cast<uint32_t>(r.n));
  // (In halves, as it was just written: a wide load would wait for both.)
  HeaderOf(base).ret = HeaderOf(r.base).ret;
  HeaderOf(base).previous = HeaderOf(r.base).previous;
  for (uint64_t i = 0; i < pc->a_; ++i) {
    if (i < r.n) {
      base[i].Set(r.base[i]);
    } else {
      base[i].SetNil();
    }
  }
  r.base = base;
  return pc + 1;
}

// Return0, Return1 a: of functions without varargs and open variables.
M3_HOT const Cell* ReturnValue(Registers& r, const Value& v) {
  Value* base = r.base;
  base[-2].Set(v);
  const FrameHeader& header = HeaderOf(base);
  const Cell* ret = header.ret;
  r.base = header.previous;
  if (M3_LIKELY(ret[-2].d == 2)) return ret;
  r.n = 1;
  r.co->top = base - 2;  // ReturnAdjust: where the results are
  r.co->pc = ret;
  return Static(r, StaticId::kReturnAdjust);
}
M3_HOT const Cell* Return1(const Cell* pc, Registers& r) {
  return ReturnValue(r, RA(pc, r));
}
M3_HOT const Cell* Return0(const Cell*, Registers& r) {
  Value* base = r.base;
  const FrameHeader& header = HeaderOf(base);
  const Cell* ret = header.ret;
  r.base = header.previous;
  if (M3_LIKELY(ret[-2].d == 1)) return ret;
  r.n = 0;
  r.co->top = base - 2;
  r.co->pc = ret;
  return Static(r, StaticId::kReturnAdjust);
}

// VarArg a, b = wanted, c = parameters (not scaled).
M3_HOT const Cell* VarArg(const Cell* pc, Registers& r) {
  Value* a = &RA(pc, r);
  uint32_t count = VarArgCount(r.base);
  const Value* from = UnmovedBase(r.base);
  M3_KEEP_LOOP
  for (uint32_t i = 0; i < pc->b; ++i) {
    if (pc->c + i < count) {
      a[i].Set(from[pc->c + i]);
    } else {
      a[i].SetNil();
    }
  }
  return pc + 1;
}
// VarArgOpen a, c.
M3_HOT const Cell* VarArgOpen(const Cell* pc, Registers& r) {
  Value* a = &RA(pc, r);
  Value* end = r.base - 2;  // of the arguments
  const Value* from = UnmovedBase(r.base) + pc->c;
  const uint32_t count = VarArgCount(r.base);
  if (M3_UNLIKELY(a + count > r.co->limit)) {
    return Slow(pc, r, StaticId::kVarArgOpenSlow);
  }
  r.co->budget -= count >> 5;  // (there may be a million)
  M3_KEEP_LOOP
  for (; from < end; ++from, ++a) a->Set(*from);
  r.co->top = a;
  return pc + 1;
}
const Cell* VarArgOpenSlow(const Cell* pc, Registers& r);

// A call of another function than the one in the cache.  Where closures are
// made and called by turns that is so each time, so only some of these calls
// renew the cache; the others go to the function's entry cell.
M3_HOT const Cell* CallMiss(const Cell*, Registers& r) {
  constexpr int64_t kRenewEvery = 8;
  const Cell* pc = r.co->pc;
  Value* f = &RA(pc, r);
  if (f->tag == Tag::kTable) return Static(r, StaticId::kCallMeta);
  if (M3_UNLIKELY(f->tag != Tag::kFunction || pc[1].call.callee == nullptr ||
                  r.co->budget % kRenewEvery == 0 || !BudgetLeft(r))) {
    return Static(r, StaticId::kCallFill);
  }
  Value* base = f + 2;
  HeaderOf(base) = {pc + 2, r.base};
  r.base = base;
  r.n = pc->b;
  return f->function()->entry;
}
const Cell* CallFill(const Cell* pc, Registers& r);
const Cell* CallBudget(const Cell* pc, Registers& r);
const Cell* EnterGrow(const Cell* pc, Registers& r);
// Gives the frame of the callee at r.base (which is co->base, too; r.n
// arguments) `slots` slots in a chunk of its own.  A stack overflow is raised
// as an error of the caller.
void MoveCalleeToNewChunk(Registers& r, uint32_t slots);
// Entry of a Lua function that has no cells yet.
const Cell* Decode(const Cell* pc, Registers& r);

// Entry of native functions.  (The one hot body that calls out: a native is an
// ordinary function, which preserves the pinned registers.)
M3_HOT const Cell* CallNative(const Cell*, Registers& r) {
  Coroutine& co = *r.co;
  Value* top = r.base + r.n;
  co.base = r.base;
  co.top = top;
  if (M3_UNLIKELY(co.state->heap().AtSafepoint() || co.hook_mask != 0 ||
                  top + NativeCall::kMinimumSlots > co.limit)) {
    return Static(r, StaticId::kCallNativeSlow);
  }
  NativeCall call(co, static_cast<uint32_t>(r.n));
  NativeResult result =
      static_cast<NativeClosure*>(FunctionOf(r.base))->function(call);
  Value* base = co.base;  // R4
  const FrameHeader& header = HeaderOf(base);
  const Cell* ret = header.ret;
  if (M3_LIKELY(result.count > 0 && ret[-2].d == 2 && co.hook_mask == 0)) {
    base[-2].Set(*result.first);
    r.base = header.previous;
    return ret;
  }
  if (result.count >= 0 && co.hook_mask == 0) {
    if (ret[-2].d == 1) {
      r.base = header.previous;  // a statement
      return ret;
    }
    if (ret[-2].d == 0) {
      Value* target = base - 2;
      r.base = header.previous;
      M3_KEEP_LOOP
      for (int64_t i = 0; i < result.count; ++i) {
        target[i].Set(result.first[i]);
      }
      co.top = target + result.count;
      r.n = static_cast<uint64_t>(result.count);
      return ret;
    }
  }
  r.base = result.first;
  r.n = static_cast<uint64_t>(result.count);
  return Static(r, StaticId::kNativeReturn);
}
const Cell* CallNativeSlow(const Cell* pc, Registers& r);
// What CallNative leaves of the rest: the native's result is r.base, r.n.
const Cell* NativeReturn(const Cell* pc, Registers& r);
const Cell* ReturnCloseDone(const Cell* pc, Registers& r);
// A native function returns the n values below the top: those of a call that
// it has asked for, or what has been put into the frame of resume or yield.
const Cell* NativeDone(const Cell* pc, Registers& r);
const Cell* LeaveChunk(const Cell* pc, Registers& r);

// `n` results lie at `target`, where the callee's function was; r.base is
// the caller's.  Adjusts to what the cell before `ret` wants (R7).
M3_HOT const Cell* FinishReturn(Registers& r, const Cell* ret, Value* target,
                                uint64_t n) {
  uint64_t wanted = ret[-2].d;
  r.n = n;
  if (wanted == 0) {
    r.co->top = target + n;
  } else {
    M3_KEEP_LOOP
    for (; n < wanted - 1; ++n) target[n].SetNil();
  }
  return ret;
}

// What Return0 and Return1 leave of the rest: the r.n results are at co->top,
// and co->pc is the cell to go on at.
M3_HOT const Cell* ReturnAdjust(const Cell*, Registers& r) {
  return FinishReturn(r, r.co->pc, r.co->top, r.n);
}

// Returns values of a function that has nothing to close.
M3_HOT const Cell* ReturnValues(const Cell* pc, Registers& r, uint64_t n,
                                StaticId slow) {
  if (M3_UNLIKELY(pc->c & kClosesVariables)) return Slow(pc, r, slow);
  const Value* first = &RA(pc, r);
  Value* base = pc->c & kVarArgFrame ? UnmovedBase(r.base) : r.base;
  Value* target = base - 2;
  FrameHeader header = HeaderOf(base);
  M3_KEEP_LOOP
  for (uint64_t i = 0; i < n; ++i) target[i].Set(first[i]);
  r.base = header.previous;
  return FinishReturn(r, header.ret, target, n);
}
// Return a, b = values, c = flags; ReturnOpen a, c.
M3_HOT const Cell* Return(const Cell* pc, Registers& r) {
  return ReturnValues(pc, r, pc->b, StaticId::kReturnSlow);
}
M3_HOT const Cell* ReturnOpen(const Cell* pc, Registers& r) {
  return ReturnValues(pc, r, static_cast<uint64_t>(r.co->top - &RA(pc, r)),
                      StaticId::kReturnOpenSlow);
}
const Cell* ReturnSlow(const Cell* pc, Registers& r);
const Cell* ReturnOpenSlow(const Cell* pc, Registers& r);

// Returns an iterator, the first argument as its state, and where it starts.
M3_HOT const Cell* ReturnThree(Registers& r, const Value& iterator,
                               const Value& start) {
  Value* target = r.base - 2;
  FrameHeader header = HeaderOf(r.base);
  target[0].Set(iterator);
  target[1].Set(r.base[0]);
  target[2].Set(start);
  r.base = header.previous;
  return FinishReturn(r, header.ret, target, 3);
}

// Returns the n values at `first` from the frame at `base` (not a moved vararg
// frame).
inline const Cell* ReturnFrom(Registers& r, Value* base, const Value* first,
                              uint64_t n) {
  Value* target = base - 2;
  FrameHeader header = HeaderOf(base);
  if (first != target) {
    M3_KEEP_LOOP
    for (uint64_t i = 0; i < n; ++i) target[i].Set(first[i]);
  }
  r.base = header.previous;
  return FinishReturn(r, header.ret, target, n);
}

// Makes the cells of a prototype if it has none yet (engine/decode.cc).
const Cell* EnsureDecoded(Coroutine& co, Prototype* prototype);

}  // namespace m3lua::m3

#endif  // M3STYLE_OPS_CALL_H_
