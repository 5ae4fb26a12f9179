-- load with readers of every kind, load in load, and what it is asked for.

local function reader(...)
  local pieces, at = {...}, 0
  return function() at = at + 1 return pieces[at] end
end
-- Pieces: empty ends; what is no string is an error.
assert(load(reader("return ", "1", "", " + 1"))() == 1)
for _, bad in ipairs{{}, true, print, coroutine.create(print), io.stdout} do
  local f, message = load(reader("return ", bad))
  assert(not f and message:find("reader function must return a string", 1, true))
end
assert(load(reader("return ", 12))() == 12)  -- numbers are strings
-- Readers that raise, yield, load, recur, collect or never end.
local f, message = select(2, pcall(load, function() error({1}) end))
assert(not f and message[1] == 1)
f, message = select(2, pcall(load, function() error() end))
assert(f == nil and message == nil)
f, message = coroutine.wrap(load)(coroutine.yield)
assert(not f and message:find("attempt to yield across a C-call boundary", 1, true))
local depth = 0
local function recur()
  depth = depth + 1
  return assert(load(recur)) and nil
end
f, message = load(recur)
assert(not f and message:find("overflow", 1, true) and depth > 50 and depth < 1000, message)
local count = 0
f, message = load(function()
  count = count + 1
  collectgarbage("step")
  return count < 300 and "a" .. count .. " = {" .. count .. "} " or nil
end, "=x", "t", {})
assert(f and pcall(f))
f, message = load(function() return "x" end, "=x", "b")
assert(not f and message:find("attempt to load a text chunk", 1, true))
f = load(reader(("x = 1 "):rep(100000), (" "):rep(1 << 20), "return x"), "=x", "t", {})
assert(f() == 1)
f, message = load(reader(("x"):rep(1 << 20), ("x"):rep(1 << 20)))
assert(not f)
local self
self = coroutine.wrap(function()
  return load(function() return self() end)  -- resumes itself
end)
f, message = self()
assert(not f and message:find("cannot resume non-suspended coroutine", 1, true))

-- Names, modes and environments.
for _, name in ipairs{"", "=", "@", "=\0", "@" .. ("p/"):rep(1000), "=" .. ("n"):rep(1000), "\n", ("line\n"):rep(100), ("s"):rep(1000), "\0"} do
  f, message = load("x = = 1", name)
  assert(not f and #message < 200)
  f = assert(load("local a; a.b = 1", name))
  assert(#select(2, pcall(f)) < 200)
  assert(#debug.getinfo(f, "S").short_src < 61 and debug.getinfo(f, "S").source == name:gsub("%z.*", ""))
end
for _, mode in ipairs{"", "x", "tb", "bt", "ttt", ("b"):rep(1000), "\0t"} do pcall(load, "return 1", "=m", mode) end
for _, env in ipairs{false, 1, "x", print} do
  f = load("return x", "=e", "t", env)
  pcall(f)
end
f = load("x = 1", "=e", "t", nil)
assert(not pcall(f))
f = load("return 1", "=e", "t", nil)
assert(f() == 1)
-- Functions dumped and loaded: upvalues are fresh, natives are refused.
local a, b, c = 1, 2, 3
f = load(string.dump(function() a = a; return a, b, c end))
assert(select("#", f()) == 3 and select(2, f()) == nil)
assert(not pcall(string.dump, print) and not pcall(string.dump, coroutine.wrap(print)))
for _, what in ipairs{{}, 1, "x", false} do assert(not pcall(string.dump, what)) end
assert(not pcall(load) and not pcall(load, nil) and not pcall(load, {}))
-- Binary chunks cut and joined; every prefix is refused.
local binary = string.dump(load("local t = {...} return function() return t end"))
for i = 0, #binary - 1 do
  f, message = load(binary:sub(1, i), "=b", "bt")
  assert(i == 0 and f or message)
end
assert(load(reader(binary:sub(1, 10), binary:sub(11))))
load(binary .. binary)
load("\27" .. ("x"):rep(10000))
for i = 1, 200 do load("\27Lua" .. ("\xff"):rep(i)) load("\27Lua" .. ("\0"):rep(i)) end
-- require, dofile, loadfile and package abused.
assert(not pcall(require, ("x"):rep(100000)) and not pcall(require, "\0") and not pcall(require, ""))
assert(not pcall(dofile, "\0") and not loadfile(("x/"):rep(10000)) and not loadfile("/"))
for _, path in ipairs{"", ";", "?", ";;;", ("?;"):rep(100), "?\0?", ("?"):rep(1000)} do
  assert(package.searchpath(("n"):rep(50), path) == nil)
end
local searchers, path, loaded = package.searchers, package.path, package.loaded
for _, bad in ipairs{false, 1, {}, {1}, {function() error({}) end}, {function() return 1 end}, {coroutine.yield}} do
  package.searchers = bad
  assert(not pcall(require, "never"))
end
package.searchers = {function(name) return function() return require(name) end end}
assert(not pcall(require, "loop"))  -- requires itself
package.searchers, package.path = searchers, nil
assert(not pcall(require, "never"))
package.path = path
package.preload.lying = function(...) package.loaded.lying = nil collectgarbage() return false end
assert(require("lying") == false)
