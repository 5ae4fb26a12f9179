-- luarocks: versions and constraints, queries, rockspecs and their checks,
-- persistence, manifests, paths, patches, zip files, and its command line.
package.path = "/usr/share/lua/5.4/?.lua;/usr/share/lua/5.4/?/init.lua"
package.cpath = ""
local real_getenv = os.getenv
os.getenv = function(name)
  if name == "HOME" then return "/nowhere" end
  return (name == "TMPDIR" or name == "PATH") and real_getenv(name) or nil
end
arg = {[0] = "/usr/bin/luarocks"}

local printed = dofile "printed.lua"
local show, try = printed.show, printed.try

print "--- versions"
local vers = require "luarocks.core.vers"
local versions = {"1.0", "1.0.1", "1.0-1", "1.0-2", "1.10", "1.2", "2.0beta1", "2.0beta2", "2.0rc1", "2.0", "2.0alpha", "scm", "cvs-1", "dev-1", "v3", "1.0.0", "5.4.4", "1_2", "", "r12-3"}
for _, text in ipairs(versions) do try(vers.parse_version, text) end
for _, a in ipairs(versions) do
  local row = {}
  for _, b in ipairs(versions) do
    local ok, later = pcall(vers.compare_versions, a, b)
    row[#row + 1] = ok and (later and ">" or "-") or "!"
  end
  print(table.concat(row), a)
end
table.sort(versions, function(a, b) return a ~= "" and b ~= "" and vers.compare_versions(a, b) or b == "" and a ~= "" end)
print(table.concat(versions, " "))

print "--- configuration"
local cfg = require "luarocks.core.cfg"
print(cfg.init and pcall(cfg.init, {lua_version = "5.4", lua_dir = "/usr", lua_interpreter = "lua5.4"}))
print(cfg.lua_version, cfg.program_version, show(cfg.rocks_trees and #cfg.rocks_trees))

print "--- queries"
local queries = require "luarocks.queries"
for _, text in ipairs {
  "lua >= 5.1", "lua >= 5.1, < 5.5", "penlight ~> 1.5", "user/rock == 1.0-1", "a ~= 2", "a", "a @1.0", "a @> 1", "a 1.0", "", "a >= ", "a >= 1 < 2", "UPPER.case-x_y >1,<=3",
} do
  local query, problem = queries.from_dep_string(text)
  print(text, query and tostring(query), query and show(query.constraints), problem)
  if query then
    local row = {}
    for _, version in ipairs {"1.0", "1.0-1", "1.5.9", "1.6", "2", "2.1", "5.1", "5.3", "5.5", "scm"} do
      row[#row + 1] = version .. "=" .. tostring(vers.match_constraints(vers.parse_version(version), query.constraints))
    end
    print("", table.concat(row, " "))
  end
end
try(function() return tostring(queries.new("name", "space", "1.0", true, "src", ">=")) end)
try(function() return tostring(queries.all "rockspec") end)

print "--- paths"
local util = require "luarocks.util"
local path = require "luarocks.path"
local dir = require "luarocks.dir"
for _, name in ipairs {"/a/b/c", "a/b/", "http://h.x/p/q.tar.gz", "git+https://h/x.git", "/", "", "a//b/../c", "C:/x"} do
  try(dir.split_url, name) try(dir.base_name, name) try(dir.dir_name, name) try(dir.normalize, name) try(dir.deduce_base_dir, name)
end
try(dir.path, "a", "b") try(path.versioned_name, "lib/a.so", "lib", "rock", "1.0-1") try(path.path_to_module, "a/b/init.lua") try(path.path_to_module, "a/b.so")
try(path.parse_name, "rock-1.0-1.src.rock") try(path.parse_name, "some-rock-scm-1.rockspec") try(path.parse_name, "odd") try(path.make_url, "http://h", "r", "1-1", "src")
try(util.split_namespace, "user/rock") try(util.format_rock_name, "r", "ns", "1") try(util.matchquote, "a.b*c") try(util.split_string, "a,b,,c", ",") try(util.split_string, "a,b,c", ",", 1)
try(util.cleanup_path, "./?.lua;/a/?.lua;./?.lua;/usr/share/lua/5.1/?.lua", ";", "5.4") try(util.show_table, {1, {a = "x"}, s = "q\"uote\n"}, "t") try(util.deep_copy, {a = {b = 1}}) try(util.LQ, "a]]b")
local merged = {a = {b = 1}, c = 2} util.deep_merge(merged, {a = {d = 3}, c = 4}) print(show(merged)) util.deep_merge_under(merged, {a = {b = 9, e = 5}, f = 6}) print(show(merged))
local substituted = {"$(LUA) and $(NONE)", nested = {"$(DIR)/x"}} util.variable_substitutions(substituted, {LUA = "lua", DIR = "/d"}) print(show(substituted))
for key, value, order in util.sortedpairs({c = 1, a = 2, b = 3, 10, 20}, {"b", {"c", {"x"}}}) do io.write(show(key), "=", show(value), show(order), " ") end print()
for key in util.sortedpairs({x = 1, y = 2, z = 3}, function(a, b) return a > b end) do io.write(key, " ") end print()

print "--- rockspecs"
path.use_tree "/nowhere/tree"
local persist = require "luarocks.persist"
local rockspecs = require "luarocks.rockspecs"
local good = {
  rockspec_format = "3.0", package = "Example", version = "1.2-3",
  source = {url = "git+https://example.invalid/x.git", tag = "v1.2"},
  description = {summary = "An example", detailed = "Long\ntext with \"quotes\" and ]] brackets", license = "MIT", labels = {"a", "b"}, homepage = "http://example.invalid"},
  dependencies = {"lua >= 5.1", "penlight ~> 1.5", platforms = {unix = {"luaposix"}, windows = {"winapi"}}},
  build = {type = "builtin", modules = {["example.core"] = "src/core.lua", ["example.c"] = {sources = {"a.c", "b.c"}, defines = {"X=1"}}}, install = {bin = {"bin/tool"}}, platforms = {linux = {modules = {["example.linux"] = "l.lua"}}}},
  test = {type = "busted"},
}
local text = persist.save_from_table_to_string(good, require("luarocks.type.rockspec").order)
print(text)
local environment = {}
assert(load(text, "=rockspec", "t", environment))()
print(show(environment) == show(good))
local function check(change)
  local spec = util.deep_copy(good)
  if change then change(spec) end
  local result, problem = rockspecs.from_persisted_table("example-1.2-3.rockspec", spec, {}, false)
  print(result and result.name, result and show(result.dependencies):sub(1, 300), result and show(result.build.modules), problem)
end
check()
check(function(s) s.package = nil end) check(function(s) s.version = "one" end) check(function(s) s.unknown = 1 end) check(function(s) s.source = "text" end)
check(function(s) s.dependencies[1] = "lua >>= 5" end) check(function(s) s.rockspec_format = "9.0" end) check(function(s) s.description.labels = {1, 2} end)
check(function(s) s.build.modules.x = 5 end) check(function(s) s.rockspec_format, s.test, s.description.labels = "1.0", nil, nil end) check(function(s) s.source.url = "none" end) check(function(s) s.source.tag = nil s.source.branch = "main" end)
local type_manifest = require "luarocks.type.manifest"
try(type_manifest.check, {repository = {rock = {["1.0-1"] = {{arch = "src"}}}}, modules = {a = {"rock/1.0-1"}}, commands = {}}, {})
try(type_manifest.check, {repository = {rock = {["1"] = {{arch = 5}}}}, modules = {}, commands = {}}, {})
persist.save_from_table("saved.lua", {list = {1, 2, {deep = true}}, ["odd key"] = 1.5, text = "a\0b\r\n", inf = math.huge, empty = {}})
print(io.open("saved.lua"):read "a")
try(persist.load_into_table, "saved.lua") try(persist.load_into_table, "missing.lua") try(persist.save_as_module, "module.lua", {a = 1}) try(dofile, "module.lua")
local broken = io.open("broken.lua", "w") broken:write "a = = 1" broken:close() try(persist.load_into_table, "broken.lua")
broken = io.open("broken.lua", "w") broken:write "a = nothing.b" broken:close() try(persist.load_into_table, "broken.lua")

print "--- patches"
local patch = require "luarocks.tools.patch"
local function write(name, content) local f = io.open(name, "w") f:write(content) f:close() end
local original = {}
for i = 1, 30 do original[i] = "line " .. i end
write("target.txt", table.concat(original, "\n") .. "\n")
write("change.diff", "--- target.txt\n+++ target.txt\n@@ -1,4 +1,5 @@\n line 1\n-line 2\n+line two\n+line two and a half\n line 3\n line 4\n@@ -20,4 +21,3 @@\n line 20\n-line 21\n line 22\n line 23\n")
local parsed, fine = patch.read_patch "change.diff"
print(fine, show(parsed):sub(1, 400))
try(function() return patch.apply_patch(parsed) end)
local patched = io.open "target.txt"
print(patched and patched:read "a")
write("bad.diff", "--- target.txt\n+++ target.txt\n@@ -1,2 +1,2 @@\n line x\n-line y\n+line z\n")
try(function() return patch.apply_patch((patch.read_patch "bad.diff")) end)

print "--- commands"
local cmd = require "luarocks.argparse"
local parser = cmd("luarocks", "A test of its argparse"):command_target "command":require_command(true)
parser:command("install", "Installs."):argument("rock"):args "?"
parser:option("--tree"):convert(string.upper):count "*"
print(parser:get_help()) try(parser.pparse, parser, {"install", "x", "--tree=a", "--tree", "b"}) try(parser.pparse, parser, {"remove"}) try(parser.pparse, parser, {"--tre", "x"})
print "--- modules"
local loaded = 0
for _, name in ipairs {
  "admin.cache", "admin.index", "build", "build.builtin", "build.cmake", "build.command", "build.make", "cmd", "cmd.build", "cmd.config", "cmd.doc", "cmd.download", "cmd.init", "cmd.install", "cmd.lint",
  "cmd.list", "cmd.make", "cmd.new_version", "cmd.pack", "cmd.path", "cmd.purge", "cmd.remove", "cmd.search", "cmd.show", "cmd.test", "cmd.unpack", "cmd.upload", "cmd.which", "cmd.write_rockspec", "deplocks",
  "deps", "download", "fetch", "fetch.git", "fetch.hg", "fetch.svn", "fs", "fun", "loader", "manif", "manif.writer", "pack", "remove", "repos", "require", "results", "search", "signing", "test", "test.busted", "test.command", "tools.tar", "tools.zip", "upload.api", "upload.multipart",
} do
  local ok, module = pcall(require, "luarocks." .. name)
  local names = {}
  if ok and type(module) == "table" then for key, value in pairs(module) do names[#names + 1] = tostring(key) .. ":" .. type(value) end loaded = loaded + 1 end
  table.sort(names)
  print(name, ok, ok and table.concat(names, " ") or (tostring(module):gsub("\n.*", "")))
end
print(loaded)
local fun = require "luarocks.fun"
print(show(fun.map({1, 2, 3}, function(v) return v * v end)), show(fun.concat({1}, {2})), show(fun.filter({1, 2, 3, 4}, function(v) return v % 2 == 0 end)), show(fun.reverse_in {1, 2, 3}), show(fun.sort_in({3, 1, 2}, function(a, b) return a < b end)))
local deps = require "luarocks.deps"
try(function() return deps.match_deps(good.dependencies and {queries.from_dep_string "lua >= 5.1" and queries.from_dep_string "lua >= 5.1"} or {}, {lua = "5.4-1"}, {}, "none") end)
local multipart = require "luarocks.upload.multipart"
print((select(1, multipart.encode {a = "1"}):gsub("%-%-+%w+", "--BOUNDARY")))
