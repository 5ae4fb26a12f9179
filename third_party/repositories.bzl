"""The repositories that m3lua needs, for a WORKSPACE file.

    local_repository(name = "m3lua", path = "...")
    load("@m3lua//third_party:repositories.bzl", "m3lua_dependencies")
    m3lua_dependencies()

A repository that was defined before keeps its definition: who has abseil or
rules_cc of their own, under the names that everybody uses, puts them first.
Nothing is downloaded: libraries are those of the system (README.md).
"""

def _folder_impl(ctx):
    folder = ctx.path(Label("//third_party:repositories.bzl")).dirname
    for part in ctx.attr.path.split("/"):
        folder = folder.get_child(part)
    for entry in folder.readdir():
        ctx.symlink(entry, entry.basename)

# A folder of third_party as a repository; local_repository, whose paths are
# relative to the main workspace, would not find it when that is another's.
# (MODULE.bazel uses it, too.)
third_party_folder = repository_rule(
    implementation = _folder_impl,
    attrs = {"path": attr.string(mandatory = True)},
    local = True,
)

def _define(rule, repositories):
    for name, path in repositories.items():
        if not native.existing_rule(name):
            rule(name = name, path = path)

def m3lua_dependencies():
    """What the library, the programs and the rules need."""
    _define(third_party_folder, {
        "com_google_absl": "abseil",
        "editline": "editline",
        "mimalloc": "mimalloc",
    })

    # What Bazel 4.2.3 would otherwise fetch for itself.
    _define(third_party_folder, {
        "remote_coverage_tools": "remote_coverage_tools",
        "rules_cc": "rules_cc",
    })
    _define(native.local_repository, {
        "rules_java": "/usr/share/bazel/rules/java",
        "rules_proto": "/usr/share/bazel/rules/proto",
    })

def m3lua_development_dependencies():
    """What tests and benchmarks of m3lua itself need besides."""
    _define(third_party_folder, {
        "com_google_benchmark": "benchmark",
        "com_google_googletest": "googletest",
        # To compare with in C.
        "puc_lua": "puc_lua",
    })
