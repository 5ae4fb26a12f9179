// Jumps, tests and comparisons.
//
// Comparisons jump; each has a body for "jump if it holds" and one for "jump if
// it does not".  Layout: a, b, jump distance in imm; the ...K forms have their
// constant in the data cell.  Hot bodies decide two integers and two floats;
// branch.cc the rest (r.n tells it which sense, and for the K forms which
// comparison).
//
// Guarded by tests/conformance/overload.lua, tests/unit/code/fusions_test.cc.
#ifndef M3STYLE_OPS_BRANCH_H_
#define M3STYLE_OPS_BRANCH_H_

#include "m3style/ops/registers.h"

namespace m3lua::m3 {

M3_HOT const Cell* Jump(const Cell* pc, Registers&) { return JumpTarget(pc); }

// A jump backward counts the budget down (R8).
M3_HOT bool BudgetLeft(Registers& r) {
  return M3_LIKELY(CountDown(r.co->budget));
}
M3_HOT const Cell* JumpBack(const Cell* pc, Registers& r) {
  if (BudgetLeft(r)) return JumpTarget(pc);
  return Slow(pc, r, StaticId::kBackEdgeSlow);
}

// A conditional jump that is taken, in either direction.
M3_HOT const Cell* Taken(const Cell* pc, Registers& r) {
  // (A jump to itself is one backward.)
  if (pc->imm > 0 || BudgetLeft(r)) return JumpTarget(pc);
  return Slow(pc, r, StaticId::kBackEdgeSlow);
}

M3_HOT const Cell* TestTrue(const Cell* pc, Registers& r) {
  return RA(pc, r).is_truthy() ? Taken(pc, r) : pc + 1;
}
M3_HOT const Cell* TestFalse(const Cell* pc, Registers& r) {
  return RA(pc, r).is_truthy() ? pc + 1 : Taken(pc, r);
}
M3_HOT const Cell* TestSetTrue(const Cell* pc, Registers& r) {
  const Value& b = RB(pc, r);
  if (!b.is_truthy()) return pc + 1;
  RA(pc, r).Set(b);
  return Taken(pc, r);
}
M3_HOT const Cell* TestSetFalse(const Cell* pc, Registers& r) {
  const Value& b = RB(pc, r);
  if (b.is_truthy()) return pc + 1;
  RA(pc, r).Set(b);
  return Taken(pc, r);
}

template <bool kSense, bool kHasConstant = false>
M3_HOT const Cell* Branch(const Cell* pc, Registers& r, bool result) {
  if (result == kSense) return Taken(pc, r);
  return pc + (kHasConstant ? 2 : 1);
}

// Whether an integer and a float may be compared as floats: the integer has a
// float of the same value.
M3_HOT bool IsExact(int64_t i) {
  constexpr uint64_t kExact = uint64_t{1} << 53;
  return static_cast<uint64_t>(i) + kExact <= 2 * kExact;
}

template <bool kSense>
M3_HOT const Cell* EqBody(const Cell* pc, Registers& r, const Value& a,
                          const Value& b) {
  if (M3_LIKELY(a.tag == b.tag)) {
    if (a.is_integer())
      return Branch<kSense>(pc, r, a.integer() == b.integer());
    if (a.is_float()) return Branch<kSense>(pc, r, a.number() == b.number());
    if (a.payload.bits == b.payload.bits) return Branch<kSense>(pc, r, true);
    if (a.is_string() && a.string()->is_short()) {
      return Branch<kSense>(pc, r, false);
    }
  } else if (!a.is_number() || !b.is_number()) {
    // (Metamethods are for two tables, or two userdata.)
    return Branch<kSense>(pc, r, false);
  }
  r.n = kSense;
  return Slow(pc, r, StaticId::kEqMeta);
}
M3_HOT const Cell* EqTrue(const Cell* pc, Registers& r) {
  return EqBody<true>(pc, r, RA(pc, r), RB(pc, r));
}
M3_HOT const Cell* EqFalse(const Cell* pc, Registers& r) {
  return EqBody<false>(pc, r, RA(pc, r), RB(pc, r));
}

template <bool kSense, bool kOrEqual>
M3_HOT const Cell* OrderBody(const Cell* pc, Registers& r, const Value& a,
                             const Value& b) {
  if (M3_LIKELY(a.tag == b.tag)) {
    if (M3_LIKELY(a.is_integer())) {
      return Branch<kSense>(
          pc, r,
          kOrEqual ? a.integer() <= b.integer() : a.integer() < b.integer());
    }
    if (M3_LIKELY(a.is_float())) {
      return Branch<kSense>(
          pc, r, kOrEqual ? a.number() <= b.number() : a.number() < b.number());
    }
  } else if (a.is_integer() && b.is_float() && IsExact(a.integer())) {
    const double x = ToFloat(a.integer());
    return Branch<kSense>(pc, r, kOrEqual ? x <= b.number() : x < b.number());
  } else if (a.is_float() && b.is_integer() && IsExact(b.integer())) {
    const double x = ToFloat(b.integer());
    return Branch<kSense>(pc, r, kOrEqual ? a.number() <= x : a.number() < x);
  }
  r.n = kSense;
  return Slow(pc, r, kOrEqual ? StaticId::kLeMeta : StaticId::kLtMeta);
}
M3_HOT const Cell* LtTrue(const Cell* pc, Registers& r) {
  return OrderBody<true, false>(pc, r, RA(pc, r), RB(pc, r));
}
M3_HOT const Cell* LtFalse(const Cell* pc, Registers& r) {
  return OrderBody<false, false>(pc, r, RA(pc, r), RB(pc, r));
}
M3_HOT const Cell* LeTrue(const Cell* pc, Registers& r) {
  return OrderBody<true, true>(pc, r, RA(pc, r), RB(pc, r));
}
M3_HOT const Cell* LeFalse(const Cell* pc, Registers& r) {
  return OrderBody<false, true>(pc, r, RA(pc, r), RB(pc, r));
}

// Equality with nil, true, false: the tag, in b.
M3_HOT const Cell* EqTagTrue(const Cell* pc, Registers& r) {
  return Branch<true>(pc, r, static_cast<uint16_t>(RA(pc, r).tag) == pc->b);
}
M3_HOT const Cell* EqTagFalse(const Cell* pc, Registers& r) {
  return Branch<false>(pc, r, static_cast<uint16_t>(RA(pc, r).tag) == pc->b);
}
// With a short string: tag and bits.
template <bool kSense>
M3_HOT const Cell* EqBitsBody(const Cell* pc, Registers& r, const Value& a) {
  return Branch<kSense, true>(
      pc, r,
      a.payload.bits == pc[1].value.payload.bits && a.tag == pc[1].value.tag);
}
M3_HOT const Cell* EqBitsTrue(const Cell* pc, Registers& r) {
  return EqBitsBody<true>(pc, r, RA(pc, r));
}
M3_HOT const Cell* EqBitsFalse(const Cell* pc, Registers& r) {
  return EqBitsBody<false>(pc, r, RA(pc, r));
}
// With a number or a long string.
template <bool kSense>
M3_HOT const Cell* EqConstBody(const Cell* pc, Registers& r, const Value& a) {
  const Value& k = pc[1].value;
  if (M3_LIKELY(a.tag == k.tag)) {
    if (M3_LIKELY(a.is_integer())) {
      return Branch<kSense, true>(pc, r, a.integer() == k.integer());
    }
    if (a.is_float()) {
      return Branch<kSense, true>(pc, r, a.number() == k.number());
    }
  } else if (a.is_float()) {
    if (k.is_integer() && IsExact(k.integer())) {
      return Branch<kSense, true>(pc, r, a.number() == ToFloat(k.integer()));
    }
  } else if (a.is_integer() && k.is_float() && IsExact(a.integer())) {
    return Branch<kSense, true>(pc, r, ToFloat(a.integer()) == k.number());
  } else if (!a.is_number() && !a.is_string()) {
    return Branch<kSense, true>(pc, r, false);
  }
  r.n = kSense | 2;
  return Slow(pc, r, StaticId::kEqSlow);
}
M3_HOT const Cell* EqConstTrue(const Cell* pc, Registers& r) {
  return EqConstBody<true>(pc, r, RA(pc, r));
}
M3_HOT const Cell* EqConstFalse(const Cell* pc, Registers& r) {
  return EqConstBody<false>(pc, r, RA(pc, r));
}

enum class Comparison : uint8_t { kLt, kLe, kGt, kGe };
template <Comparison kComparison, typename T>
M3_HOT bool Holds(T a, T k) {
  switch (kComparison) {
    case Comparison::kLt:
      return a < k;
    case Comparison::kLe:
      return a <= k;
    case Comparison::kGt:
      return k < a;
    case Comparison::kGe:
      return k <= a;
  }
}
template <Comparison kComparison, bool kSense>
M3_HOT const Cell* CompareKBody(const Cell* pc, Registers& r, const Value& a) {
  const Value& k = pc[1].value;
  if (M3_LIKELY(a.tag == k.tag)) {
    if (M3_LIKELY(a.is_integer())) {
      return Branch<kSense, true>(pc, r,
                                  Holds<kComparison>(a.integer(), k.integer()));
    }
    if (M3_LIKELY(a.is_float())) {
      return Branch<kSense, true>(pc, r,
                                  Holds<kComparison>(a.number(), k.number()));
    }
  } else if (a.is_float() && k.is_integer() && IsExact(k.integer())) {
    return Branch<kSense, true>(
        pc, r, Holds<kComparison>(a.number(), ToFloat(k.integer())));
  } else if (a.is_integer() && k.is_float() && IsExact(a.integer())) {
    return Branch<kSense, true>(
        pc, r, Holds<kComparison>(ToFloat(a.integer()), k.number()));
  }
  r.n = static_cast<uint64_t>(kComparison) << 1 | kSense;
  return Slow(pc, r, StaticId::kCompareKSlow);
}
M3_HOT const Cell* LtKTrue(const Cell* pc, Registers& r) {
  return CompareKBody<Comparison::kLt, true>(pc, r, RA(pc, r));
}
M3_HOT const Cell* LtKFalse(const Cell* pc, Registers& r) {
  return CompareKBody<Comparison::kLt, false>(pc, r, RA(pc, r));
}
M3_HOT const Cell* LeKTrue(const Cell* pc, Registers& r) {
  return CompareKBody<Comparison::kLe, true>(pc, r, RA(pc, r));
}
M3_HOT const Cell* LeKFalse(const Cell* pc, Registers& r) {
  return CompareKBody<Comparison::kLe, false>(pc, r, RA(pc, r));
}
M3_HOT const Cell* GtKTrue(const Cell* pc, Registers& r) {
  return CompareKBody<Comparison::kGt, true>(pc, r, RA(pc, r));
}
M3_HOT const Cell* GtKFalse(const Cell* pc, Registers& r) {
  return CompareKBody<Comparison::kGt, false>(pc, r, RA(pc, r));
}
M3_HOT const Cell* GeKTrue(const Cell* pc, Registers& r) {
  return CompareKBody<Comparison::kGe, true>(pc, r, RA(pc, r));
}
M3_HOT const Cell* GeKFalse(const Cell* pc, Registers& r) {
  return CompareKBody<Comparison::kGe, false>(pc, r, RA(pc, r));
}

const Cell* BackEdgeSlow(const Cell* pc, Registers& r);
const Cell* EqSlow(const Cell* pc, Registers& r);
const Cell* LtSlow(const Cell* pc, Registers& r);
const Cell* LeSlow(const Cell* pc, Registers& r);
const Cell* CompareKSlow(const Cell* pc, Registers& r);

}  // namespace m3lua::m3

#endif  // M3STYLE_OPS_BRANCH_H_
