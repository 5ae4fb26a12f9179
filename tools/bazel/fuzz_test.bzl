"""Fuzz targets as tests.

    load("//tools/bazel:fuzz_test.bzl", "fuzz_test")

    fuzz_test(name = "pattern_fuzzer", seeds = glob(["corpus/pattern/*"]))
"""

load("@rules_cc//cc:defs.bzl", "cc_binary")

def fuzz_test(
        name,
        seeds,
        regressions = [],
        dictionary = None,
        runs = 5000,
        max_length = 8192,
        detect_leaks = True,
        deps = [],
        **kwargs):
    """A fuzz target NAME.cc, and a test of it, NAME_test.

    With --config=asan the test is libFuzzer with a fixed seed and number of
    inputs, starting from `seeds` and `regressions`; otherwise these inputs run
    once each (tests/fuzz/replay_main.cc). `tools/fuzz NAME` runs it for long.

    Args:
      name: the target, and its source without ".cc".
      seeds: inputs to start from.
      regressions: inputs that have found something.
      dictionary: a file with tokens, in libFuzzer's format.
      runs: inputs that libFuzzer tries in the test.
      max_length: longest input in bytes.
      detect_leaks: whether libFuzzer looks for leaks after each input.
      deps: libraries, besides the sandbox.
      **kwargs: passed on to the test (tags…).
    """
    cc_binary(
        name = name,
        testonly = True,
        srcs = [name + ".cc"],
        linkopts = select({
            "//:libfuzzer": ["-fsanitize=fuzzer"],
            "//conditions:default": [],
        }),
        deps = deps + [
            "//tests/fuzz:fuzz_target",
            "//tests/fuzz:sandbox",
        ] + select({
            "//:libfuzzer": [],
            "//conditions:default": ["//tests/fuzz:replay_main"],
        }),
    )
    options = [
        "-seed=1",
        "-runs=%d" % runs,
        "-max_len=%d" % max_length,
        "-timeout=120",
        "-rss_limit_mb=4096",
        "-detect_leaks=%d" % (1 if detect_leaks else 0),
    ]
    data = seeds + regressions
    if dictionary:
        options.append("-dict=$(rootpath %s)" % dictionary)
        data = data + [dictionary]

    native.sh_test(
        name = name + "_test",
        size = "medium",
        srcs = ["//tools/bazel:fuzz_test.sh"],
        args = ["$(rootpath :%s)" % name] + select({
            "//:libfuzzer": options,
            "//conditions:default": ["--replay"],
        }) + ["--"] + [
            "$(rootpaths %s)" % label
            for label in seeds + regressions
        ],
        data = [":" + name] + data,
        **kwargs
    )
