// The chunks of a call arena.
//
// Chunks never move, so addresses of slots stay good.  When a frame does not
// fit, a chunk is added and the frame's function, header and arguments are
// copied into it (MoveFrameToNewChunk); its header then returns to the
// continuation LeaveChunk, which carries the results back and drops the chunk.
// So calls that stay within a chunk pay nothing.
//
//   slots[0]  where the frame really returns to   \  the record
//   slots[1]  where the results belong            /
//   slots[2]  function, slots[3] header, slots[4] first argument, ...
//
// Invariant: the running frame of a coroutine is in its newest chunk.
//
// Guarded by tests/unit/frame/arena_test.cc.
#ifndef M3STYLE_FRAME_ARENA_H_
#define M3STYLE_FRAME_ARENA_H_

#include <cstdint>

#include "m3style/frame/frame.h"

namespace m3lua::m3 {

inline constexpr uint32_t kChunkRecordSlots = 2;

// A chunk with at least `slots` slots.  Raises "stack overflow" (with the
// position of the current frame) beyond the state's limit, or the memory error.
ArenaChunk* AddChunk(Coroutine& co, uint32_t slots);
// Frees the newest chunk.
void DropChunk(Coroutine& co);
// Drops chunks until `slot` lies in the newest one.
void DropChunksAbove(Coroutine& co, const Value* slot);
void SetChunk(Coroutine& co, ArenaChunk* chunk);

inline bool Contains(const ArenaChunk* chunk, const Value* slot) {
  return slot >= reinterpret_cast<const Value*>(chunk + 1) && slot < chunk->end;
}

// Copies the frame whose function slot is `start` and whose values reach to
// `end` into a new chunk with room for `needed` more slots.  `base` is the
// frame's base (for a vararg frame not start + 2); returns the new one.
// Open upvalues and variables to be closed of the frame follow it.
Value* MoveFrameToNewChunk(Coroutine& co, Value* start, Value* base, Value* end,
                           uint32_t needed);

// The newest chunk holds nothing but a moved frame that has returned: puts one
// with room for `needed` values of results in its place; returns where they go.
Value* ReplaceChunk(Coroutine& co, uint32_t needed);

// Where chunk records keep things.
inline const Cell* RecordedReturn(ArenaChunk* chunk) {
  return static_cast<const Cell*>(chunk->slots()[0].payload.pointer);
}
inline Value* RecordedTarget(ArenaChunk* chunk) {
  return static_cast<Value*>(chunk->slots()[1].payload.pointer);
}
inline void WriteChunkRecord(ArenaChunk* chunk, const Cell* ret,
                             Value* target) {
  chunk->slots()[0].Set(Value::LightUserdata(const_cast<Cell*>(ret)));
  chunk->slots()[1].Set(Value::LightUserdata(target));
}

}  // namespace m3lua::m3

#endif  // M3STYLE_FRAME_ARENA_H_
