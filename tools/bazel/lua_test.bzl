"""Tests that are Lua programs.

    load("//tools/bazel:lua_test.bzl", "differential_test", "lua_script_test")

    lua_script_test(name = "sort_test", script = "sort_test.lua")
    differential_test(name = "programs_test", scripts = glob(["programs/*.lua"]))
"""

def lua_script_test(
        name,
        script,
        data = [],
        engine = "//lua/cli:lua",
        script_args = [],
        **kwargs):
    """Runs a Lua script; the test passes when it exits with 0.

    The script runs in a fresh folder that holds links to itself and to the
    files of `data` beside it, so require("x") and io.open("x.txt") find them,
    and it may write there.

    Args:
      name: name of the test; not that of a folder of this package.
      script: the Lua file, a source of this package.
      data: further files, of the script's folder or below it.
      engine: the interpreter, called as `engine script.lua script_args`.
      script_args: arguments for the script.
      **kwargs: passed on (size, tags, shard_count, env…).
    """
    native.sh_test(
        name = name,
        srcs = ["//tools/bazel:lua_script_test.sh"],
        args = ["$(rootpath %s)" % engine, "$(rootpath %s)" % script] +
               script_args,
        data = [engine, script] + data,
        **kwargs
    )

def differential_test(
        name,
        scripts,
        modules = [],
        env = {},
        engine = "//lua/cli:lua",
        **kwargs):
    """Runs programs on `engine` and on PUC Lua (lua5.4) and compares.

    Exit code, standard output and standard error must be equal. See
    tests/differential/run.sh, which does it. `shard_count` splits the programs.

    Args:
      name: name of the test; not that of a folder of this package.
      scripts: the Lua programs.
      modules: Lua files that lie beside each program when it runs.
      env: environment variables of run.sh.
      engine: the interpreter under test.
      **kwargs: passed on (size, tags, shard_count…).
    """
    native.sh_test(
        name = name,
        srcs = ["//tests/differential:run.sh"],
        args = ["$(rootpath %s)" % engine] +
               ["$(rootpath %s)" % script for script in scripts],
        data = [engine] + scripts + modules,
        env = dict(env, MODULES = " ".join([
            "$(rootpath %s)" % module
            for module in modules
        ])),
        **kwargs
    )
