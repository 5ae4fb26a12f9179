"""lua_embed: defs.bzl."""

load("@rules_cc//cc:defs.bzl", "cc_library")
load(
    ":lua_library.bzl",
    "COMPILER_ATTRS",
    "MODULE_ATTRS",
    "collect_modules",
    "compile_modules",
)

def _embedded_modules_impl(ctx):
    info = collect_modules(ctx, ctx.files.srcs)
    compile_modules(
        ctx,
        info.modules.to_list(),
        ctx.attr.form,
        ctx.outputs.out,
        "LuaEmbed",
        "Compiling the Lua modules of %s" % ctx.label,
    )
    return [DefaultInfo(files = depset([ctx.outputs.out]))]

_embedded_modules = rule(
    implementation = _embedded_modules_impl,
    doc = "The C++ source that lua_embed compiles.",
    attrs = dict(
        {
            name: attribute
            for name, attribute in MODULE_ATTRS.items()
            if name != "data"
        },
        form = attr.string(
            doc = "See lua_embed.",
            default = "debug",
            values = ["debug", "stripped", "source"],
        ),
        out = attr.output(
            doc = "The C++ file.",
            mandatory = True,
        ),
        **COMPILER_ATTRS
    ),
)

def lua_embed(
        name,
        srcs = [],
        deps = [],
        strip_import_prefix = "/",
        form = "debug",
        **kwargs):
    """A cc_library with Lua modules in it.

        lua_embed(
            name = "scripts",
            srcs = ["scripts/init.lua", "scripts/enemy.lua"],
            deps = ["//shapes"],
        )

    In a program that links it (cc_binary, cc_test, lua_interpreter), `require`
    finds these modules in every state with the library `package`: those of
    srcs, and those of deps with all that they need. No file is read. A syntax
    error fails the build: "enemy.lua:12: '=' expected near 'x'". Messages at
    run time name the source's path in the workspace.

    Args:
      name: the cc_library.
      srcs: Lua files, each of them a module.
      deps: lua_library targets, embedded as well.
      strip_import_prefix: see lua_library.
      form: "debug": precompiled, with line numbers and names for messages;
        "stripped": precompiled, without them; "source": as text, which each
        state compiles when it is required.
      **kwargs: passed on to cc_library (visibility, testonly, tags ...).
    """
    source = name + "_modules.cc"
    common = {
        key: kwargs[key]
        for key in ("testonly", "tags", "compatible_with", "restricted_to")
        if key in kwargs
    }
    _embedded_modules(
        name = name + "_modules",
        srcs = srcs,
        out = source,
        form = form,
        strip_import_prefix = strip_import_prefix,
        visibility = ["//visibility:private"],
        deps = deps,
        **common
    )
    cc_library(
        name = name,
        srcs = [source],
        deps = [str(Label("//lua/bazel:linked_module"))],
        # Nothing in the program names what it contains.
        alwayslink = True,
        **kwargs
    )
