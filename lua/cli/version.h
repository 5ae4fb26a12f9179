// What the programs say about themselves.
#ifndef LUA_CLI_VERSION_H_
#define LUA_CLI_VERSION_H_

namespace m3lua::cli {

// Tools look for "Lua 5.4" at the start, and the official test suite for whom
// the language is from at the end.
inline constexpr char kVersionLine[] =
    "Lua 5.4 (m3lua 0.1.0)  An implementation of the language of PUC-Rio";
inline constexpr char kCompilerVersionLine[] =
    "luac for Lua 5.4 (m3lua 0.1.0)  An implementation of the language of "
    "PUC-Rio";

}  // namespace m3lua::cli

#endif  // LUA_CLI_VERSION_H_
