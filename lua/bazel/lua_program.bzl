"""lua_binary, lua_test and lua_interpreter: defs.bzl."""

load("@rules_cc//cc:defs.bzl", "cc_binary")
load(
    ":lua_library.bzl",
    "COMPILER_ATTRS",
    "MODULE_ATTRS",
    "check_syntax",
    "collect_modules",
    "collect_runfiles",
    "runfiles_path",
)

def _quoted(text):
    """A word of a shell script."""
    return "'" + text.replace("'", "'\\''") + "'"

def _main_file(ctx):
    """The source that is the program."""
    if ctx.file.main:
        return ctx.file.main
    for file in ctx.files.srcs:
        if file.basename == ctx.label.name + ".lua":
            return file
    if len(ctx.files.srcs) == 1:
        return ctx.files.srcs[0]
    fail("one of the sources has to be called %s.lua, or be named as main" %
         ctx.label.name)

def _lua_program_impl(ctx):
    main = _main_file(ctx)
    modules = [file for file in ctx.files.srcs if file != main]
    info = collect_modules(ctx, modules)
    launcher = ctx.actions.declare_file(ctx.label.name)
    targets = ctx.attr.data + [ctx.attr.interpreter]
    ctx.actions.expand_template(
        template = ctx.file._launcher,
        output = launcher,
        is_executable = True,
        substitutions = {
            "@WORKSPACE@": _quoted(ctx.workspace_name),
            "@INTERPRETER@": _quoted(
                runfiles_path(ctx, ctx.executable.interpreter),
            ),
            "@MAIN@": _quoted(runfiles_path(ctx, main)),
            "@FOLDERS@": " ".join([
                _quoted(folder)
                for folder in info.folders.to_list()
            ]),
            "@ENVIRONMENT@": " ".join([
                _quoted(name + "=" + ctx.expand_location(value, targets))
                for name, value in ctx.attr.env.items()
            ]),
        },
    )
    files = [launcher, main, ctx.executable.interpreter] + modules
    return [
        DefaultInfo(
            executable = launcher,
            runfiles = collect_runfiles(ctx, files, [ctx.attr.interpreter]),
        ),
        check_syntax(ctx, [main] + modules),
    ]

_PROGRAM_ATTRS = dict(
    MODULE_ATTRS,
    main = attr.label(
        doc = "The file that is run. By default NAME.lua, or the only source.",
        allow_single_file = [".lua"],
    ),
    env = attr.string_dict(
        doc = "Environment variables, with $(rootpath //some:target) expanded.",
    ),
    interpreter = attr.label(
        doc = "What runs the program: `lua`, or a lua_interpreter.",
        default = Label("//:bin/lua"),
        executable = True,
        cfg = "target",
    ),
    _launcher = attr.label(
        default = Label("//lua/bazel:launcher"),
        allow_single_file = True,
    ),
    **COMPILER_ATTRS
)

_lua_binary = rule(
    implementation = _lua_program_impl,
    doc = "The rule of lua_binary.",
    attrs = _PROGRAM_ATTRS,
    executable = True,
)

_lua_test = rule(
    implementation = _lua_program_impl,
    doc = "The rule of lua_test.",
    attrs = _PROGRAM_ATTRS,
    test = True,
)

def lua_interpreter(name, deps, **kwargs):
    """The program `lua` with further modules linked into it.

    Args:
      name: the program.
      deps: cc_lua_module and lua_embed targets.
      **kwargs: passed on to cc_binary.
    """
    cc_binary(
        name = name,
        deps = deps + [str(Label("//lua/bazel:lua_main"))],
        **kwargs
    )

def _program(rule, name, cc_deps, interpreter, kwargs):
    if cc_deps:
        if interpreter:
            fail("%s: either cc_deps or an interpreter that has them" % name)
        interpreter = name + "_interpreter"
        lua_interpreter(
            name = interpreter,
            deps = cc_deps,
            tags = ["manual"],
            testonly = kwargs.get("testonly", rule == _lua_test),
            visibility = ["//visibility:private"],
        )
    if interpreter:
        kwargs["interpreter"] = interpreter
    rule(name = name, **kwargs)

def lua_binary(name, cc_deps = [], interpreter = None, **kwargs):
    """A Lua program.

        lua_binary(
            name = "area",
            srcs = ["area.lua"],
            deps = ["//shapes"],
        )

    `bazel run //:area -- arguments` runs it, and so does bazel-bin/area from
    any folder. `require` finds the modules of srcs and deps, and no others:
    neither LUA_PATH nor modules of the system. A program that was started in
    its runfiles (`bazel run` does that) finds the files of data under their
    paths in the workspace; everywhere else they lie in the folder that the
    environment variable RUNFILES_DIR names, below the workspace's name.

    Args:
      name: the program.
      cc_deps: cc_lua_module and lua_embed targets; the interpreter is linked
        with them.
      interpreter: a lua_interpreter, in place of cc_deps: several programs may
        share it.
      **kwargs: srcs (one is the program, the others are modules), main, deps,
        data, env, args, strip_import_prefix; and what all rules have.
    """
    _program(_lua_binary, name, cc_deps, interpreter, kwargs)

def lua_test(name, cc_deps = [], interpreter = None, **kwargs):
    """A test that is a Lua program; it passes if no error ends it.

    It runs in its runfiles, so files of data have their paths in the
    workspace. `os.exit(1)` or `os.exit(false)` fail as well.

    Args:
      name: the test.
      cc_deps: as in lua_binary.
      interpreter: as in lua_binary.
      **kwargs: those of lua_binary, and what all tests have: size, timeout,
        shard_count, flaky, local.
    """
    _program(_lua_test, name, cc_deps, interpreter, kwargs)
