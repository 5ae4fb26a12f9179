// Guarded by tests/cli.
#include "lua/cli/interpreter.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "lua/embed/message_handler.h"
#include "lua/runtime/conversion.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/load.h"
#include "lua/runtime/native.h"
#include "lua/runtime/operations.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/stdlib/libraries.h"
#include "lua/syntax/concat.h"
#include "m3style/engine/make_engine.h"

namespace m3lua::cli {
namespace {

// ---- SIGINT: the first one interrupts the script, a second one before that
// has stopped ends the process.

std::atomic<State*> interrupted_state = nullptr;

void SetSignal(void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
}

void OnInterrupt(int) {
  SetSignal(SIG_DFL);
  if (State* state = interrupted_state.load()) state->interrupt = true;
}

class CatchInterrupts {
 public:
  explicit CatchInterrupts(State& state) : state_(state) {
    interrupted_state = &state;
    SetSignal(OnInterrupt);
  }
  ~CatchInterrupts() {
    SetSignal(SIG_DFL);
    interrupted_state = nullptr;
    state_.interrupt = false;
  }

 private:
  State& state_;
};

}  // namespace

Interpreter::Interpreter(std::string program_name, bool ignore_environment)
    : program_name_(std::move(program_name)),
      state_(std::make_unique<State>(StateOptions(), m3::MakeEngine)) {
  State& state = *state_;
  state.exit = [this](int code, bool close) {
    // (The state goes while frames of its engine are still on the native
    // stack; nothing returns into them.)
    if (close) state_.reset();
    std::exit(code);
  };
  if (ignore_environment) {
    SetField(state, state.registry, "LUA_NOENV", Value::Boolean(true));
  }
  stdlib::OpenAll(state);
  message_handler_ = embed::NewMessageHandler(state);
}

Interpreter::~Interpreter() = default;

void Interpreter::SetArguments(int argc, char** argv, int script) {
  State& state = *state_;
  if (script == argc) script = 0;  // none: all of them are options
  Table* arg = NewTable(state);
  SetField(state, state.globals, "arg", Value::Of(arg));
  for (int i = 0; i < argc; ++i) {
    SetInteger(state, arg, i - script, Value::Of(NewString(state, argv[i])));
  }
}

// ---- running

bool Interpreter::Call(Value f, std::span<const Value> arguments, int wanted,
                       std::span<Value>& results) {
  CatchInterrupts interrupts(*state_);
  return state_->engine().ProtectedCall(*state_->main, f, arguments, wanted,
                                        message_handler_, results);
}

bool Interpreter::RunLoaded(bool loaded, Value function) {
  std::span<Value> results(&function, 1);
  bool ok = loaded && Call(function, {}, 0, results);
  if (!ok) Report(results[0]);
  return ok;
}

bool Interpreter::RunString(std::string_view code,
                            std::string_view chunk_name) {
  Value function = Value::Nil();
  bool loaded = Load(*state_, code, chunk_name, "bt", function);
  return RunLoaded(loaded, function);
}

bool Interpreter::RunFile(const char* file_name) {
  Value function = Value::Nil();
  bool loaded = LoadFile(*state_, file_name, "bt", function);
  return RunLoaded(loaded, function);
}

bool Interpreter::RunScript(const char* file_name) {
  State& state = *state_;
  Value function = Value::Nil();
  if (!LoadFile(state, file_name, "bt", function)) {
    Report(function);
    return false;
  }
  std::vector<Value> arguments;
  Value arg = GetField(state, state.globals, "arg");
  if (!arg.is_table()) ThrowString(state, "'arg' is not a table");
  int64_t count = Length(arg.table());
  for (int64_t i = 1; i <= count; ++i) {
    arguments.push_back(GetInteger(arg.table(), i));
  }
  std::span<Value> results;
  bool ok = Call(function, arguments, 0, results);
  if (!ok) Report(results[0]);
  return ok;
}

bool Interpreter::Require(std::string_view option) {
  State& state = *state_;
  std::string_view global = option;
  std::string_view module = option;
  if (size_t equals = option.find('='); equals != std::string_view::npos) {
    global = option.substr(0, equals);
    module = option.substr(equals + 1);
  } else {
    global = option.substr(0, option.find('-'));
  }
  Value globals = Value::Of(state.globals);
  Value require =
      Index(*state.main, globals, Value::Of(NewString(state, "require")));
  Value name = Value::Of(NewString(state, module));
  std::span<Value> results;
  if (!Call(require, {&name, 1}, 1, results)) {
    Report(results[0]);
    return false;
  }
  SetIndex(*state.main, globals, Value::Of(NewString(state, global)),
           results[0]);
  return true;
}

// ---- errors

void Interpreter::Report(Value error) {
  String* message = ToString(*state_, error);
  Complain(message != nullptr ? message->view()
                              : "(error message not a string)");
}

void Interpreter::Complain(std::string_view message) {
  std::string text;
  if (!program_name_.empty()) text = syntax::Concat(program_name_, ": ");
  text.append(message).append("\n");
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace m3lua::cli
