// Open upvalues and variables to be closed.
//
// Open upvalues form a list a coroutine, newest frame first, within a frame
// from the highest register down.  (Only the running function opens upvalues,
// in its own frame, so the list is always grouped by frames.)  Frames of
// different chunks compare by chunk, not by address.
//
// Variables to be closed are a stack of register addresses.  While a return
// runs __close metamethods, two markers on that stack remember the returning
// cell and the number of its values; addresses are even, markers odd.
//
// Guarded by tests/differential/programs/closures.lua, upvalues_and_loops.lua,
// closing_everywhere.lua.
#ifndef M3STYLE_ENGINE_VARIABLES_H_
#define M3STYLE_ENGINE_VARIABLES_H_

#include "m3style/frame/arena.h"
#include "m3style/ops/registers.h"

namespace m3lua::m3 {

Upvalue* FindUpvalue(Coroutine& co, Value* slot);

// Closes the upvalues at `level` and above, in the newest chunk.
void CloseUpvaluesSlow(Coroutine& co, Value* level);
inline void CloseUpvalues(Coroutine& co, Value* level) {
  Upvalue* up = co.open_upvalues;
  if (up != nullptr && up->location >= level && up->location < co.chunk->end) {
    CloseUpvaluesSlow(co, level);
  }
}
// The same for all chunks newer than that of `level` too.
void CloseUpvaluesAbove(Coroutine& co, Value* level);

// ---- variables to be closed
// Room for so many more entries, or the memory error.
void ReserveVariables(Coroutine& co, uint32_t count);
void PushVariable(Coroutine& co, Value* slot);
// The newest entry is a variable of the newest chunk at `level` or above.
inline bool HasVariableToClose(const Coroutine& co, const Value* level) {
  if (co.to_be_closed_count == 0) return false;
  const Value* slot = co.to_be_closed[co.to_be_closed_count - 1];
  return slot >= level && slot < co.chunk->end &&
         (reinterpret_cast<uintptr_t>(slot) & 1) == 0;
}
inline Value* PopVariable(Coroutine& co) {
  return co.to_be_closed[--co.to_be_closed_count];
}
inline bool IsMarker(const Value* entry) {
  return reinterpret_cast<uintptr_t>(entry) & 1;
}
void PushMarkers(Coroutine& co, const Cell* pc, uint64_t n);
void PopMarkers(Coroutine& co, const Cell*& pc, uint64_t& n);

// The step that the next CallClose is.  May raise, so it comes while the
// variable is still on the stack: it is closed on the way of that error.
inline void PayForClose(Coroutine& co) { co.state->limits.Spend(co, 1); }

// Calls the __close metamethod of `*variable` with it and `error`: a frame
// whose record is at `end`; afterwards `then` runs with r.base as it is now.
// Takes no step.
const Cell* CallClose(Registers& r, Value* variable, Value* end, Value error,
                      StaticId then);

}  // namespace m3lua::m3

#endif  // M3STYLE_ENGINE_VARIABLES_H_
