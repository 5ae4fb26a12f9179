// A Lua state in which a fuzz target may run anything: the library without
// files, processes and environment, a limit of memory, and a limit of steps
// that no program gets past.
//
// An input that is a program gets a Sandbox of its own, so that what happens
// depends on the input alone.
#ifndef TESTS_FUZZ_SANDBOX_H_
#define TESTS_FUZZ_SANDBOX_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "lua/object/value.h"
#include "lua/runtime/state.h"

namespace m3lua::fuzz {

struct SandboxOptions {
  size_t memory_limit = size_t{8} << 20;
  int64_t steps = 5000;  // back-edges and calls
};

class Sandbox {
 public:
  using Options = SandboxOptions;

  explicit Sandbox(const Options& options = {});

  // One that serves many inputs, for targets that run drivers of ours only; it
  // is renewed now and then.
  static Sandbox& Shared(const Options& options = {});

  State& state() { return state_; }

  // Compiles a chunk ("t") or reads one ("b"); false: `f` is the message.
  bool Load(std::string_view bytes, std::string_view mode, Value& f);

  // Calls `f`, with a message handler that makes a traceback.  False: an error,
  // which is in `results[0]`.
  bool Call(Value f, std::span<const Value> arguments,
            std::span<Value>* results = nullptr);
  bool Call(Value f, std::initializer_list<Value> arguments,
            std::span<Value>* results = nullptr) {
    return Call(f, std::span(arguments.begin(), arguments.size()), results);
  }

  // Runs a driver of the harness: Lua code of ours, which calls what is to be
  // tested under pcall and `violation(message)` if a promise is broken.  That
  // ends the process, as a crash would.  A Sandbox has one driver.
  void Drive(std::string_view driver, std::span<const Value> arguments);
  void Drive(std::string_view driver, std::initializer_list<Value> arguments) {
    Drive(driver, std::span(arguments.begin(), arguments.size()));
  }

  Value Text(std::string_view bytes);

 private:
  void Remove(std::string_view library,
              std::initializer_list<std::string_view> names);

  State state_;
};

// Ends the process with a message: the input has broken a promise.
[[noreturn]] void Violation(std::string_view what);

// A number that depends on every byte, for choices that are to change from one
// input to the next.
uint32_t Fingerprint(std::string_view bytes);

// Drives `driver` in a shared Sandbox.  Its arguments are the first `lines`
// lines of the input and, as one text, the rest.
void DriveLines(std::string_view input, int lines, std::string_view driver,
                const SandboxOptions& options);

}  // namespace m3lua::fuzz

#endif  // TESTS_FUZZ_SANDBOX_H_
