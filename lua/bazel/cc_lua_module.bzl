"""cc_lua_module: defs.bzl."""

load("@rules_cc//cc:defs.bzl", "cc_library")

def cc_lua_module(name, module = None, deps = [], local_defines = [], **kwargs):
    """A Lua module in C++: a cc_library with an opening function.

        cc_lua_module(
            name = "geometry",
            srcs = ["geometry.cc"],
        )

    One source includes lua/embed/module.h and names the function:

        absl::Status OpenGeometry(m3lua::TableRef module) {
          return module.Set("area", [](double w, double h) { return w * h; });
        }
        M3LUA_MODULE(OpenGeometry);

    In a program that links the library (cc_binary, lua_interpreter, lua_binary
    and lua_test with cc_deps), `require "geometry"` finds it.

    Args:
      name: the cc_library.
      module: what `require` calls it, for instance "shapes.geometry"; the
        target's name by default.
      deps: passed on; //lua/embed is added.
      local_defines: passed on.
      **kwargs: passed on to cc_library (srcs, hdrs, visibility ...).
    """
    cc_library(
        name = name,
        deps = deps + [str(Label("//lua/embed"))],
        local_defines = local_defines + [
            'M3LUA_MODULE_NAME=\\"%s\\"' % (module or name),
        ],
        # Nothing in the program names what it contains.
        alwayslink = True,
        **kwargs
    )
