// What happens to errors that a host is going to report: a message handler
// (manual 2.3) that makes a text with a traceback of any error value.
//
// Guarded by tests/cli.
#ifndef LUA_EMBED_MESSAGE_HANDLER_H_
#define LUA_EMBED_MESSAGE_HANDLER_H_

#include <string_view>

#include "lua/object/value.h"

namespace m3lua {

class State;

namespace embed {

// Begins what the handler appends to messages, after a line break.
inline constexpr std::string_view kTracebackTitle = "stack traceback:";

// A function for Engine::ProtectedCall that is kept by the registry.  Error
// objects with __tostring become that text, without a traceback; other objects
// "(error object is a table value)".
Value NewMessageHandler(State& state);

}  // namespace embed
}  // namespace m3lua

#endif  // LUA_EMBED_MESSAGE_HANDLER_H_
