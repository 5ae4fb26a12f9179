"""Programs that take little memory before they have done anything.

    load("//tools/bazel:lean_binary.bzl", "lean_binary")

    lean_binary(name = "lua", order = "lua.order", deps = [":lua_main"], …)

docs/performance_memory.md has the measurements.
"""

load("@rules_cc//cc:defs.bzl", "cc_binary")

_LABEL = Label("//third_party/static_runtime")

# Where the compiler finds that folder, also if this is an external repository.
_RUNTIME = "/".join([
    part
    for part in [_LABEL.workspace_root, _LABEL.package]
    if part
])

def _lean_only(values):
    """These values, but none where the program is an ordinary one."""
    return select({
        "//:gcc": [],
        "//:system_allocator": [],
        "//conditions:default": values,
    })

def lean_binary(name, order, srcs = [], lean_srcs = [], **kwargs):
    """A cc_binary without a C++ runtime library to load.

    libstdc++ and libgcc are linked statically: most of what the shared ones
    take is relocated tables of classes that nobody uses here. The functions
    named in `order` come first in the program, so that those that every run
    needs share few pages.

    Sanitizers bring a runtime of their own, and GNU ld (--config=gcc) knows no
    order of functions: there it is an ordinary program.

    Args:
      name: the program.
      order: a file of symbols, see tools/order_functions.
      srcs: its sources, if they are not all in deps.
      lean_srcs: sources that need the static libstdc++.
      **kwargs: passed on.
    """
    cc_binary(
        name = name,
        srcs = srcs + _lean_only(lean_srcs),
        additional_linker_inputs = [
            order,
            "//tools/bazel:lean_layout.ld",
            "//third_party/static_runtime",
        ],
        linkopts = _lean_only([
            # (--linkopt is not for tools that a build makes for itself.)
            "-fuse-ld=lld",
            "-L" + _RUNTIME,
            "-static-libgcc",
            # Bazel's own -lm comes last, and finds nothing to do if the sources
            # bring its functions.
            "-Wl,--as-needed",
            "-Wl,--symbol-ordering-file=$(execpath %s)" % order,
            "-Wl,-T,$(execpath //tools/bazel:lean_layout.ld)",
            # Compilers change what they inline.
            "-Wl,--no-warn-symbol-ordering",
        ]),
        **kwargs
    )
