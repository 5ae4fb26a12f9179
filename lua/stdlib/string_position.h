// Positions in strings as the string library takes them: from 1, negative ones
// from the end (manual 6.4).
//
// Guarded by tests/unit/stdlib/string_test.cc.
#ifndef LUA_STDLIB_STRING_POSITION_H_
#define LUA_STDLIB_STRING_POSITION_H_

#include <cstddef>
#include <cstdint>

namespace m3lua::stdlib {

// Where a range starts: at least 1, maybe behind the end.
inline size_t StartPosition(int64_t position, size_t length) {
  if (position > 0) return static_cast<size_t>(position);
  if (position == 0 || position < -static_cast<int64_t>(length)) return 1;
  return length + static_cast<size_t>(position) + 1;
}

// Where a range ends (inclusive): at most the length, maybe 0.
inline size_t EndPosition(int64_t position, size_t length) {
  if (position > static_cast<int64_t>(length)) return length;
  if (position >= 0) return static_cast<size_t>(position);
  if (position < -static_cast<int64_t>(length)) return 0;
  return length + static_cast<size_t>(position) + 1;
}

}  // namespace m3lua::stdlib

#endif  // LUA_STDLIB_STRING_POSITION_H_
