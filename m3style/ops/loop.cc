#include "m3style/ops/loop.h"

#include "lua/runtime/conversion.h"
#include "lua/runtime/errors.h"
#include "m3style/ops/call.h"
#include "m3style/ops/closure.h"
#include "m3style/ops/raise.h"

namespace m3lua::m3 {
namespace {

// The limit of an integer loop (manual 3.3.5): clipped to the integers.
// False: the loop does not run.
bool IntegerLimit(Value limit, int64_t first, int64_t step, int64_t& out) {
  double d;
  if (limit.is_integer()) {
    out = limit.integer();
  } else {
    d = limit.number();
    if (!FloatToInteger(d, out,
                        step < 0 ? Rounding::kCeil : Rounding::kFloor)) {
      if (d > 0) {
        if (step < 0) return false;
        out = INT64_MAX;
      } else {
        // Too small, or not a number: as PUC, which tells these not apart.
        if (step > 0) return false;
        out = INT64_MIN;
      }
    }
  }
  return step > 0 ? first <= out : first >= out;
}

}  // namespace

const Cell* ForPrepSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  Value* a = &RA(pc, r);
  if (a[0].is_integer() && a[2].is_integer()) {
    int64_t first = a[0].integer();
    int64_t step = a[2].integer();
    int64_t last;
    if (step == 0) return RaiseRuntime(r, "'for' step is zero");
    Value limit;
    if (!ToNumber(a[1], limit)) return RaiseForError(r, a[1], "limit");
    if (!IntegerLimit(limit, first, step, last)) return JumpTarget(pc);
    uint64_t rounds =
        step > 0 ? static_cast<uint64_t>(last) - static_cast<uint64_t>(first)
                 : static_cast<uint64_t>(first) - static_cast<uint64_t>(last);
    uint64_t stride = step > 0 ? static_cast<uint64_t>(step)
                               : 0 - static_cast<uint64_t>(step);
    a[1].SetInteger(static_cast<int64_t>(rounds / stride));
    a[3].SetInteger(first);
    return pc + 1;
  }
  double first;
  double last;
  double step;
  if (!ToFloat(a[1], last)) return RaiseForError(r, a[1], "limit");
  if (!ToFloat(a[2], step)) return RaiseForError(r, a[2], "step");
  if (!ToFloat(a[0], first)) return RaiseForError(r, a[0], "initial value");
  if (step == 0) return RaiseRuntime(r, "'for' step is zero");
  // (A first value that is not a number gets one round.)
  if (step > 0 ? last < first : first < last) return JumpTarget(pc);
  a[0].SetFloat(first);
  a[1].SetFloat(last);
  a[2].SetFloat(step);
  a[3].SetFloat(first);
  return pc + 1;
}

const Cell* ForLoopFloat(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  Value* a = &RA(pc, r);
  double step = a[2].payload.number;
  double last = a[1].payload.number;
  double index = a[0].payload.number + step;
  if (!(step > 0 ? index <= last : index >= last)) return pc + 1;
  a[0].SetFloat(index);
  a[3].SetFloat(index);
  if (BudgetLeft(r)) return JumpTarget(pc);
  return Static(r, StaticId::kBackEdgeSlow);
}

const Cell* TForPrepSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  Value* closing = &RA(pc, r) + 3;
  if (closing->is_truthy()) MarkToBeClosed(r, closing);
  return JumpTarget(pc);
}

const Cell* TForCallSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  Value* a = &RA(pc, r);
  a[6].Set(a[1]);
  a[7].Set(a[2]);
  a[4].Set(a[0]);
  Value* base = a + 6;
  HeaderOf(base) = {pc + 2, r.base};
  if (!a[4].is_function()) {
    // Names the iterator, which is the register R[a].
    Value mm = MetamethodOf(*r.co->state, a[4], Event::kCall);
    if (mm.is_nil()) return RaiseTypeError(r, a, "call");
  }
  r.base = base;
  r.n = 2;
  return EnterValue(r);
}

}  // namespace m3lua::m3
