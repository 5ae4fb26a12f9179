// Names for functions that the calling code does not tell: "string.rep".
//
// Guarded by tests/unit/runtime/native_test.cc.
#ifndef LUA_RUNTIME_FUNCTION_NAMES_H_
#define LUA_RUNTIME_FUNCTION_NAMES_H_

#include <string>

#include "lua/object/value.h"

namespace m3lua {

class State;

// The name under which package.loaded, or a table in it, holds `f`: "print"
// (for _G.print), "string.rep"; "" if it is not there.
std::string GlobalFunctionName(State& state, Value f);

}  // namespace m3lua

#endif  // LUA_RUNTIME_FUNCTION_NAMES_H_
