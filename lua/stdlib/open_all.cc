// OpenAll, apart from NewLibrary, which the libraries themselves need.
//
// Guarded by tests/unit/stdlib/library_test.cc and tests/conformance/.
#include "lua/stdlib/libraries.h"

namespace m3lua::stdlib {

void OpenAll(State& state) {
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
