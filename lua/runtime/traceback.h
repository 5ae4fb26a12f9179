// The text of a traceback, exactly as PUC Lua prints it.
//
// Guarded by tests/conformance/traceback.lua.
#ifndef LUA_RUNTIME_TRACEBACK_H_
#define LUA_RUNTIME_TRACEBACK_H_

#include <optional>
#include <string>
#include <string_view>

#include "lua/object/coroutine.h"
#include "lua/runtime/engine.h"

namespace m3lua {

// `message` and a line (if there is one), "stack traceback:" and a line for
// each frame of the coroutine `of` from `level` (0: the innermost) outward; of
// more than 21 frames only the first 10 and the last 11.  `co` is the
// coroutine that is running.
std::string Traceback(Coroutine& co, Coroutine& of,
                      std::optional<std::string_view> message, int level);

// The printable name of a function's chunk: "file.lua", "[C]".
std::string ShortSource(const Function* f);

}  // namespace m3lua

#endif  // LUA_RUNTIME_TRACEBACK_H_
