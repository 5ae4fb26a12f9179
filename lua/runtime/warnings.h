// Where warnings go by default: to stderr, as PUC's standalone interpreter
// writes them.
//
// Guarded by tests/unit/runtime/warnings_test.cc.
#ifndef LUA_RUNTIME_WARNINGS_H_
#define LUA_RUNTIME_WARNINGS_H_

#include <cstdio>
#include <functional>
#include <string_view>

namespace m3lua {

// A handler for State::warn: off until the control message "@on".  Writes
// "Lua warning: ", the pieces of the message and a newline to `out`.
std::function<void(std::string_view message, bool to_continue)> DefaultWarnings(
    std::FILE* out = stderr);

}  // namespace m3lua

#endif  // LUA_RUNTIME_WARNINGS_H_
