// Guarded by tests/cli.
#include "lua/cli/repl.h"

#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lua/cli/line_editor.h"
#include "lua/runtime/load.h"
#include "lua/runtime/native.h"
#include "lua/runtime/operations.h"
#include "lua/runtime/strings.h"
#include "lua/syntax/concat.h"

namespace m3lua::cli {
namespace {

constexpr std::string_view kChunkName = "=stdin";

Value Global(State& state, std::string_view name) {
  return Index(*state.main, Value::Of(state.globals),
               Value::Of(NewString(state, name)));
}

// Calls the global `print` with its arguments (which are safe as such).
NativeResult PrintValues(NativeCall& call) {
  Value print = Global(call.state(), "print");
  std::span<const Value> values(call.co.base,
                                static_cast<size_t>(call.count()));
  call.state().engine().Call(call.co, print, values, 0);
  return call.Return();
}

class Prompt {
 public:
  explicit Prompt(Interpreter& interpreter)
      : interpreter_(interpreter),
        state_(interpreter.state()),
        editor_(LineEditor::ForTerminal(state_)) {}

  void Run() {
    // Kept by the registry.
    print_values_ =
        Value::Of(static_cast<Function*>(NewNative(state_, PrintValues)));
    SetField(state_, state_.registry, "m3lua.print_values", print_values_);
    for (;;) {
      Value function = Value::Nil();
      bool loaded;
      if (!LoadLines(loaded, function)) break;
      std::span<Value> results(&function, 1);
      if (loaded && interpreter_.Call(function, {}, -1, results)) {
        Print(results);
      } else {
        interpreter_.Report(results[0]);
      }
    }
    std::fputc('\n', stdout);
    std::fflush(stdout);
  }

 private:
  bool ReadLine(bool first, std::string& line) {
    Value prompt = Global(state_, first ? "_PROMPT" : "_PROMPT2");
    std::string text = first ? "> " : ">> ";
    if (!prompt.is_nil()) {
      text = ToDisplayString(*state_.main, prompt)->view();
    }
    return editor_->Read(text, line);
  }

  bool LoadText(std::string_view text, Value& result) {
    return Load(state_, text, kChunkName, "t", result);
  }

  static bool IsIncomplete(Value message) {
    return message.string()->view().ends_with("<eof>");
  }

  // Reads a line and all that continue it.  False: the input is at its end.
  // `result` is the function or a message.
  bool LoadLines(bool& loaded, Value& result) {
    std::string text;
    if (!ReadLine(/*first=*/true, text)) return false;
    if (text.starts_with('=')) text.replace(0, 1, "return ");
    loaded = LoadText(syntax::Concat("return ", text, ";"), result);
    while (!loaded) {
      loaded = LoadText(text, result);
      if (loaded || !IsIncomplete(result)) break;
      std::string message(result.string()->view());
      std::string line;
      if (!ReadLine(/*first=*/false, line)) {
        result = Value::Of(NewString(state_, message));
        break;
      }
      text.append("\n").append(line);
    }
    editor_->Remember(text);
    return true;
  }

  void Print(std::span<Value> values) {
    if (values.empty()) return;
    // The next call goes where they are.
    std::vector<Value> copies(values.begin(), values.end());
    std::span<Value> results;
    if (state_.engine().ProtectedCall(*state_.main, print_values_, copies, 0,
                                      Value::Nil(), results)) {
      return;
    }
    std::string_view message =
        results[0].is_string() ? results[0].string()->view() : "(null)";
    interpreter_.Complain(
        syntax::Concat("error calling 'print' (", message, ")"));
  }

  Interpreter& interpreter_;
  State& state_;
  std::unique_ptr<LineEditor> editor_;
  Value print_values_ = Value::Nil();
};

}  // namespace

void RunPrompt(Interpreter& interpreter) {
  std::string name = interpreter.program_name();
  interpreter.set_program_name("");
  Prompt(interpreter).Run();
  interpreter.set_program_name(name);
}

}  // namespace m3lua::cli
