#include "m3style/engine/variables.h"

#include "lua/runtime/metatables.h"
#include "m3style/ops/metamethod.h"

namespace m3lua::m3 {
namespace {

// Takes the newest open upvalue off the list and gives it its own value.
void CloseNewest(Coroutine& co) {
  Upvalue* up = co.open_upvalues;
  co.open_upvalues = up->open.next_open;
  const Value v = *up->location;
  up->closed.Set(v);
  up->location = &up->closed;
  co.state->heap().BarrierForward(up, v);
}

}  // namespace

Upvalue* FindUpvalue(Coroutine& co, Value* slot) {
  Upvalue** at = &co.open_upvalues;
  while (*at != nullptr && Contains(co.chunk, (*at)->location) &&
         (*at)->location >= slot) {
    if ((*at)->location == slot) {
      co.state->heap().Revive(*at);
      return *at;
    }
    at = &(*at)->open.next_open;
  }
  auto* up = co.state->heap().New<Upvalue>(ObjectKind::kUpvalue);
  up->location = slot;
  up->open.next_open = *at;
  *at = up;
  co.state->heap().NoteOpenUpvalues(&co);
  return up;
}

void CloseUpvaluesSlow(Coroutine& co, Value* level) {
  while (co.open_upvalues != nullptr && co.open_upvalues->location >= level &&
         co.open_upvalues->location < co.chunk->end) {
    CloseNewest(co);
  }
}

void CloseUpvaluesAbove(Coroutine& co, Value* level) {
  if (co.open_upvalues == nullptr) return;
  for (ArenaChunk* chunk = co.chunk; chunk != nullptr;
       chunk = chunk->previous) {
    bool last = Contains(chunk, level);
    while (co.open_upvalues != nullptr &&
           Contains(chunk, co.open_upvalues->location) &&
           (!last || co.open_upvalues->location >= level)) {
      CloseNewest(co);
    }
    if (last) return;
  }
}

void ReserveVariables(Coroutine& co, uint32_t count) {
  while (co.to_be_closed_count + count > co.to_be_closed_capacity) {
    uint32_t capacity =
        co.to_be_closed_capacity == 0 ? 4 : co.to_be_closed_capacity * 2;
    co.to_be_closed = static_cast<Value**>(co.state->heap().ReallocateBuffer(
        co.to_be_closed, co.to_be_closed_capacity * sizeof(Value*),
        capacity * sizeof(Value*)));
    co.to_be_closed_capacity = capacity;
  }
}

void PushVariable(Coroutine& co, Value* slot) {
  ReserveVariables(co, 1);
  co.to_be_closed[co.to_be_closed_count++] = slot;
}

void PushMarkers(Coroutine& co, const Cell* pc, uint64_t n) {
  PushVariable(co,
               reinterpret_cast<Value*>(reinterpret_cast<uintptr_t>(pc) | 1));
  PushVariable(co, reinterpret_cast<Value*>(n << 1 | 1));
}

void PopMarkers(Coroutine& co, const Cell*& pc, uint64_t& n) {
  n = reinterpret_cast<uintptr_t>(PopVariable(co)) >> 1;
  pc = reinterpret_cast<const Cell*>(
      reinterpret_cast<uintptr_t>(PopVariable(co)) - 1);
}

const Cell* CallClose(Registers& r, Value* variable, Value* end, Value error,
                      StaticId then) {
  Coroutine& co = *r.co;
  CloseUpvalues(co, variable);
  Value value = *variable;
  Value mm = MetamethodOf(*co.state, value, Event::kClose);
  WriteRecord(end, co.pc, 0);
  end[1].Set(mm);
  Value* base = end + 3;
  HeaderOf(base) = {Static(r, then), r.base};
  base[0].Set(value);
  base[1].Set(error);
  r.n = 2;
  r.base = base;
  return EnterUnpaid(r);
}

}  // namespace m3lua::m3
