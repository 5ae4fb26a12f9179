// Guarded by tests/unit/cli/options_test.cc and tests/cli.
#include "lua/cli/options.h"

#include "lua/syntax/concat.h"

namespace m3lua::cli {

Options ParseOptions(int argc, char** argv) {
  Options options;
  auto wrong = [&](int i) {
    options.bad_argument = i;
    return options;
  };
  int i = 1;
  for (; i < argc; ++i) {
    const char* argument = argv[i];
    if (argument[0] != '-' || argument[1] == '\0') {
      options.script = i;
      return options;
    }
    bool alone = argument[2] == '\0';
    switch (argument[1]) {
      case '-':
        if (!alone) return wrong(i);
        options.script = i + 1;
        return options;
      case 'E':
        if (!alone) return wrong(i);
        options.ignore_environment = true;
        break;
      case 'i':
      case 'v':
        if (!alone) return wrong(i);
        options.version = true;
        if (argument[1] == 'i') options.interactive = true;
        break;
      case 'W':
        if (!alone) return wrong(i);
        options.actions.push_back({Action::kWarningsOn, nullptr});
        break;
      case 'e':
      case 'l': {
        int option = i;
        const char* value = argument + 2;
        if (alone) {
          value = argv[++i];
          if (value == nullptr || value[0] == '-') return wrong(option);
        }
        bool execute = argument[1] == 'e';
        if (execute) options.executes = true;
        options.actions.push_back(
            {execute ? Action::kExecute : Action::kRequire, value});
        break;
      }
      default:
        return wrong(i);
    }
  }
  return options;
}

std::string UsageText(const char* program, const char* bad_argument) {
  bool lacks_value = bad_argument[1] == 'e' || bad_argument[1] == 'l';
  std::string text = syntax::Concat(program, ": ");
  if (lacks_value) {
    text += syntax::Concat("'", bad_argument, "' needs argument\n");
  } else {
    text += syntax::Concat("unrecognized option '", bad_argument, "'\n");
  }
  text += syntax::Concat("usage: ", program, " [options] [script [args]]\n");
  text +=
      "Available options are:\n"
      "  -e stat   execute string 'stat'\n"
      "  -i        enter interactive mode after executing 'script'\n"
      "  -l mod    require library 'mod' into global 'mod'\n"
      "  -l g=mod  require library 'mod' into global 'g'\n"
      "  -v        show version information\n"
      "  -E        ignore environment variables\n"
      "  -W        turn warnings on\n"
      "  --        stop handling options\n"
      "  -         stop handling options and execute stdin\n";
  return text;
}

}  // namespace m3lua::cli
