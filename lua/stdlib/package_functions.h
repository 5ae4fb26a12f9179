// Shared by the files of the library `package`.
#ifndef LUA_STDLIB_PACKAGE_FUNCTIONS_H_
#define LUA_STDLIB_PACKAGE_FUNCTIONS_H_

#include <string_view>

#include "lua/runtime/native.h"

namespace m3lua::stdlib {

// As C strings, which end at a zero byte.
inline std::string_view UpToZero(std::string_view s) {
  return s.substr(0, s.find('\0'));
}

// A searcher (manual 6.3, package.searchers).
NativeResult SearchLinked(NativeCall& call);

}  // namespace m3lua::stdlib

#endif  // LUA_STDLIB_PACKAGE_FUNCTIONS_H_
