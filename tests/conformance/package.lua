-- require and the package library (manual 6.3).

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "an error was expected: " .. text)
  assert(string.find(tostring(message), text, 1, true),
         "expected '" .. text .. "', got '" .. tostring(message) .. "'")
end

assert(package.config == "/\n;\n?\n!\n-\n")
assert(type(package.path) == "string" and type(package.cpath) == "string")
assert(#package.searchers == 4)
assert(package.loaded.package == package and package.loaded._G == _G)
assert(require "string" == string and require("math") == math)
assert(debug.getregistry()._LOADED == package.loaded)
assert(debug.getregistry()._PRELOAD == package.preload)

local folder = os.tmpname()
os.remove(folder)
assert(os.execute("mkdir " .. folder .. " " .. folder .. "/sub"))
local function write(name, text)
  local f = assert(io.open(folder .. "/" .. name, "w"))
  f:write(text)
  f:close()
end
local path, cpath = package.path, package.cpath
package.path = folder .. "/?.lua;" .. folder .. "/?/init.lua"
package.cpath = folder .. "/?.so"

do  -- modules in Lua
  write("one.lua", "count = (count or 0) + 1; return {args = {...}}")
  local one, data = require("one")
  assert(data == folder .. "/one.lua")
  assert(one.args[1] == "one" and one.args[2] == data and #one.args == 2)
  assert(require("one") == one and count == 1)
  assert(select("#", require("one")) == 1)
  package.loaded.one = nil
  assert(require("one") ~= one and count == 2)
  -- what a module returns
  write("none.lua", "")
  assert(require("none") == true and package.loaded.none == true)
  write("fals.lua", "return false")
  assert(require("fals") == false and package.loaded.fals == false)
  write("sets.lua", "package.loaded[...] = 'own'")
  assert(require("sets") == "own")
  -- dots are folders
  write("sub/init.lua", "return 'init'")
  write("sub/leaf.lua", "return 'leaf ' .. ...")
  assert(require("sub") == "init" and require("sub.leaf") == "leaf sub.leaf")
  -- errors
  write("broken.lua", "x = =")
  fails("error loading module 'broken' from file '" .. folder ..
        "/broken.lua':\n\t" .. folder .. "/broken.lua:1: unexpected symbol",
        require, "broken")
  write("raises.lua", "error('raised')")
  fails(folder .. "/raises.lua:1: raised", require, "raises")
  assert(package.loaded.raises == nil)
  -- a module may be required while it loads
  write("cycle.lua", "package.loaded.cycle = 'partly'; return require('cycle')")
  assert(require("cycle") == "partly")
end

do  -- not found
  local ok, message = pcall(require, "no.such")
  assert(message == "module 'no.such' not found:\n\z
    \tno field package.preload['no.such']\n\z
    \tno file '" .. folder .. "/no/such.lua'\n\z
    \tno file '" .. folder .. "/no/such/init.lua'\n\z
    \tno file '" .. folder .. "/no/such.so'\n\z
    \tno file '" .. folder .. "/no.so'", message)
  ok, message = pcall(require, "nosuch")
  assert(message == "module 'nosuch' not found:\n\z
    \tno field package.preload['nosuch']\n\z
    \tno file '" .. folder .. "/nosuch.lua'\n\z
    \tno file '" .. folder .. "/nosuch/init.lua'\n\z
    \tno file '" .. folder .. "/nosuch.so'", message)
  fails("string expected, got no value", require)
  package.path = nil
  fails("'package.path' must be a string", require, "nosuch")
  package.path = folder .. "/?.lua"
  package.cpath = {}
  fails("'package.cpath' must be a string", require, "nosuch")
  package.cpath = folder .. "/?.so"
end

do  -- preload
  package.preload.pre = function(...) return {...} end
  local t, data = require("pre")
  assert(t[1] == "pre" and t[2] == ":preload:" and data == ":preload:")
  package.preload.pre = nil
end

do  -- searchers
  local searchers = package.searchers
  table.insert(searchers, 2, function(name)
    if name == "found" then return function(...) return {...} end, 42 end
    if name == "silent" then return nil end
    return "searcher says no to " .. name
  end)
  local t, data = require("found")
  assert(t[1] == "found" and t[2] == 42 and data == 42)
  fails("\n\tsearcher says no to other\n", require, "other")
  local ok, message = pcall(require, "silent")
  assert(not string.find(message, "\n\t\n", 1, true))
  table.remove(searchers, 2)
  package.searchers = nil
  fails("'package.searchers' must be a table", require, "x")
  package.searchers = {}
  local _, none = pcall(require, "x")
  assert(none == "module 'x' not found:", none)
  package.searchers = searchers
end

do  -- searchpath
  local found = package.searchpath("sub.leaf", package.path)
  assert(found == folder .. "/sub/leaf.lua")
  assert(package.searchpath("sub-leaf", package.path, "-") == found)
  assert(package.searchpath("sub/leaf", package.path, "") == found)
  local nothing, message = package.searchpath("a.b", "?;x/?.y", ".", "_")
  assert(nothing == nil)
  assert(message == "no file 'a_b'\n\tno file 'x/a_b.y'", message)
  nothing, message = package.searchpath("a", "")
  assert(nothing == nil and message == "no file ''", message)
end

do  -- libraries in C that are none
  write("bad.so", "not a library")
  fails("error loading module 'bad' from file '" .. folder .. "/bad.so':\n\t",
        require, "bad")
  local f, message, where = package.loadlib(folder .. "/bad.so", "*")
  assert(f == nil and type(message) == "string")
  assert(where == "open" or where == "absent")
end

package.path, package.cpath = path, cpath
os.execute("rm -r " .. folder)
print("ok")
