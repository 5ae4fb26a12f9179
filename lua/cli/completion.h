// Completing names at the prompt.
//
// Guarded by tests/unit/cli/completion_test.cc.
#ifndef LUA_CLI_COMPLETION_H_
#define LUA_CLI_COMPLETION_H_

#include <string>
#include <string_view>
#include <vector>

namespace m3lua {
class State;
}

namespace m3lua::cli {

// What the start of a path ("str", "string.f", "s:up") may become, sorted:
// keywords, globals, fields, and after a colon functions.  Fields are looked
// for in tables and where their __index tables lead; no Lua code runs.
std::vector<std::string> Completions(State& state, std::string_view word);

}  // namespace m3lua::cli

#endif  // LUA_CLI_COMPLETION_H_
