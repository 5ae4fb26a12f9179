// What io and os functions return about operations of the system.
//
// Guarded by tests/conformance/{io,os}.lua.
#ifndef LUA_STDLIB_RESULTS_H_
#define LUA_STDLIB_RESULTS_H_

#include "lua/runtime/native.h"

namespace m3lua::stdlib {

// true; or, when `ok` is false, nil, "name: text of errno", errno (`name` may
// be null).  To be called before anything else changes errno.
NativeResult FileResult(NativeCall& call, bool ok, const char* name);

// The outcome of a process from its wait status: true or nil, "exit" or
// "signal", the code; the failure in errno if the status is -1.
NativeResult ProcessResult(NativeCall& call, int status);

}  // namespace m3lua::stdlib

#endif  // LUA_STDLIB_RESULTS_H_
