// OpenAll, apart from NewLibrary, which the libraries themselves need.
//
// Guarded by tests/unit/stdlib/library_test.cc and tests/conformance/.
#include "lua/runtime/native.h"
#include "lua/runtime/table.h"
#include "lua/stdlib/libraries.h"

namespace m3lua::stdlib {

void OpenAll(State& state) {
  // As many globals and libraries as there will be.
  Resize(state, state.globals, 0, 48);
  Value loaded = GetField(state, state.registry, "_LOADED");
  Resize(state, loaded.table(), 0, 10);
  OpenBase(state);
  OpenPackage(state);
  OpenCoroutine(state);
  OpenTable(state);
  OpenIo(state);
  OpenOs(state);
  OpenString(state);
  OpenMath(state);
  OpenUtf8(state);
  OpenDebug(state);
}

}  // namespace m3lua::stdlib
