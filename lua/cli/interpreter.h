// A state with the standard library, and the ways in which the program `lua`
// runs code in it and reports errors.
//
// Guarded by tests/cli.
#ifndef LUA_CLI_INTERPRETER_H_
#define LUA_CLI_INTERPRETER_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "lua/object/value.h"
#include "lua/runtime/state.h"

namespace m3lua::cli {

class Interpreter {
 public:
  // Messages start with "program_name: ".
  Interpreter(std::string program_name, bool ignore_environment);
  ~Interpreter();
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  State& state() { return *state_; }

  // The table `arg`; the script is argv[script].
  void SetArguments(int argc, char** argv, int script);

  // Each of these reports errors; false: there was one.
  bool RunString(std::string_view code, std::string_view chunk_name);
  // Null: the standard input.
  bool RunFile(const char* file_name);
  // With the elements of `arg` as arguments.
  bool RunScript(const char* file_name);
  // -l: "mod" or "global=mod"; a suffix "-version" is not part of the global's
  // name.
  bool Require(std::string_view option);

  // Calls `f` with SIGINT caught; an error is what the message handler made of
  // it.  `results` are valid until the state is used again.
  bool Call(Value f, std::span<const Value> arguments, int wanted,
            std::span<Value>& results);
  // "program: message" to stderr.
  void Report(Value error);
  void Complain(std::string_view message);
  // Messages without a program name (the prompt), and back.
  void set_program_name(std::string name) { program_name_ = std::move(name); }
  const std::string& program_name() const { return program_name_; }

 private:
  bool RunLoaded(bool loaded, Value function);

  std::string program_name_;
  std::unique_ptr<State> state_;
  Value message_handler_ = Value::Nil();
};

}  // namespace m3lua::cli

#endif  // LUA_CLI_INTERPRETER_H_
