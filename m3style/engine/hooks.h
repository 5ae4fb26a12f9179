// Hooks: which events there are, and who reports them.
//
//   call    natives   at their entry (CallNativeSlow, the intrinsics)
//           Lua       behind the entry cell, by stepping
//   return  natives   ReturnFromNative; also the last act of an unwound pcall,
//                     of a resume whose coroutine has stopped, of a yield that
//                     is resumed
//           Lua       before the return instruction, once all variables are
//                     closed, by stepping
//   line, count       before instructions, by stepping (stepping.h)
//
// A hook is called above the frame that it is told of, as if that frame had
// called it, and the frame's values stay visible.  It can't yield.  While it
// runs, its coroutine has no hooks.
//
// A line is new if its instruction is on another line than the one that ran
// last in this frame, or not behind it (a jump back).  So that a call is no new
// line, returning to a frame makes the instruction that called the last one.
//
// Guarded by tests/conformance/hooks.lua.
#ifndef M3STYLE_ENGINE_HOOKS_H_
#define M3STYLE_ENGINE_HOOKS_H_

#include "m3style/ops/call.h"
#include "m3style/ops/registers.h"

namespace m3lua::m3 {

// Hooks are set and no hook function is running.
inline bool HooksActive(const Coroutine& co) {
  return co.hook_mask != 0 && !co.hook->active;
}

// Reports an event of the frame at co.base.  `first` (from 1) and `count` say
// which of its values are in transit.  The frame may move.
void Report(Coroutine& co, const char* event, int line, int64_t first,
            int64_t count);

// The native function at r.base (noted in the coroutine, with its top) is about
// to start.
void NativeCallEvent(Registers& r);

// The frame of the coroutine's base is about to return: see above.
void NoteReturn(Coroutine& co);

const Cell* HookedReturn(Registers& r, Value* base, Value* first, uint64_t n);

// Returns the n values at `first` from the native frame at `base`.
inline const Cell* ReturnFromNative(Registers& r, Value* base, Value* first,
                                    uint64_t n) {
  if (M3_UNLIKELY(r.co->hook_mask != 0)) return HookedReturn(r, base, first, n);
  return ReturnFrom(r, base, first, n);
}

}  // namespace m3lua::m3

#endif  // M3STYLE_ENGINE_HOOKS_H_
