#include "m3style/ops/branch.h"

#include "lua/runtime/arithmetic.h"
#include "lua/runtime/metatables.h"
#include "lua/runtime/strings.h"
#include "m3style/engine/exit.h"
#include "m3style/ops/metamethod.h"
#include "m3style/ops/raise.h"

namespace m3lua::m3 {
namespace {

const Cell* Decide(const Cell* pc, Registers& r, uint32_t length, bool sense,
                   bool result) {
  if (result != sense) return pc + length;
  const Cell* target = JumpTarget(pc);
  if (target <= pc && !BudgetLeft(r)) {
    r.co->pc = target;
    return LeaveChain(r, ExitReason::kSlice);
  }
  return target;
}

StaticId Continuation(bool sense) {
  return sense ? StaticId::kCompareDoneTrue : StaticId::kCompareDoneFalse;
}

// a < b or a <= b, metamethods included.
const Cell* Order(const Cell* pc, Registers& r, uint32_t length, bool sense,
                  bool or_equal, const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) {
    return Decide(pc, r, length, sense,
                  or_equal ? NumberLessEqual(a, b) : NumberLess(a, b));
  }
  if (a.is_string() && b.is_string()) {
    PayForComparing(*r.co, a.string(), b.string());
    int order = CompareStrings(a.string(), b.string());
    return Decide(pc, r, length, sense, or_equal ? order <= 0 : order < 0);
  }
  State& state = *r.co->state;
  Event event = or_equal ? Event::kLe : Event::kLt;
  Value mm = MetamethodOf(state, a, event);
  if (mm.is_nil()) mm = MetamethodOf(state, b, event);
  if (!mm.is_nil()) {
    return CallMetamethod(pc, r, length, Continuation(sense), mm, a, b);
  }
  if (or_equal) {
    // As PUC Lua when built to be compatible with 5.3: not (b < a).
    mm = MetamethodOf(state, b, Event::kLt);
    if (mm.is_nil()) mm = MetamethodOf(state, a, Event::kLt);
    if (!mm.is_nil()) {
      return CallMetamethod(pc, r, length, Continuation(!sense), mm, b, a);
    }
  }
  PrepareCompareError(*r.co, a, b);
  return RaisePrepared(r);
}

}  // namespace

const Cell* BackEdgeSlow(const Cell*, Registers& r) {
  // Run() decides, then goes on at the target.
  r.co->pc = JumpTarget(r.co->pc);
  return LeaveChain(r, ExitReason::kSlice);
}

const Cell* EqSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  bool sense = r.n & 1;
  bool constant = r.n & 2;
  const Value& a = RA(pc, r);
  const Value& b = constant ? pc[1].value : RB(pc, r);
  uint32_t length = constant ? 2 : 1;
  if (a.is_string() && b.is_string() &&
      a.string()->size() == b.string()->size()) {
    PayForComparing(*r.co, a.string(), b.string());
  }
  if (RawEquals(a, b)) return Decide(pc, r, length, sense, true);
  if (a.tag == b.tag && (a.is_table() || a.is_userdata())) {
    State& state = *r.co->state;
    Value mm = FastMetamethod(state, MetatableOf(state, a), Event::kEq);
    if (mm.is_nil()) {
      mm = FastMetamethod(state, MetatableOf(state, b), Event::kEq);
    }
    if (!mm.is_nil()) {
      return CallMetamethod(pc, r, length, Continuation(sense), mm, a, b);
    }
  }
  return Decide(pc, r, length, sense, false);
}

const Cell* LtSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return Order(pc, r, 1, r.n & 1, false, RA(pc, r), RB(pc, r));
}
const Cell* LeSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return Order(pc, r, 1, r.n & 1, true, RA(pc, r), RB(pc, r));
}
const Cell* CompareKSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  bool sense = r.n & 1;
  Comparison comparison = static_cast<Comparison>(r.n >> 1);
  const Value& a = RA(pc, r);
  const Value& k = pc[1].value;
  switch (comparison) {
    case Comparison::kLt:
      return Order(pc, r, 2, sense, false, a, k);
    case Comparison::kLe:
      return Order(pc, r, 2, sense, true, a, k);
    case Comparison::kGt:
      return Order(pc, r, 2, sense, false, k, a);
    case Comparison::kGe:
      return Order(pc, r, 2, sense, true, k, a);
  }
  __builtin_unreachable();
}

}  // namespace m3lua::m3
