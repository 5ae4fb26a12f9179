// pcall, xpcall, error, pairs, and the switches between coroutines, as parts of
// the chain: no native recursion (rules R5, R10).
//
// Guarded by tests/conformance/coroutine.lua,
// tests/differential/programs/{coroutines,closing_everywhere}.lua,
// tests/unit/engine/{coroutine,unwind}_test.cc.
#ifndef M3STYLE_OPS_CONTROL_H_
#define M3STYLE_OPS_CONTROL_H_

#include "m3style/engine/engine_impl.h"
#include "m3style/engine/exit.h"
#include "m3style/ops/call.h"
#include "m3style/ops/registers.h"

namespace m3lua::m3 {

// Entries of the intrinsics (R6).
//
// The frame of pcall and xpcall: what the collector has to visit of it.
//   pcall:  base[0] the function, later the error; the callee from base[1]
//   xpcall: base[0] the function, later the error; base[1] the handler; the
//           callee from base[2]
// The spare word of its function slot: variables to be closed at its start.
M3_HOT const Cell* Pcall(const Cell*, Registers& r) {
  Coroutine& co = *r.co;
  Value* base = r.base;
  Value* callee = base + 3;
  if (M3_UNLIKELY(r.n == 0 || base[0].tag != Tag::kFunction ||
                  co.hook_mask != 0 || callee + r.n > co.limit ||
                  NativeDepth(co) + 1 >=
                      co.state->options().native_depth_limit)) {
    return Static(r, StaticId::kPcallSlow);
  }
  base[-2].set_spare32(co.to_be_closed_count);
  uint64_t n = r.n - 1;
  M3_KEEP_LOOP
  for (uint64_t i = n; i > 0; --i) base[i + 2].Set(base[i]);
  base[1].Set(base[0]);
  ++co.protected_depth;
  HeaderOf(callee) = {Static(r, StaticId::kPcallDone), base};
  r.base = callee;
  r.n = n;
  return base[1].function()->entry;
}
const Cell* PcallSlow(const Cell* pc, Registers& r);
const Cell* Xpcall(const Cell* pc, Registers& r);
const Cell* RaiseError(const Cell* pc, Registers& r);
M3_HOT const Cell* Pairs(const Cell*, Registers& r) {
  Value* base = r.base;
  if (M3_UNLIKELY(r.n == 0 || !base[0].is_table() ||
                  base[0].table()->metatable != nullptr ||
                  r.co->hook_mask != 0)) {
    return Static(r, StaticId::kPairsSlow);
  }
  const auto* pairs = static_cast<NativeClosure*>(FunctionOf(base));
  return ReturnThree(r, pairs->upvalues()[0], Value::Nil());
}
const Cell* PairsSlow(const Cell* pc, Registers& r);

// Puts the n values at `first` where the call of `header`, in coroutine `to`,
// wants them; `with_status`: behind a true.  False: they don't fit.
M3_HOT bool PutResults(Coroutine* to, Value* target, const FrameHeader& header,
                       const Value* first, uint64_t n, bool with_status) {
  uint64_t wanted = header.ret[-2].d;
  uint64_t total = n + with_status;
  if (wanted == 0) {
    if (M3_UNLIKELY(target + total > to->limit)) return false;
    to->top = target + total;
  } else {
    if (with_status) {
      if (wanted == 1) return true;
      --wanted;
    }
    --wanted;
  }
  if (with_status) (target++)->SetBoolean(true);
  uint64_t copied = header.ret[-2].d != 0 && wanted < n ? wanted : n;
  M3_KEEP_LOOP
  for (uint64_t i = 0; i < copied; ++i) target[i].Set(first[i]);
  M3_KEEP_LOOP
  for (uint64_t i = copied; i < wanted; ++i) target[i].SetNil();
  return true;
}

// Goes on in a coroutine that waits in `yield`, with the n values at `first`;
// anything unusual is left to `slow`.
M3_HOT const Cell* ResumeWaiting(Registers& r, Coroutine* to,
                                 const Value* first, uint64_t n,
                                 StaticId slow) {
  Coroutine& from = *r.co;
  State& state = *from.state;
  uint32_t depth = NativeDepth(from) + 1;
  if (M3_UNLIKELY(to->status != CoroutineStatus::kSuspended || !to->started ||
                  to->hook_mask != 0 || from.hook_mask != 0 ||
                  depth >= state.options().native_depth_limit)) {
    return Static(r, slow);
  }
  FrameHeader header = HeaderOf(to->base);
  if (M3_UNLIKELY(!PutResults(to, to->base - 2, header, first, n, false))) {
    return Static(r, slow);
  }
  from.base = r.base;
  from.status = CoroutineStatus::kNormal;
  to->resumer = &from;
  to->host_resumed = false;
  to->native_depth = depth;
  to->status = CoroutineStatus::kRunning;
  to->budget = from.budget;
  state.current = to;
  r.base = header.previous;
  r.co = to;
  r.n = n;
  return header.ret;
}

M3_HOT const Cell* Resume(const Cell*, Registers& r) {
  Value* base = r.base;
  if (M3_UNLIKELY(r.n == 0 || !base[0].is_coroutine())) {
    return Static(r, StaticId::kResumeSlow);
  }
  return ResumeWaiting(r, base[0].coroutine(), base + 1, r.n - 1,
                       StaticId::kResumeSlow);
}
M3_HOT const Cell* Wrapped(const Cell*, Registers& r) {
  Value* base = r.base;
  Value& coroutine =
      static_cast<NativeClosure*>(FunctionOf(base))->upvalues()[0];
  return ResumeWaiting(r, coroutine.coroutine(), base, r.n,
                       StaticId::kWrappedSlow);
}
M3_HOT const Cell* Yield(const Cell*, Registers& r) {
  Coroutine& from = *r.co;
  Coroutine* to = from.resumer;
  if (M3_UNLIKELY(from.nonyieldable != 0 || from.host_resumed ||
                  from.hook_mask != 0 || to->hook_mask != 0)) {
    return Static(r, StaticId::kYieldSlow);
  }
  Value* base = to->base;  // of resume, or of the function of wrap
  FrameHeader header = HeaderOf(base);
  bool with_status =
      FunctionOf(base)->aux32 == static_cast<uint32_t>(Intrinsic::kResume);
  if (M3_UNLIKELY(
          !PutResults(to, base - 2, header, r.base, r.n, with_status))) {
    return Static(r, StaticId::kYieldSlow);
  }
  from.base = r.base;
  from.status = CoroutineStatus::kSuspended;
  from.resumer = nullptr;
  to->status = CoroutineStatus::kRunning;
  to->budget = from.budget;
  from.state->current = to;
  r.base = header.previous;
  r.co = to;
  r.n += with_status;
  return header.ret;
}
const Cell* ResumeSlow(const Cell* pc, Registers& r);
const Cell* YieldSlow(const Cell* pc, Registers& r);
const Cell* WrappedSlow(const Cell* pc, Registers& r);

// Continuations.
M3_HOT const Cell* PcallDone(const Cell*, Registers& r) {
  Coroutine& co = *r.co;
  --co.protected_depth;
  Value* base = r.base;
  base[0].SetBoolean(true);
  if (M3_UNLIKELY(co.hook_mask != 0)) {
    return Static(r, StaticId::kPcallDoneHooked);
  }
  const FrameHeader& header = HeaderOf(base);
  const Cell* ret = header.ret;
  r.base = header.previous;
  uint64_t n = r.n + 1;
  Value* target = base - 2;
  M3_KEEP_LOOP
  for (uint64_t i = 0; i < n; ++i) target[i].Set(base[i]);
  return FinishReturn(r, ret, target, n);
}
const Cell* PcallDoneHooked(const Cell* pc, Registers& r);
const Cell* XpcallDone(const Cell* pc, Registers& r);
const Cell* UnwindCloseDone(const Cell* pc, Registers& r);
const Cell* PairsDone(const Cell* pc, Registers& r);
const Cell* CoroutineEnd(const Cell* pc, Registers& r);
const Cell* RunExit(const Cell* pc, Registers& r);
// The same where one result is wanted.
M3_HOT const Cell* RunExitOne(const Cell*, Registers& r) {
  EngineImpl& engine = EngineOf(*r.co);
  r.co->base = r.base;
  engine.exit_reason = ExitReason::kReturned;
  engine.exit_registers = r;
  return Static(r, StaticId::kExit);
}
const Cell* RunExitProtected(const Cell* pc, Registers& r);
M3_HOT const Cell* RunExitProtectedOne(const Cell* pc, Registers& r) {
  // (An address to tell it by: where handlers are labels, the compiler makes
  // one of two that do the same.)
  asm volatile("nop");
  return RunExitOne(pc, r);
}
const Cell* RunExitClose(const Cell* pc, Registers& r);

// The error in State::pending_error takes its course (unwind.cc).
const Cell* Unwind(const Cell* pc, Registers& r);
// The last cell of a chain; returns null.
const Cell* Exit(const Cell* pc, Registers& r);

// Switches to `to`, which has been checked to be suspended; `n` arguments at
// `first` of r.base's frame.
const Cell* SwitchTo(Registers& r, Coroutine* to, const Value* first,
                     uint64_t n);
// Gives the `n` values at `first` (of r.co, which stops running) to whoever
// resumed r.co.
const Cell* DeliverToResumer(Registers& r, const Value* first, uint64_t n,
                             CoroutineStatus status);

}  // namespace m3lua::m3

#endif  // M3STYLE_OPS_CONTROL_H_
