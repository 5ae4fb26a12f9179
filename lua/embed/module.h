// Lua modules written in C++ and linked into the program: what the source of a
// cc_lua_module (lua/bazel/defs.bzl) includes.
//
//   absl::Status OpenGeometry(m3lua::TableRef module) {
//     return module.Set("area", [](double w, double h) { return w * h; });
//   }
//   M3LUA_MODULE(OpenGeometry);
//
// In every program that links it, `require "geometry"` calls OpenGeometry with
// a new table and returns that table; in the program `lua` (lua_interpreter) as
// well as in one that embeds Lua.
//
// The opening function is a function like any other that Lua calls (bind.h):
//
//   parameters   the table; the module's name, if it wants that; State&, or
//                Lua&, which is an error where the program is not a C++ program
//                that made the state as a Lua object
//   results      none or absl::Status: the table is the module; any value: that
//                is what `require` returns
//
// It may register user types as members of the table (TableRef::Register).
//
// M3LUA_MODULE stands once in all sources of a cc_lua_module; the rule says
// what the module is called.
//
// Guarded by tests/unit/embed/module_test.cc, tests/bazel.
#ifndef LUA_EMBED_MODULE_H_
#define LUA_EMBED_MODULE_H_

#include <utility>

#include "lua/embed/bind.h"
#include "lua/embed/table.h"
#include "lua/embed/type.h"
#include "lua/stdlib/linked_module.h"

// At namespace scope.  (M3LUA_MODULE_NAME: defined by the rule.)
#define M3LUA_MODULE(open)                                 \
  static const ::m3lua::stdlib::LinkedModule m3lua_module( \
      M3LUA_MODULE_NAME, [](::m3lua::State& state) {       \
        return ::m3lua::embed::ModuleLoader(state, open);  \
      })

namespace m3lua::embed {

Value NewModuleLoader(State& state, Value open);

// The loader of a module: calls `open` with a new table and the module's name.
template <typename F>
Value ModuleLoader(State& state, F open) {
  return NewModuleLoader(state, Put(state, std::move(open)));
}

}  // namespace m3lua::embed

#endif  // LUA_EMBED_MODULE_H_
