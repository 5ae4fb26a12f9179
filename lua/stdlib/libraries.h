// The standard library (manual, chapter 6).
//
// Each function makes one library's table, fills it, sets the global of its
// name and package.loaded[name].  One file a library.
//
// Guarded by tests/unit/stdlib/ and tests/conformance/.
#ifndef LUA_STDLIB_LIBRARIES_H_
#define LUA_STDLIB_LIBRARIES_H_

#include <cstdint>
#include <span>

#include "lua/runtime/native.h"
#include "lua/runtime/state.h"

namespace m3lua::stdlib {

void OpenBase(State& state);  // also "_G"
void OpenPackage(State& state);
void OpenCoroutine(State& state);
void OpenTable(State& state);
void OpenIo(State& state);
void OpenOs(State& state);
void OpenString(State& state);
void OpenMath(State& state);
void OpenUtf8(State& state);
void OpenDebug(State& state);
// All of them, in PUC's order.
void OpenAll(State& state);

// Makes the table, with room for `more` fields besides the functions, sets the
// global and registry._LOADED[name].
Table* NewLibrary(State& state, const char* name,
                  std::span<const NativeEntry> functions, uint32_t more = 0);

}  // namespace m3lua::stdlib

#endif  // LUA_STDLIB_LIBRARIES_H_
