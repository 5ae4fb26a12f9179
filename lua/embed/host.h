// What the embedding API keeps for a state; not for users of the API.
//
// Everything that may raise a Lua error or run Lua code for the host goes
// through here: no LuaError leaves Protect or Call, and each error becomes a
// status with its payload (error.h).
//
// Collections happen where Lua code runs.  So that a host which only moves
// values collects as well, each call from outside of all Lua code begins with a
// safepoint.
//
// Guarded by tests/unit/embed/.
#ifndef LUA_EMBED_HOST_H_
#define LUA_EMBED_HOST_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "lua/embed/error.h"
#include "lua/embed/function.h"
#include "lua/embed/object.h"
#include "lua/embed/reference.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/state.h"

namespace m3lua {

class CoroutineRef;
class ErrorInfo;
class Lua;

namespace embed {

class Host;

struct TypeRecord;

// Whatever memory there is.
absl::Status MakeStatus(absl::StatusCode code, std::string_view message);

// What BoundedRun is made of (coroutine.cc).
enum class BoundedOutcome { kReturned, kYielded, kWaiting, kSuspended };
absl::Status ResumeBounded(Host& host, const CoroutineRef& coroutine,
                           std::span<const Outgoing> arguments, Values& results,
                           BoundedOutcome& outcome);
// Closes a coroutine; no Lua code is run for it.
void GiveUpCoroutine(const CoroutineRef& coroutine);

// What the message handler found out about an error, for the protected call
// that waits for it.
struct Capture {
  std::unique_ptr<ErrorInfo> info;
  Capture* outer = nullptr;
  Value error = Value::Nil();
  // An error in a __close may have taken its place since.
  bool IsOf(Value e) const {
    return error.tag == e.tag && error.payload.bits == e.payload.bits;
  }
};

// A coroutine, and whom to tell when it is done.
struct Spawned {
  Ref coroutine;
  std::function<void(absl::StatusOr<Values>)> done;
};

class Host {
 public:
  Host(State& state, Lua* lua);
  // The state is gone; references become empty.
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  State& state() { return state_; }
  Lua* lua() { return lua_; }

  // To be called first by what the host calls, before values are made.
  void Enter();

  // Runs `action`, which returns a Status and may raise Lua errors but runs no
  // Lua code.
  template <typename Action>
  absl::Status Protect(Action action) {
    try {
      return action();
    } catch (const LuaError&) {
      return PendingError();
    } catch (const std::bad_alloc&) {
      return MemoryError();
    }
  }

  // Calls `f`; `results` (`wanted` of them, -1: all) are good until the state
  // is used again.
  absl::Status Call(Value f, std::span<const Outgoing> arguments, int wanted,
                    std::span<Value>& results);

  // The same with values that are there, after Enter().
  absl::Status CallValues(Value f, std::span<const Value> arguments, int wanted,
                          std::span<Value>& results);

  // t[key] with metamethods; the result in `value`.
  absl::Status Index(Value t, const Outgoing& key, Value& value);
  absl::Status SetIndex(Value t, const Outgoing& key, const Outgoing& value);

  // ---- statuses
  // Of an error value; `info`: what the handler knows, if it was called.  Of
  // the run that has just ended: its bounds decide about the code (limits.h).
  absl::Status ErrorStatus(Value error, std::unique_ptr<ErrorInfo> info);
  absl::Status SyntaxError(absl::StatusCode code, std::string_view message);
  absl::Status PendingError();
  // Of the exception in flight.
  absl::Status Exception();
  // The error value of a status that came from this state; false: it did not.
  bool ErrorValue(const absl::Status& status, Value& value);
  static Ref ValueOf(const ErrorInfo& info);
  static void Forget(ErrorInfo& info);

  void AddRef(RefNode& node) {
    node.previous = &refs_;
    node.next = refs_.next;
    refs_.next->previous = &node;
    refs_.next = &node;
  }

  // ---- user types (type.cc)
  TypeRecord* FindType(const internal::TypeKey* key) const;
  void AddType(std::unique_ptr<TypeRecord> record);

  // ---- coroutines (coroutine.cc)
  // `outcome`: kFailed if the status is not OK.  `bounded`: may be left where
  // it stands (Engine::ResumeBounded).
  absl::Status Resume(Coroutine& co, std::span<const Outgoing> arguments,
                      bool bounded, std::span<Value>& results,
                      ResumeStatus& outcome);
  absl::Status Resume(Coroutine& co, std::span<const Outgoing> arguments,
                      std::span<Value>& results) {
    ResumeStatus outcome;
    return Resume(co, arguments, /*bounded=*/false, results, outcome);
  }
  // What Spawn has started and is not done, and those that wait for the host.
  absl::flat_hash_map<const Coroutine*, Spawned> spawned;
  absl::flat_hash_set<const Coroutine*> waiting;
  Value wait_function = Value::Nil();

  // Of buffers (buffer.cc); null before the first.
  Table* buffer_metatable = nullptr;

  // No Lua code runs.
  bool IsOutside() const {
    return state_.current == state_.main && state_.main->native_depth == 0;
  }

 private:
  friend class m3lua::ErrorInfo;
  static NativeResult HandleError(NativeCall& call);
  void Visit(gc::Marker& marker);
  void VisitErrors(gc::Marker& marker);
  void ForgetErrors();
  // kUnknown, unless the message is that of a bound which has ended the run.
  absl::StatusCode CodeOf(std::string_view message) const;
  // The message, traceback and position of an error value, of a coroutine whose
  // frames are there from `level` on.
  void Describe(Coroutine& co, int level, Value error, ErrorInfo& info);
  // The same for a coroutine that has died of it.
  std::unique_ptr<ErrorInfo> InfoOfDead(Coroutine& co, Value error);
  absl::Status WithPayload(absl::Status status,
                           std::unique_ptr<ErrorInfo> info);

  State& state_;
  Lua* lua_;
  RefNode refs_;
  Value handler_;
  Value index_;
  Value set_index_;
  Capture* capture_ = nullptr;
  // Errors with values of this state that are alive (under a lock, error.cc).
  std::atomic<int> error_values_{0};
  absl::flat_hash_map<const internal::TypeKey*, std::unique_ptr<TypeRecord>>
      types_;
};

}  // namespace embed

namespace internal {

// The name of a type as the compiler spells it.
std::string_view PrettyTypeName(const TypeKey* key);
// The key of userdata that no type knows.
const TypeKey* HiddenKey();
// A new userdata with `bytes` (at `storage`) behind its Box.  May raise.
Userdata* NewUserdataWithBox(State& state, const void* host, Table* metatable,
                             size_t bytes, size_t align, bool needs_destroying,
                             int user_values, void*& storage);
// In a catch clause of a native function: what was thrown as a Lua error.
NativeResult RaiseException(NativeCall& call);

}  // namespace internal
}  // namespace m3lua

#endif  // LUA_EMBED_HOST_H_
