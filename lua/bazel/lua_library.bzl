"""lua_library, and what the other rules share with it: defs.bzl."""

LuaInfo = provider(
    doc = "Lua modules, those of the dependencies included.",
    fields = {
        "modules": "depset of structs: `name` by which `require` finds the " +
                   "module, `file` with its source, `chunk_name` for messages.",
        "folders": "depset of strings: folders in the runfiles, like " +
                   "\"workspace/folder\", in which package.path finds them.",
    },
)

# The attributes of every rule with Lua sources.
MODULE_ATTRS = {
    "srcs": attr.label_list(
        doc = "Lua files, each of them a module.",
        allow_files = [".lua"],
    ),
    "deps": attr.label_list(
        doc = "lua_library targets whose modules these require.",
        providers = [LuaInfo],
    ),
    "data": attr.label_list(
        doc = "Files that are there at run time.",
        allow_files = True,
    ),
    "strip_import_prefix": attr.string(
        doc = "The folder from which modules are named: lua/a/b.lua is " +
              "`lua.a.b` by default, `a.b` with \"/lua\". A path without a " +
              "slash at its start is one below this package, \"\" the " +
              "package itself.",
        default = "/",
    ),
}

def join_path(*parts):
    """The parts of a path that are not empty, with slashes between them."""
    return "/".join([part for part in parts if part])

def runfiles_path(ctx, file):
    """Where a file lies in the runfiles, starting with a repository's name."""
    if file.short_path.startswith("../"):
        return file.short_path[len("../"):]
    return join_path(ctx.workspace_name, file.short_path)

def _chunk_name(file):
    """What messages call a file: its path in the workspace."""
    path = file.short_path
    return "@" + (path[len("../"):] if path.startswith("../") else path)

def _module_name(file, prefix):
    """The name of the module in `file`, from `prefix` on."""
    path = file.short_path
    if path.startswith("../"):
        path = path.split("/", 2)[2]
    start = prefix + "/" if prefix else ""
    if not path.startswith(start):
        fail("%s is not below strip_import_prefix (\"%s\")" % (path, prefix))
    name = path[len(start):-len(".lua")]
    if "." in name:
        fail("%s: the dot would be a folder's name in require" % path)
    if name.endswith("/init"):
        name = name[:-len("/init")]
    return name.replace("/", ".")

def collect_modules(ctx, srcs):
    """LuaInfo of the target itself and of its dependencies.

    Args:
      ctx: the context of a rule with MODULE_ATTRS.
      srcs: its files that are modules.

    Returns:
      LuaInfo.
    """
    prefix = ctx.attr.strip_import_prefix
    if prefix.startswith("/"):
        prefix = prefix[1:]
    else:
        prefix = join_path(ctx.label.package, prefix)
    if prefix.endswith("/"):
        prefix = prefix[:-1]
    modules = [
        struct(
            name = _module_name(file, prefix),
            file = file,
            chunk_name = _chunk_name(file),
        )
        for file in srcs
    ]

    # Sources are those of this repository; but they may come from another.
    repositories = {
        runfiles_path(ctx, file).split("/")[0]: True
        for file in srcs
    }
    return LuaInfo(
        modules = depset(
            modules,
            transitive = [dep[LuaInfo].modules for dep in ctx.attr.deps],
        ),
        folders = depset(
            [join_path(name, prefix) for name in repositories],
            transitive = [dep[LuaInfo].folders for dep in ctx.attr.deps],
            order = "preorder",
        ),
    )

def collect_runfiles(ctx, files, also = []):
    """Runfiles of a target with MODULE_ATTRS.

    Args:
      ctx: its context.
      files: its own files.
      also: targets whose runfiles are needed besides those of deps and data.

    Returns:
      runfiles.
    """
    runfiles = ctx.runfiles(files = files + ctx.files.data)
    for target in ctx.attr.deps + ctx.attr.data + also:
        runfiles = runfiles.merge(target[DefaultInfo].default_runfiles)
    return runfiles

def compile_modules(ctx, modules, form, output, mnemonic, message):
    """Runs //lua/bazel:compile_modules.

    Args:
      ctx: the context of a rule with the attribute _compiler.
      modules: list of structs as in LuaInfo.modules.
      form: what to write: "check", "debug", "stripped" or "source".
      output: the file to write.
      mnemonic: of the action.
      message: what is shown meanwhile.
    """
    arguments = ctx.actions.args()
    arguments.add(output)
    arguments.add(form)
    for module in modules:
        arguments.add(module.name)
        arguments.add(module.chunk_name)
        arguments.add(module.file)
    arguments.use_param_file("@%s")
    arguments.set_param_file_format("multiline")
    ctx.actions.run(
        outputs = [output],
        inputs = [module.file for module in modules],
        executable = ctx.executable._compiler,
        arguments = [arguments],
        mnemonic = mnemonic,
        progress_message = message,
    )

COMPILER_ATTRS = {
    "_compiler": attr.label(
        default = Label("//lua/bazel:compile_modules"),
        executable = True,
        cfg = "exec",
    ),
}

def check_syntax(ctx, files):
    """An action that fails on syntax errors, for the group _validation.

    Args:
      ctx: the context of a rule with COMPILER_ATTRS.
      files: the target's own files.

    Returns:
      OutputGroupInfo.
    """
    if not files:
        return OutputGroupInfo()
    stamp = ctx.actions.declare_file(ctx.label.name + ".checked")
    compile_modules(
        ctx,
        [
            struct(name = "", file = file, chunk_name = _chunk_name(file))
            for file in files
        ],
        "check",
        stamp,
        "LuaCheck",
        "Checking the syntax of %s" % ctx.label,
    )
    return OutputGroupInfo(_validation = depset([stamp]))

def _lua_library_impl(ctx):
    info = collect_modules(ctx, ctx.files.srcs)
    return [
        DefaultInfo(
            files = depset(ctx.files.srcs),
            runfiles = collect_runfiles(ctx, ctx.files.srcs),
        ),
        info,
        check_syntax(ctx, ctx.files.srcs),
    ]

lua_library = rule(
    implementation = _lua_library_impl,
    doc = """Lua modules, for lua_binary, lua_test and lua_embed.

    lua_library(
        name = "shapes",
        srcs = ["circle.lua", "square.lua"],
        deps = ["//geometry:angles"],
    )

In the package `shapes` these are the modules `shapes.circle` and
`shapes.square`; a file init.lua is the module of its folder's name.
""",
    attrs = dict(MODULE_ATTRS, **COMPILER_ATTRS),
    provides = [LuaInfo],
)
