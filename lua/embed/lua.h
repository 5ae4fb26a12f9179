// Lua in a C++ program.
//
//   m3lua::Lua lua;
//   lua.Register("add", [](m3lua::Lua::Arguments a)
//                    -> absl::StatusOr<m3lua::Lua::Scalars> {
//     return m3lua::Lua::Scalars{std::get<int64_t>(a[0]) +
//                                std::get<int64_t>(a[1])};
//   });
//   absl::Status status = lua.RunString("x = add(40, 2)");
//   if (!status.ok()) LOG(ERROR) << m3lua::Lua::Describe(status);
//   absl::StatusOr<m3lua::Lua::Scalar> x = lua.GetGlobal("x");   // 42
//
// States share nothing, so each thread may have its own; one state is used by
// one thread at a time (Interrupt excepted).
//
// Errors are absl::Status with the message of Lua:
//   kInvalidArgument    the text can't be compiled, or a value is of a type
//                       that does not fit a Scalar
//   kNotFound           a file can't be read
//   kResourceExhausted  "not enough memory" (perhaps without that text)
//   kUnknown            an error raised by running code
// with the traceback as payload (see TracebackOf).
//
// For more than this, state() gives access to everything that the standard
// library itself is made of: lua/runtime/native.h and the headers beside it.
//
// Guarded by tests/unit/embed/lua_test.cc.
#ifndef LUA_EMBED_LUA_H_
#define LUA_EMBED_LUA_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lua/object/function.h"

namespace m3lua {

class State;

class Lua {
 public:
  // nil, a boolean, an integer, a float or a string (any bytes).
  using Scalar =
      std::variant<std::monostate, bool, int64_t, double, std::string>;
  using Scalars = std::vector<Scalar>;
  using Arguments = std::span<const Scalar>;
  // What Register takes.  An error status becomes a Lua error with its message.
  using HostFunction = std::function<absl::StatusOr<Scalars>(Arguments)>;

  struct Options {
    // All memory of the state, in bytes; 0: no limit.
    size_t memory_limit = 0;
    // Stack slots that a coroutine may use ("stack overflow").
    uint32_t stack_limit = 1000000;
    // Open the standard library (manual, chapter 6), io and os included.
    bool standard_library = true;
  };

  // Throws std::bad_alloc if there is no memory for the state.
  Lua() : Lua(Options()) {}
  explicit Lua(const Options& options);
  // Closes the state: runs finalizers.
  ~Lua();
  Lua(const Lua&) = delete;
  Lua& operator=(const Lua&) = delete;

  // Opens the standard library, for states made without it.
  absl::Status OpenLibraries();

  // Runs a chunk.  `chunk_name` appears in messages: "=name" as it is, "@file"
  // as the name of a file; empty: the start of the code.
  absl::Status RunString(std::string_view code,
                         std::string_view chunk_name = "");
  absl::Status RunFile(const std::string& file_name);

  // The values of an expression ("1 + 1"), or what a chunk returns.
  absl::StatusOr<Scalars> Eval(std::string_view code);
  // Calls the value of a global variable.
  absl::StatusOr<Scalars> Call(std::string_view function, Arguments arguments);

  absl::Status SetGlobal(std::string_view name, const Scalar& value);
  absl::StatusOr<Scalar> GetGlobal(std::string_view name);

  // Makes a C++ function a global.  It may call this object again.
  absl::Status Register(std::string_view name, HostFunction function);
  // The same for a function on the runtime's own terms (lua/runtime/native.h).
  absl::Status RegisterNative(std::string_view name, NativeFunction function);

  // From any thread or a signal handler: running code gets the error
  // "interrupted!" soon; if none runs, the code that is run next.
  void Interrupt();

  // The traceback that comes with the status of an error; empty: none.
  static std::string TracebackOf(const absl::Status& status);
  // Message and traceback.
  static std::string Describe(const absl::Status& status);

  State& state() { return *state_; }

 private:
  template <typename Action>
  absl::Status Protect(Action action);
  absl::Status Run(Value function, std::span<const Value> arguments,
                   Scalars* results);
  absl::Status LoadAndRun(std::string_view code, std::string_view chunk_name,
                          Scalars* results);
  static NativeResult CallHost(NativeCall& call);

  // Functions outlive the state, whose closures refer to them.
  std::vector<std::unique_ptr<HostFunction>> functions_;
  std::unique_ptr<State> state_;
};

}  // namespace m3lua

#endif  // LUA_EMBED_LUA_H_
