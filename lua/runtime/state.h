// Everything that the coroutines of one Lua state share.
//
// States share nothing with each other.  A state is used by one thread at a
// time.
//
// Guarded by tests/unit/runtime/state_test.cc.
#ifndef LUA_RUNTIME_STATE_H_
#define LUA_RUNTIME_STATE_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "lua/gc/heap.h"
#include "lua/object/coroutine.h"
#include "lua/object/value.h"
#include "lua/runtime/code_cache.h"
#include "lua/runtime/engine.h"
#include "lua/runtime/intern_table.h"
#include "lua/runtime/limits.h"
#include "lua/runtime/metatables.h"
#include "lua/runtime/shared.h"

namespace m3lua {

namespace embed {
class Host;
}
class Platform;

struct StateOptions {
  size_t memory_limit = 0;            // bytes; 0: none
  uint32_t stack_limit = 1000000;     // slots a coroutine may use
  uint32_t native_depth_limit = 200;  // nested native calls, "C stack overflow"
  uint32_t hash_seed = 0;             // 0: that of the process
  // Files, processes, time and environment, for the libraries (platform.h); it
  // must outlive the state.  Null: the system's.
  Platform* platform = nullptr;
  // Whether `load` and the like take binary chunks (which are verified).
  bool allow_bytecode = true;
  // For tests: sees the heap before anything is allocated.
  void (*on_heap)(gc::Heap& heap) = nullptr;
};

class State {
 public:
  // `make_engine` builds the engine for the new state (m3style/engine does).
  // Throws std::bad_alloc if there is no memory for it.
  using EngineFactory = std::unique_ptr<Engine> (*)(State& state);
  State(const StateOptions& options, EngineFactory make_engine);
  // Closes: to-be-closed variables of the main coroutine, all finalizers.
  ~State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  gc::Heap& heap() { return heap_; }
  Platform& platform() { return *platform_; }
  Engine& engine() { return *engine_; }
  const StateOptions& options() const { return options_; }

  Table* registry =
      nullptr;  // registry[1] main coroutine, [2] globals, _LOADED, _PRELOAD
  Table* globals = nullptr;
  Coroutine* main = nullptr;
  Coroutine* current = nullptr;  // the one that is running
  std::array<Table*, kTypeCount> type_metatables = {};
  std::array<String*, kEventCount> event_names = {};
  // Of the library io: what its functions would else have as upvalues, and
  // could not be shared for (shared.h).
  Table* file_metatable = nullptr;
  Userdata* file_defaults = nullptr;
  String* memory_error = nullptr;  // "not enough memory"
  InternTable strings;
  // Null in a state with a seed of its own.
  const shared::Strings* shared_strings = nullptr;
  CodeCache code_cache{*this};
  uint32_t hash_seed = 0;
  // The value of a LuaError in flight.
  Value pending_error = Value::Nil();

  // Warnings (the function `warn`): `to_continue` as in the manual.
  std::function<void(std::string_view message, bool to_continue)> warn;

  // What os.exit does; `close`: the state is to be closed first.  By default
  // (or if this returns) the process ends with std::exit(code).
  std::function<void(int code, bool close)> exit;

  // Raised by any thread (or a signal handler): the running script is stopped
  // at its next look (limits.h), with the error "interrupted!".
  std::atomic<bool> interrupt{false};

  // Budget, deadline, and what an end of those or an interrupt does.
  Limits limits{*this};

  // Of the embedding API (lua/embed/host.h); null: none.
  embed::Host* host = nullptr;
  // The same, if it is to go with the state (a module needed one).
  std::shared_ptr<void> owned_host;
  // Destroys what the memory of a userdata holds that has Userdata::host: in
  // the place of its finalizer.
  void (*destroy_host_object)(Userdata& userdata) = nullptr;
  // What `print` and io.stdout write to; stays open.  At first the platform's.
  std::FILE* standard_output;

  // Extra roots of host code.
  std::function<void(gc::Marker&)> visit_host_roots;

 private:
  void Open(const StateOptions& options, EngineFactory make_engine);
  // The heap frees strings without looking into the table.
  void FreeInternTable();

  StateOptions options_;
  Platform* platform_;
  gc::Heap heap_;
  std::unique_ptr<Engine> engine_;
};

inline gc::Heap& HeapOf(const Coroutine& co) { return co.state->heap(); }

}  // namespace m3lua

#endif  // LUA_RUNTIME_STATE_H_
