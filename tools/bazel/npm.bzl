"""Where tools/test keeps npm packages (tools/lib/npm.sh)."""

def _npm_cache_impl(ctx):
    env = ctx.os.environ
    cache = env.get("M3LUA_CACHE")
    if not cache:
        home = env.get("XDG_CACHE_HOME") or env.get("HOME", "") + "/.cache"
        cache = home + "/m3lua"
    ctx.file("path.txt", cache + "/npm\n")
    ctx.file("BUILD.bazel", 'exports_files(["path.txt"])\n')

# @npm_cache//:path.txt holds the path of the folder, which need not exist.
npm_cache = repository_rule(
    implementation = _npm_cache_impl,
    environ = ["M3LUA_CACHE", "XDG_CACHE_HOME", "HOME"],
    local = True,
)

def _once_impl(ctx):
    files = [ctx.file.src]
    return [DefaultInfo(files = depset(files), runfiles = ctx.runfiles(files))]

# A generated file that does not depend on the configuration: made once, for
# the machine that builds, and not again for each of opt, asan, ubsan and stress.
generated_once = rule(
    implementation = _once_impl,
    attrs = {"src": attr.label(cfg = "exec", allow_single_file = True)},
)
