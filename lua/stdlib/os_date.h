// os.date and os.time.
#ifndef LUA_STDLIB_OS_DATE_H_
#define LUA_STDLIB_OS_DATE_H_

#include "lua/runtime/native.h"

namespace m3lua::stdlib {

NativeResult OsDate(NativeCall& call);
NativeResult OsTime(NativeCall& call);

}  // namespace m3lua::stdlib

#endif  // LUA_STDLIB_OS_DATE_H_
