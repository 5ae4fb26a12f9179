// pcall, xpcall, error, pairs, and the switches between coroutines, as parts of
// the chain: no native recursion (rules R5, R10).
//
// Guarded by tests/conformance/{pcall,coroutine*,close}.lua.
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
  base[-2].spare32 = co.to_be_closed_count;
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
const Cell* Pairs(const Cell* pc, Registers& r);
const Cell* Resume(const Cell* pc, Registers& r);
const Cell* Yield(const Cell* pc, Registers& r);
const Cell* Wrapped(const Cell* pc, Registers& r);

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
  M3_KEEP_LOOP
  for (uint64_t i = 0; i < n; ++i) base[i - 2].Set(base[i]);
  return FinishReturn(r, ret, base - 2, n);
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
