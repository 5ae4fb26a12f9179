// The basic functions that have files of their own.
#ifndef LUA_STDLIB_BASE_FUNCTIONS_H_
#define LUA_STDLIB_BASE_FUNCTIONS_H_

#include "lua/runtime/native.h"

namespace m3lua::stdlib {

// base_load.cc
NativeResult LoadFunction(NativeCall& call);
NativeResult LoadFileFunction(NativeCall& call);
NativeResult DoFile(NativeCall& call);

// base_collect.cc
NativeResult CollectGarbage(NativeCall& call);

}  // namespace m3lua::stdlib

#endif  // LUA_STDLIB_BASE_FUNCTIONS_H_
