// Lua in a C++ program: all of the embedding API.  docs/embedding.md is a tour;
// each header tells its part:
//
//   state.h       Lua: options, running code, globals
//   error.h       what statuses carry
//   value.h       View, and conversions; containers.h, object.h
//   buffer.h      memory of the host's
//   reference.h   Ref: values that C++ holds
//   function.h    calling Lua
//   bind.h        calling C++; call.h, overload.h
//   table.h       tables
//   type.h        C++ classes
//   coroutine.h   coroutines, host functions that suspend them
//   task.h        the same as C++20 coroutines
//   limits.h      bounds on runs, interrupts, runs in slices
//   sandbox.h     environments for scripts that are not trusted
//
// and module.h, for modules in C++ that programs link, which is not included.
//
// A file that needs only some of them compiles faster with those: value.h,
// bind.h and type.h do without abseil.
//
// Guarded by tests/unit/embed/.
#ifndef LUA_EMBED_LUA_H_
#define LUA_EMBED_LUA_H_

#include "lua/embed/bind.h"
#include "lua/embed/buffer.h"
#include "lua/embed/coroutine.h"
#include "lua/embed/error.h"
#include "lua/embed/function.h"
#include "lua/embed/limits.h"
#include "lua/embed/overload.h"
#include "lua/embed/reference.h"
#include "lua/embed/sandbox.h"
#include "lua/embed/state.h"
#include "lua/embed/table.h"
#include "lua/embed/task.h"
#include "lua/embed/type.h"
#include "lua/embed/value.h"

#endif  // LUA_EMBED_LUA_H_
