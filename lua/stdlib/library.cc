// NewLibrary: what every Open function of the standard library starts with.
//
// Guarded by tests/unit/stdlib/library_test.cc.
#include <span>

#include "lua/runtime/native.h"
#include "lua/runtime/state.h"
#include "lua/runtime/table.h"
#include "lua/stdlib/libraries.h"

namespace m3lua::stdlib {
namespace {

// registry._LOADED, which is also package.loaded.
Table* LoadedTable(State& state) {
  Value loaded = GetField(state, state.registry, "_LOADED");
  if (loaded.is_table()) return loaded.table();
  Table* made = NewTable(state, 0, 16);
  SetSharedField(state, state.registry, "_LOADED", Value::Of(made));
  return made;
}

}  // namespace

Table* NewLibrary(State& state, const char* name,
                  std::span<const NativeEntry> functions, uint32_t more) {
  Table* library =
      NewTable(state, 0, static_cast<uint32_t>(functions.size()) + more);
  // Reachable first, filled afterwards.
  SetSharedField(state, LoadedTable(state), name, Value::Of(library));
  SetSharedField(state, state.globals, name, Value::Of(library));
  SetFunctions(state, library, functions);
  return library;
}

}  // namespace m3lua::stdlib
