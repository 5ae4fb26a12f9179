// table.sort.
#ifndef LUA_STDLIB_TABLE_SORT_H_
#define LUA_STDLIB_TABLE_SORT_H_

#include "lua/runtime/native.h"

namespace m3lua::stdlib {

NativeResult TableSort(NativeCall& call);

}  // namespace m3lua::stdlib

#endif  // LUA_STDLIB_TABLE_SORT_H_
