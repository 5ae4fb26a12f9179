"""Tests that are Python programs (standard library and unittest only).

    load("//tools/bazel:python_test.bzl", "python_test")

    python_test(name = "figures_test", script = "figures_test.py", data = [...])

Bazel's own Python rules want a toolchain; this wants python3.
"""

def python_test(name, script, data = [], script_args = [], **kwargs):
    """Runs a Python script; the test passes when it exits with 0.

    Args:
      name: name of the test.
      script: the Python file, a source of this package.
      data: what it reads and runs.
      script_args: its arguments.
      **kwargs: passed on (size, tags ...).
    """
    native.sh_test(
        name = name,
        srcs = ["//tools/bazel:python_test.sh"],
        args = ["$(rootpath %s)" % script] + script_args,
        data = [script] + data,
        **kwargs
    )
