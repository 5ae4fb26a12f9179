// What a handler body works on, and the engine's rules.
//
// A body is a plain function
//
//   inline const Cell* Add(const Cell* pc, Registers& r);
//
// that does its work and returns the next cell.  Strategies wrap bodies
// (m3style/dispatch).  The rules, by number (docs/architecture.md has the
// reasons):
//
//  R1  A hot body holds the fast path only and calls nothing that is not
//      inlined.  For anything else it leaves: return Slow(pc, r, StaticId).
//  R2  Before a body allocates, raises, calls out, or lets anybody look at the
//      frames, it has noted its cell and base in the coroutine (Save; Slow does
//      it).  Slow bodies take their cell from there.
//  R3  A collection may happen only in Safepoint, which a body calls before it
//      changes anything: the registers visible at its instruction
//      (bytecode/liveness.h) are then the live ones.
//  R4  Native code that may call Lua may move the top frame (EnsureSlots):
//      after a native call, base is taken from the coroutine again.
//  R5  Anything that may run Lua code pushes a frame and returns the callee's
//      entry; what is to be done afterwards is a continuation.  No recursion.
//  R6  Entering a function: base is the callee's, header and function are in
//      place, n is the number of arguments; the entry cell adjusts them.
//  R7  Returning: results are put where the function was, then
//      FinishReturn adjusts their number and goes to the header's cell.
//  R8  Back-edges and calls count the budget down; when it is exhausted the
//      chain unwinds to Run(), which decides and re-enters.
//  R9  A store into an object that may be black is followed by a barrier.
//      Registers need none: coroutines are marked again in the atomic phase.
//  R10 Errors are the static cell Unwind with the value in
//      State::pending_error (raise.h) or, from helpers, C++ exceptions, which
//      Run() catches and which cost a hundred times as much.
#ifndef M3STYLE_OPS_REGISTERS_H_
#define M3STYLE_OPS_REGISTERS_H_

#include <cstdint>

#include "lua/object/coroutine.h"
#include "lua/runtime/state.h"
#include "m3style/code/cell.h"
#include "m3style/code/static_cells.h"
#include "m3style/frame/frame.h"

// A hot body is always part of its handler.
#define M3_HOT [[gnu::always_inline]] inline

// In front of a loop in a hot body that usually has few rounds: stays as small
// as it is written.
#define M3_KEEP_LOOP \
  _Pragma("clang loop unroll(disable) vectorize(disable) interleave(disable)")

#define M3_LIKELY(x) __builtin_expect(!!(x), 1)
#define M3_UNLIKELY(x) __builtin_expect(!!(x), 0)

namespace m3lua::m3 {

// x = x - 1; false if that is negative.  One instruction that sets the flags,
// of which the compiler would make four.
M3_HOT bool CountDown(int64_t& x) {
#if defined(__x86_64__)
  bool negative;
  asm("decq %0" : "+m"(x), "=@ccs"(negative));
  return !negative;
#else
  return --x >= 0;
#endif
}
// x = x - 1; false if x was 0.
M3_HOT bool TakeOne(uint64_t& x) {
#if defined(__x86_64__)
  bool borrow;
  asm("subq $1, %0" : "+m"(x), "=@ccc"(borrow));
  return !borrow;
#else
  return x-- != 0;
#endif
}

// An integer as a float.  (cvtsi2sd keeps the upper half of its target, so it
// would wait for whatever was there.)
M3_HOT double ToFloat(int64_t i) {
#if defined(__x86_64__)
  double d;
  asm("xorps %0, %0\n\tcvtsi2sdq %1, %0" : "=&x"(d) : "r"(i));
  return d;
#else
  return static_cast<double>(i);
#endif
}

struct Registers {
  Value* base;
  Coroutine* co;
  uint64_t n;  // number of arguments or results in flight; scratch otherwise
};

M3_HOT Value& At(Value* base, uint16_t offset) {
  return *reinterpret_cast<Value*>(reinterpret_cast<char*>(base) + offset);
}
M3_HOT Value& RA(const Cell* pc, Registers& r) { return At(r.base, pc->a); }
M3_HOT Value& RB(const Cell* pc, Registers& r) { return At(r.base, pc->b); }
M3_HOT Value& RC(const Cell* pc, Registers& r) { return At(r.base, pc->c); }

M3_HOT void Save(const Cell* pc, Registers& r) {
  r.co->pc = pc;
  r.co->base = r.base;
}

M3_HOT const Cell* Static(Registers& r, StaticId id) {
  return StaticCell(r.co->static_cells, id);
}

// Leaves for a slow path.
M3_HOT const Cell* Slow(const Cell* pc, Registers& r, StaticId id) {
  Save(pc, r);
  return Static(r, id);
}

// See rule R3.  pc and base must have been saved.
M3_HOT void Safepoint(Registers& r) {
  gc::Heap& heap = r.co->state->heap();
  if (M3_UNLIKELY(heap.AtSafepoint())) heap.Step(*r.co);
}

}  // namespace m3lua::m3

#endif  // M3STYLE_OPS_REGISTERS_H_
