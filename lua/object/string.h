// Strings: any bytes, followed by a NUL that does not count.
//
// Strings of up to kMaxShortLength bytes are interned: equal ones are one
// object, so that table keys compare by address.  Longer ones are not; their
// hash is computed when first needed.
//
// Guarded by tests/unit/runtime/strings_test.cc.
#ifndef LUA_OBJECT_STRING_H_
#define LUA_OBJECT_STRING_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lua/object/object.h"

namespace m3lua {

struct String : Object {
  // aux: length of a short string, kLong of a long one.
  // aux32: hash; of a long string valid only once `flags` is 1.
  static constexpr uint8_t kLong = 255;
  static constexpr size_t kMaxShortLength = 40;

  union {
    String* next;   // short: next in the chain of the intern table
    size_t length;  // long
  };
  // The bytes and a NUL follow.

  bool is_short() const { return aux != kLong; }
  size_t size() const { return is_short() ? aux : length; }
  char* data() { return reinterpret_cast<char*>(this + 1); }
  const char* data() const { return reinterpret_cast<const char*>(this + 1); }
  std::string_view view() const { return {data(), size()}; }
};
static_assert(sizeof(String) == 16);

}  // namespace m3lua

#endif  // LUA_OBJECT_STRING_H_
