// The program `lua` (manual, section 7).
//
// Guarded by tests/cli.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <new>

#include "lua/cli/interpreter.h"
#include "lua/cli/options.h"
#include "lua/cli/repl.h"
#include "lua/cli/version.h"
#include "lua/gc/allocator.h"
#include "lua/runtime/errors.h"

namespace m3lua::cli {
namespace {

void PrintVersion() {
  std::puts(kVersionLine);
  std::fflush(stdout);
}

// LUA_INIT_5_4, or else LUA_INIT: code, or "@file".
bool RunInitialisation(Interpreter& interpreter) {
  for (const char* name : {"=LUA_INIT_5_4", "=LUA_INIT"}) {
    const char* value = std::getenv(name + 1);
    if (value == nullptr) continue;
    return value[0] == '@' ? interpreter.RunFile(value + 1)
                           : interpreter.RunString(value, name);
  }
  return true;
}

bool Perform(Interpreter& interpreter, const Action& action) {
  switch (action.kind) {
    case Action::kExecute:
      return interpreter.RunString(action.argument, "=(command line)");
    case Action::kRequire:
      return interpreter.Require(action.argument);
    case Action::kWarningsOn:
      if (interpreter.state().warn) interpreter.state().warn("@on", false);
      return true;
  }
  return false;
}

bool Run(Interpreter& interpreter, const Options& options, int argc,
         char** argv) {
  if (!options.ignore_environment && !RunInitialisation(interpreter)) {
    return false;
  }
  for (const Action& action : options.actions) {
    if (!Perform(interpreter, action)) return false;
  }
  bool has_script = options.script > 0 && options.script < argc;
  if (has_script) {
    const char* script = argv[options.script];
    bool is_stdin = script == std::string_view("-") &&
                    argv[options.script - 1] != std::string_view("--");
    if (!interpreter.RunScript(is_stdin ? nullptr : script)) return false;
  }
  if (options.interactive) {
    RunPrompt(interpreter);
  } else if (!has_script && !options.executes && !options.version) {
    if (isatty(STDIN_FILENO)) {
      PrintVersion();
      RunPrompt(interpreter);
    } else {
      // (An error is reported, but not told by the exit code, as in PUC Lua.)
      interpreter.RunFile(nullptr);
    }
  }
  return true;
}

int Main(int argc, char** argv) {
  const char* program = argc > 0 && argv[0][0] != '\0' ? argv[0] : "lua";
  Options options = ParseOptions(argc, argv);
  if (options.bad_argument != 0) {
    std::fputs(UsageText(program, argv[options.bad_argument]).c_str(), stderr);
    return EXIT_FAILURE;
  }
  if (options.version) PrintVersion();
  try {
    Interpreter interpreter(program, options.ignore_environment);
    try {
      interpreter.SetArguments(argc, argv, options.script);
      return Run(interpreter, options, argc, argv) ? EXIT_SUCCESS
                                                   : EXIT_FAILURE;
    } catch (const LuaError&) {
      interpreter.Report(interpreter.state().pending_error);
    }
  } catch (const std::exception&) {
    std::fprintf(stderr, "%s: not enough memory\n", program);
  }
  return EXIT_FAILURE;
}

}  // namespace
}  // namespace m3lua::cli

int main(int argc, char** argv) {
  m3lua::gc::PrepareAllocator();
  return m3lua::cli::Main(argc, argv);
}
