// A coroutine: a call arena of its own and the engine's registers while it is
// not running.  (The C API's lua_State will be this.)
//
// The arena is a list of chunks that never move; frames are described in
// m3style/frame/frame.h.
//
// Guarded by tests/unit/engine/coroutine_test.cc.
#ifndef LUA_OBJECT_COROUTINE_H_
#define LUA_OBJECT_COROUTINE_H_

#include <cstdint>

#include "lua/object/function.h"
#include "lua/object/object.h"
#include "lua/object/value.h"

namespace m3lua {

class State;

// A piece of a call arena.  The slots follow the header.
struct ArenaChunk {
  ArenaChunk* previous;
  Value* end;  // behind the last slot
  uint64_t unused[2];

  Value* slots() { return reinterpret_cast<Value*>(this + 1); }
};
static_assert(sizeof(ArenaChunk) == 32);

enum class CoroutineStatus : uint8_t {
  kSuspended,  // not started, or yielded
  kRunning,
  kNormal,  // has resumed another one
  kDead,    // returned, failed or closed
};

enum HookMask : uint8_t {
  kHookCall = 1,
  kHookReturn = 2,
  kHookLine = 4,
  kHookCount = 8,
};

// See debug.sethook; m3style/engine/hooks.h says when the engine calls it.
struct Hook {
  // Called with the event ("call", "tail call", "return", "line", "count") and
  // a line (-1 if none).
  using Function = void (*)(Coroutine& co, Hook& hook, const char* event,
                            int line);
  Function function = nullptr;
  Value lua_function = Value::Nil();  // for debug.sethook
  uint8_t mask = 0;
  bool active = false;  // the hook is running: no hooks inside
  int32_t count = 0;
  int32_t count_left = 0;
  // The instruction that ran last in the current frame: one before it, or on
  // another line, is a new line.
  uint32_t last_word = 0;
  // While an event is reported: the frame that it is about; for calls and
  // returns, which of its values (from 1) are its arguments or results.
  const Value* frame = nullptr;
  int64_t transfer_first = 0;
  int64_t transfer_count = 0;
};

struct Coroutine : Object {
  // Hot: handlers reach these through their pinned register.
  const m3::Cell* pc;  // the cell that a slow path works for, or where to go on
  Value* base;         // of the current frame, whenever the engine is left
  Value* top;          // end of an open list of values; end of a native frame
  Value* limit;        // a Lua frame must end below it
  int64_t budget;      // steps left until the chain unwinds (limits.h)
  const m3::Cell* static_cells;  // the strategy's (m3style/code/static_cells.h)
  Upvalue* open_upvalues;        // newest frame first
  State* state;

  ArenaChunk* chunk;   // the newest
  Coroutine* resumer;  // whom a yield goes back to; null: the host
  // Registers that are to be closed, oldest first.
  Value** to_be_closed;
  uint32_t to_be_closed_count;
  uint32_t to_be_closed_capacity;
  uint32_t slot_count;  // slots of all chunks, against the stack limit
  CoroutineStatus status;
  uint8_t hook_mask;   // copy of hook->mask, 0: no hook
  uint8_t failed;      // dead by an error: error_value is that
  uint8_t in_handler;  // nesting of message handlers
  uint8_t started;     // has been resumed at least once
  uint8_t
      host_resumed;  // a yield leaves the engine instead of going to resumer
  // Resumed by the host and left in the middle (Engine::ResumeBounded):
  // `resumer` is the coroutine that was running, this one or one that it has
  // resumed, whose error_value is the number of values in flight.
  uint8_t suspended;
  // Nested calls, against the limit of native calls: nested Run() and resumed
  // coroutines; pcall and xpcall frames of this coroutine.
  uint32_t native_depth;
  uint32_t protected_depth;
  uint32_t nonyieldable;               // native frames that a yield can't cross
  Hook* hook;                          // made on demand
  Coroutine* next_with_open_upvalues;  // the collector's list
  Value error_value;
};

}  // namespace m3lua

#endif  // LUA_OBJECT_COROUTINE_H_
