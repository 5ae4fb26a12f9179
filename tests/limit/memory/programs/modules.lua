package.preload.made_up = function(name, where) return {name = name, where = where} end
assert(require("made_up").name == "made_up")
package.loaded.made_up = nil
local ok, m = pcall(require, "a.module.that.is.nowhere")
check_memory(m)
assert(not ok and m:find("module 'a.module.that.is.nowhere' not found"))
local f = must(io.open(scratch_file, "w"))
must(f:write("return {loaded_as = ..., from = select(2, ...)}"))
must(f:close())
local path = package.path
package.path = scratch_file:gsub("[^/]*$", "?") .. ";./?.lua"
local module = scratch_file:match("[^/]*$")
local ok, loaded = pcall(require, module)
package.path = path
package.loaded[module] = nil
check_memory(loaded)
assert(loaded.loaded_as == module)
assert(package.searchpath("x.y", "./?.none;/nowhere/?") == nil)
fails("", package.loadlib, "/nonexistent.so", "luaopen_x")
must(os.remove(scratch_file))
