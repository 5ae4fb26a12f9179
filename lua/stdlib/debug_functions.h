// The functions of the library `debug` that have files of their own.
#ifndef LUA_STDLIB_DEBUG_FUNCTIONS_H_
#define LUA_STDLIB_DEBUG_FUNCTIONS_H_

#include "lua/runtime/native.h"

namespace m3lua::stdlib {

// The coroutine that a function is about: its first argument if that is one,
// else the running one.  `shift` is how many arguments that took.
inline Coroutine& CoroutineArgument(NativeCall& call, int& shift) {
  Value v = call.arg(1);
  shift = v.is_coroutine() ? 1 : 0;
  return v.is_coroutine() ? *v.coroutine() : call.co;
}

// debug_info.cc
NativeResult DebugGetInfo(NativeCall& call);
NativeResult DebugGetLocal(NativeCall& call);
NativeResult DebugSetLocal(NativeCall& call);

// debug_upvalue.cc
NativeResult DebugGetUpvalue(NativeCall& call);
NativeResult DebugSetUpvalue(NativeCall& call);
NativeResult DebugUpvalueId(NativeCall& call);
NativeResult DebugUpvalueJoin(NativeCall& call);

// debug_hook.cc
NativeResult DebugGetHook(NativeCall& call);
NativeResult DebugSetHook(NativeCall& call);

}  // namespace m3lua::stdlib

#endif  // LUA_STDLIB_DEBUG_FUNCTIONS_H_
