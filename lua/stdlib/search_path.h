// Templates for finding files of modules (manual 6.3): "./?.lua;/x/?.lua".
//
// Guarded by tests/unit/stdlib/search_path_test.cc,
// tests/conformance/package.lua.
#ifndef LUA_STDLIB_SEARCH_PATH_H_
#define LUA_STDLIB_SEARCH_PATH_H_

#include <string>
#include <string_view>

#include "lua/runtime/platform.h"

namespace m3lua::stdlib {

// What lua5.4 of Debian prints, so that modules of its packages are found.
extern const char kDefaultPath[];
extern const char kDefaultCPath[];

// `text` with each `what` replaced.
std::string ReplaceAll(std::string_view text, std::string_view what,
                       std::string_view by);

// The first file that can be opened for reading, in `file`; false: none, and
// `file` is a message with all names that were tried.  `separator`s in the name
// (if not empty) become `replacement`s.
bool SearchPath(std::string_view name, std::string_view path,
                std::string_view separator, std::string_view replacement,
                std::string& file, Platform& platform = Platform::System());

// The value of the environment variable VARIABLE_5_4, or else VARIABLE, in
// which the first ";;" stands for `otherwise`; without either, or if the
// environment is to be ignored, `otherwise`.
std::string PathFromEnvironment(const char* variable, bool ignore_environment,
                                std::string_view otherwise,
                                Platform& platform = Platform::System());

}  // namespace m3lua::stdlib

#endif  // LUA_STDLIB_SEARCH_PATH_H_
