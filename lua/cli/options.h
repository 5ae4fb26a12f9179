// The command line of `lua`, as the manual, section 7, has it.
//
// Guarded by tests/unit/cli/options_test.cc and tests/cli.
#ifndef LUA_CLI_OPTIONS_H_
#define LUA_CLI_OPTIONS_H_

#include <string>
#include <vector>

namespace m3lua::cli {

// What -e, -l and -W ask for, in their order.
struct Action {
  enum Kind { kExecute, kRequire, kWarningsOn };
  Kind kind;
  const char* argument;  // null for kWarningsOn
};

struct Options {
  bool interactive = false;         // -i
  bool version = false;             // -v, -i
  bool ignore_environment = false;  // -E
  bool executes = false;            // there was an -e
  std::vector<Action> actions;
  // Index of the script in argv, 0: none.  With "--" it may be argc.
  int script = 0;
  // Index of the argument that is wrong, 0: none.
  int bad_argument = 0;
};

// `argv` ends with a null pointer.
Options ParseOptions(int argc, char** argv);

// The message about a wrong argument and how the program is used.
std::string UsageText(const char* program, const char* bad_argument);

}  // namespace m3lua::cli

#endif  // LUA_CLI_OPTIONS_H_
