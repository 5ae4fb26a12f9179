// Full userdata: a block of host memory with a metatable and user values.
//
// Guarded by tests/unit/object/layout_test.cc.
#ifndef LUA_OBJECT_USERDATA_H_
#define LUA_OBJECT_USERDATA_H_

#include <cstddef>

#include "lua/object/object.h"
#include "lua/object/table.h"
#include "lua/object/value.h"

namespace m3lua {

struct Userdata : Object {
  // aux32: number of user values, which follow this header; the memory comes
  // after them, aligned to 16 bytes.
  Table* metatable;
  size_t size;  // bytes of memory
  // The embedding API's (lua/embed/object.h): the type of its object; else
  // null.
  const void* host = nullptr;

  uint32_t user_value_count() const { return aux32; }
  Value* user_values() { return reinterpret_cast<Value*>(this + 1); }
  void* memory() { return user_values() + user_value_count(); }
};
static_assert(sizeof(Userdata) == 32);

}  // namespace m3lua

#endif  // LUA_OBJECT_USERDATA_H_
