#include "m3style/frame/arena.h"

#include <algorithm>

#include "lua/runtime/errors.h"
#include "lua/runtime/state.h"
#include "m3style/code/static_cells.h"

namespace m3lua::m3 {
namespace {

constexpr uint32_t kLargestChunk = 1 << 16;  // slots, unless more are needed
// Beyond the stack limit, for message handlers of a stack overflow.
constexpr uint32_t kOverflowReserve = 4000;

size_t BytesOf(uint32_t slots) {
  return sizeof(ArenaChunk) + slots * sizeof(Value);
}
uint32_t SlotsOf(ArenaChunk* chunk) {
  return static_cast<uint32_t>(chunk->end - chunk->slots());
}

// A slot of the old frame, in the new one.
Value* Follow(Value* slot, Value* start, Value* end, ptrdiff_t distance) {
  return slot >= start && slot < end ? slot + distance : slot;
}

}  // namespace

void SetChunk(Coroutine& co, ArenaChunk* chunk) {
  co.chunk = chunk;
  co.limit = chunk == nullptr ? nullptr : chunk->end - kFrameSlack;
}

ArenaChunk* AddChunk(Coroutine& co, uint32_t slots) {
  State& state = *co.state;
  uint32_t limit = state.options().stack_limit;
  if (co.in_handler > 0) limit += kOverflowReserve;
  if (co.slot_count + slots > limit) {
    if (co.in_handler > 0) ThrowString(state, "error in error handling");
    ThrowRuntime(co, "stack overflow");
  }
  if (co.chunk != nullptr) {
    uint32_t usual = std::min(SlotsOf(co.chunk) * 2, kLargestChunk);
    slots = std::max(slots, std::min(usual, limit - co.slot_count));
  }
  auto* chunk =
      static_cast<ArenaChunk*>(state.heap().AllocateBuffer(BytesOf(slots)));
  chunk->previous = co.chunk;
  chunk->end = chunk->slots() + slots;
  co.slot_count += slots;
  SetChunk(co, chunk);
  return chunk;
}

void DropChunk(Coroutine& co) {
  ArenaChunk* chunk = co.chunk;
  co.slot_count -= SlotsOf(chunk);
  SetChunk(co, chunk->previous);
  co.state->heap().FreeBuffer(chunk, BytesOf(SlotsOf(chunk)));
}

void DropChunksAbove(Coroutine& co, const Value* slot) {
  while (!Contains(co.chunk, slot)) DropChunk(co);
}

Value* ReplaceChunk(Coroutine& co, uint32_t needed) {
  ArenaChunk* old = co.chunk;
  ArenaChunk* chunk = AddChunk(co, kChunkRecordSlots + needed + kFrameSlack);
  WriteChunkRecord(chunk, RecordedReturn(old), RecordedTarget(old));
  chunk->previous = old->previous;
  old->previous = chunk;
  SetChunk(co, old);
  DropChunk(co);
  return chunk->slots() + kChunkRecordSlots;
}

Value* MoveFrameToNewChunk(Coroutine& co, Value* start, Value* base, Value* end,
                           uint32_t needed) {
  uint32_t size = static_cast<uint32_t>(end - start);
  // A frame that has a chunk to itself leaves it behind; else it would count
  // twice against the limit.
  ArenaChunk* old = co.chunk;
  bool alone = old->previous != nullptr &&
               start == old->slots() + kChunkRecordSlots &&
               HeaderOf(start + 2).ret ==
                   StaticCell(co.static_cells, StaticId::kLeaveChunk);
  uint32_t leaves = alone ? SlotsOf(old) : 0;
  co.slot_count -= leaves;
  ArenaChunk* chunk;
  try {
    chunk = AddChunk(co, kChunkRecordSlots + size + needed + kFrameSlack);
  } catch (...) {
    co.slot_count += leaves;
    throw;
  }
  Value* to = chunk->slots() + kChunkRecordSlots;
  ptrdiff_t distance = to - start;
  for (uint32_t i = 0; i < size; ++i) to[i] = start[i];
  FrameHeader& header = HeaderOf(to + 2);
  if (alone) {
    WriteChunkRecord(chunk, RecordedReturn(old), RecordedTarget(old));
  } else {
    WriteChunkRecord(chunk, header.ret, start);
    header.ret = StaticCell(co.static_cells, StaticId::kLeaveChunk);
    HeaderOf(base + distance).ret = header.ret;
  }
  for (Upvalue* up = co.open_upvalues;
       up != nullptr && up->location >= start && up->location < end;
       up = up->open.next_open) {
    up->location += distance;
  }
  for (uint32_t i = co.to_be_closed_count; i > 0; --i) {
    Value*& slot = co.to_be_closed[i - 1];
    Value* moved = Follow(slot, start, end, distance);
    if (moved == slot) break;
    slot = moved;
  }
  if (alone) {
    chunk->previous = old->previous;
    co.state->heap().FreeBuffer(old, BytesOf(leaves));
  }
  return base + distance;
}

}  // namespace m3lua::m3
