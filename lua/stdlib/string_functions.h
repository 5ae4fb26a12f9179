// The functions of the string library that have files of their own; string.cc
// puts them into the library's table.
#ifndef LUA_STDLIB_STRING_FUNCTIONS_H_
#define LUA_STDLIB_STRING_FUNCTIONS_H_

#include "lua/runtime/native.h"

namespace m3lua::stdlib {

// string_pattern.cc
NativeResult StringFind(NativeCall& call);
NativeResult StringMatch(NativeCall& call);
NativeResult StringGmatch(NativeCall& call);
NativeResult StringGsub(NativeCall& call);

// string_format.cc
NativeResult StringFormat(NativeCall& call);

// string_pack.cc
NativeResult StringPack(NativeCall& call);
NativeResult StringPackSize(NativeCall& call);
NativeResult StringUnpack(NativeCall& call);

}  // namespace m3lua::stdlib

#endif  // LUA_STDLIB_STRING_FUNCTIONS_H_
