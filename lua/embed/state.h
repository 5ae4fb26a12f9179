// A Lua state, and running code in it.
//
//   m3lua::Lua lua;
//   lua.Set("add", [](int64_t a, int64_t b) { return a + b; }).IgnoreError();
//   absl::Status status = lua.RunString("x = add(40, 2)");
//   if (!status.ok()) LOG(ERROR) << m3lua::Describe(status);
//   absl::StatusOr<int> x = lua.Get<int>("x");   // 42
//
// States share nothing, so each thread may have its own; one state is used by
// one thread at a time (Interrupt excepted).  Apart from
// constructors nothing here throws; errors are statuses (error.h).
//
// For more than this API, state() gives access to everything that the standard
// library itself is made of: lua/runtime/native.h and the headers beside it.
//
// Guarded by tests/unit/embed/state_test.cc.
#ifndef LUA_EMBED_STATE_H_
#define LUA_EMBED_STATE_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lua/embed/coroutine.h"
#include "lua/embed/error.h"
#include "lua/embed/function.h"
#include "lua/embed/limits.h"
#include "lua/embed/reference.h"
#include "lua/embed/table.h"
#include "lua/embed/type.h"

namespace m3lua {

class Platform;
// As in lua/object/function.h, which is long to compile.
class NativeCall;
struct NativeResult;
using NativeFunction = NativeResult (*)(NativeCall& call);

// The libraries of the manual's chapter 6, as a set.
enum class Library : uint32_t {
  kNone = 0,
  kBase = 1,  // print, pcall, load, ... and _G
  kPackage = 2,
  kCoroutine = 4,
  kTable = 8,
  kIo = 16,
  kOs = 32,
  kString = 64,
  kMath = 128,
  kUtf8 = 256,
  kDebug = 512,
  kAll = 1023,
};
constexpr Library operator|(Library a, Library b) {
  return static_cast<Library>(static_cast<uint32_t>(a) |
                              static_cast<uint32_t>(b));
}

// A value without identity: nil, a boolean, an integer, a float or a string.
using Scalar = std::variant<std::monostate, bool, int64_t, double, std::string>;
using Scalars = Many<Scalar>;

class Lua {
 public:
  struct Options {
    Library libraries = Library::kAll;
    // All memory of the state, in bytes; 0: no limit.
    size_t memory_limit = 0;
    // For everything that runs in the state, as by SetBounds once the libraries
    // are open.
    Bounds bounds = {.catchable = true};
    // What the libraries io, os and package, and dofile, loadfile and print,
    // reach of the system: files, standard streams, processes, environment,
    // time (lua/runtime/platform.h).  It must outlive the state.  Null: all of
    // it.
    Platform* platform = nullptr;
    // Whether load and the like take binary chunks.  (They are verified.)
    bool allow_bytecode = true;
    // Stack slots that a coroutine may use ("stack overflow").
    uint32_t stack_limit = 1000000;

    // What print and io.stdout write, in pieces; by default to stdout.
    std::function<void(std::string_view text)> output;
    // Warnings (the function `warn`), as pieces of a message: `to_continue` if
    // more of it follows.  By default as the program `lua` treats them.
    std::function<void(std::string_view message, bool to_continue)> warn;
    // The source (or binary chunk) of a module for `require`, after
    // package.preload and before files; kNotFound: not here.  Needs the library
    // package.
    std::function<absl::StatusOr<std::string>(std::string_view module)> loader;
  };

  // Throws std::bad_alloc if there is no memory for the state.
  Lua() : Lua(Options()) {}
  explicit Lua(Options options);
  // Closes the state: runs finalizers, destroys the objects that it owns,
  // empties references.
  ~Lua();
  Lua(const Lua&) = delete;
  Lua& operator=(const Lua&) = delete;

  // Opens libraries, for states made without them.
  absl::Status Open(Library libraries);

  // ---- running code

  // Runs a chunk.  `chunk_name` appears in messages: "=name" as it is, "@file"
  // as the name of a file; empty: the start of the code.
  absl::Status RunString(std::string_view code,
                         std::string_view chunk_name = "");
  absl::Status RunFile(const std::string& file_name);

  // The values of an expression ("1 + 1"), or what a chunk returns; R... as for
  // FunctionRef::Call.
  template <typename... R>
  typename embed::ResultsAs<R...>::Type Eval(std::string_view code) {
    absl::StatusOr<FunctionRef> f = LoadExpression(code);
    if (!f.ok()) return f.status();
    return f->Call<R...>();
  }

  // Compiles a chunk, to be called any number of times.  `mode`: "t" allows
  // source text, "b" binary chunks (which are verified).
  absl::StatusOr<FunctionRef> Load(std::string_view code,
                                   std::string_view chunk_name = "",
                                   std::string_view mode = "t");
  absl::StatusOr<FunctionRef> LoadFile(const std::string& file_name,
                                       std::string_view mode = "t");

  // ---- globals

  TableRef globals();
  // The global of this name; with further keys, a field of it.
  template <typename T, typename... K>
  absl::StatusOr<T> Get(const K&... names) {
    return globals().template Get<T>(names...);
  }
  // A value, or a callable (bind.h).
  template <typename... KV>
  absl::Status Set(KV&&... names_and_value) {
    return globals().Set(std::forward<KV>(names_and_value)...);
  }
  // Calls the global function of this name.
  template <typename... R, typename... A>
  typename embed::ResultsAs<R...>::Type Call(std::string_view function,
                                             A&&... arguments) {
    Value f;
    absl::Status status = GlobalFunction(function, f);
    if (!status.ok()) return status;
    // (A finalizer may run first, and exchange the global.)
    Ref held(*state_, f);
    return embed::CallAs<R...>(*host_, f, std::forward<A>(arguments)...);
  }
  // Makes a user type known, with a global of its name (type.h).
  absl::Status Register(const TypeDescription& type);
  // Makes a function on the runtime's own terms (lua/runtime/native.h) a
  // global.
  absl::Status RegisterNative(std::string_view name, NativeFunction function);

  // ---- coroutines (coroutine.h)

  // A coroutine that runs `f` once it is resumed.
  absl::StatusOr<CoroutineRef> NewCoroutine(const FunctionRef& f);
  // Starts a coroutine that calls `f`.  `done` is called with the results or
  // the error once it has ended, which may be before this returns; null: nobody
  // is told.  It is kept until then, so the host need not hold it.
  template <typename... A>
  absl::StatusOr<CoroutineRef> Spawn(
      const FunctionRef& f, std::function<void(absl::StatusOr<Values>)> done,
      A&&... arguments) {
    const embed::Outgoing outgoing[] = {
        embed::Outgoing::Of(std::forward<A>(arguments))..., embed::Outgoing{}};
    return Start(f, std::move(done), {outgoing, sizeof...(A)});
  }
  // How many of those have not ended.
  size_t spawned() const;

  // ---- values

  absl::StatusOr<TableRef> NewTable();
  // Any C++ value as a Lua value.
  template <typename T>
  absl::StatusOr<Ref> New(T&& x) {
    return Make(embed::Outgoing::Of(std::forward<T>(x)));
  }

  // ---- the state

  // From any thread or a signal handler: running code gets the error
  // "interrupted!" soon; if none runs, the code that is run next.
  void Interrupt();
  // The same for threads that may outlive the state.
  InterruptHandle interrupt_handle();
  // A whole collection, finalizers included.
  void Collect();
  // What the state takes, in bytes.
  size_t memory() const;
  // All memory of the state, in bytes; 0: no limit.  Below what is in use:
  // nothing more can be allocated.
  void SetMemoryLimit(size_t bytes);

  // ---- bounds (limits.h)

  // For everything that runs in the state from now on, until it is changed;
  // what is left of the bounds before is forgotten.
  void SetBounds(const Bounds& bounds);
  // None, and errors can be caught: as in a new state.
  void ClearBounds();
  // Steps that are left; negative if more were taken (a library function pays
  // for its work in portions).  INT64_MAX: no bound.
  int64_t steps_left() const;

  State& state() { return *state_; }
  embed::Host& host() { return *host_; }

 private:
  absl::StatusOr<FunctionRef> LoadExpression(std::string_view code);
  absl::Status GlobalFunction(std::string_view name, Value& f);
  absl::StatusOr<CoroutineRef> Start(
      const FunctionRef& f, std::function<void(absl::StatusOr<Values>)> done,
      std::span<const embed::Outgoing> arguments);
  absl::StatusOr<Ref> Make(const embed::Outgoing& value);
  void SetOutput();
  absl::Status SetLoader();
  void DropInterruptHandles();

  Options options_;
  std::FILE* output_ = nullptr;
  std::shared_ptr<InterruptHandle::Shared> interrupts_;  // null: none yet
  // The state goes first: its finalizers use the host.
  std::unique_ptr<embed::Host> host_;
  std::unique_ptr<State> state_;
};

}  // namespace m3lua

#endif  // LUA_EMBED_STATE_H_
