// pcall, xpcall, error, pairs, and the switches between coroutines, as parts of
// the chain: no native recursion (rules R5, R10).
//
// Guarded by tests/conformance/{pcall,coroutine*,close}.lua.
#ifndef M3STYLE_OPS_CONTROL_H_
#define M3STYLE_OPS_CONTROL_H_

#include "m3style/ops/registers.h"

namespace m3lua::m3 {

// Entries of the intrinsics (R6).
const Cell* Pcall(const Cell* pc, Registers& r);
const Cell* Xpcall(const Cell* pc, Registers& r);
const Cell* RaiseError(const Cell* pc, Registers& r);
const Cell* Pairs(const Cell* pc, Registers& r);
const Cell* Resume(const Cell* pc, Registers& r);
const Cell* Yield(const Cell* pc, Registers& r);
const Cell* Wrapped(const Cell* pc, Registers& r);

// Continuations.
const Cell* PcallDone(const Cell* pc, Registers& r);
const Cell* XpcallDone(const Cell* pc, Registers& r);
const Cell* UnwindCloseDone(const Cell* pc, Registers& r);
const Cell* PairsDone(const Cell* pc, Registers& r);
const Cell* CoroutineEnd(const Cell* pc, Registers& r);
const Cell* RunExit(const Cell* pc, Registers& r);
const Cell* RunExitProtected(const Cell* pc, Registers& r);
const Cell* RunExitClose(const Cell* pc, Registers& r);

// The error in State::pending_error takes its course (unwind.cc).
const Cell* Unwind(const Cell* pc, Registers& r);
// The last cell of a chain; returns null.
const Cell* Exit(const Cell* pc, Registers& r);

// The frame of pcall and xpcall: what the collector has to visit of it.
//   pcall:  base[0] the function, later the error; the callee from base[1]
//   xpcall: base[0] the function, later the error; base[1] the handler; the
//           callee from base[2]
// The spare word of its function slot: variables to be closed at its start.

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
