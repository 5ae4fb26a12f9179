-- The debug library against the engine: locals, upvalues and metatables
-- changed under a running function, levels and options of every kind.

local levels = {0, 1, 2, 3, 255, 1000000, -1, math.maxinteger, math.mininteger, 1.5, "1", "x", {}, print, coroutine.create(print)}
local indices = {0, 1, 2, -1, -2, 255, 256, 1 << 31, -1 << 31, math.maxinteger, math.mininteger}
local options = {"", "n", "S", "l", "t", "u", "f", "r", "L", "nSltufrL", ">", ">S", "x", "\0", ("n"):rep(1000)}

-- Everything with everything.
for _, level in ipairs(levels) do
  for _, option in ipairs(options) do pcall(debug.getinfo, level, option) end
  for _, index in ipairs(indices) do
    pcall(debug.getlocal, level, index)
    pcall(debug.getupvalue, level, index)
    if type(level) ~= "number" or level > 3 or level < 0 then pcall(debug.setlocal, level, index, 1) end
  end
  pcall(debug.traceback, level) pcall(debug.traceback, "x", level)
end
for _, f in ipairs{print, pcall, coroutine.wrap(print), string.gmatch("", ""), load "return 1", function() end} do
  for _, index in ipairs(indices) do
    pcall(debug.getupvalue, f, index) pcall(debug.setupvalue, f, index, 1)
    pcall(debug.upvalueid, f, index)
    for _, other in ipairs(indices) do pcall(debug.upvaluejoin, f, index, f, other) end
  end
end

-- The state of a loop replaced while it runs: a result or an error.
local replacements = {
  0, 1, -1, 5, 1.5, "x", {}, print, next, ipairs, coroutine.create(print), math.maxinteger, math.mininteger,
}
-- Runs `loop` with a function that replaces a variable of the loop's frame and
-- ends the loop when it does not end by itself.
local function replaced(loop)
  for index = 1, 10 do
    for _, value in ipairs(replacements) do
      local rounds = 0
      pcall(loop, function()
        rounds = rounds + 1
        debug.setlocal(2, index, value)
        return rounds > 100
      end)
    end
  end
end
replaced(function(replace) for i = 1, 10 do if replace() then break end end end)
replaced(function(replace) for k, v in pairs{1, 2, 3, a = 1, b = 2} do if replace() then break end end end)

-- A constant, a variable to be closed, and the one that keeps a cycle alive.
local closed = 0
pcall(function()
  local c <close> = setmetatable({}, {__close = function() closed = closed + 1 end})
  debug.setlocal(1, 1, 5)
end)
pcall(function()
  local c <close> = setmetatable({}, {__close = function() closed = closed + 1 end})
  debug.setmetatable(c, nil)
end)
assert(closed <= 1)

-- Upvalues joined across functions, coroutines and themselves.
local a, b = 1, 2
local function f() a = a + 1 return a end
local function g() b = b + 10 return b end
debug.upvaluejoin(f, 1, g, 1)
assert(f() == 3 and g() == 13 and debug.upvalueid(f, 1) == debug.upvalueid(g, 1))
debug.upvaluejoin(f, 1, f, 1)
for _ = 1, 100 do
  local co = coroutine.wrap(function() local x = 0 coroutine.yield(function() x = x + 1 return x end) end)
  local h = co()
  debug.upvaluejoin(f, 1, h, 1)
  co = nil
  collectgarbage("step")
  assert(f() == 1 and h() == 2)
end

-- Metatables of the basic types.
local mt = {__index = function(v, k) return k end, __call = function(v) return v end, __add = function() return "sum" end,
            __len = function() return 7 end, __concat = function() return "joined" end, __lt = function() return true end,
            __eq = function() return true end, __unm = function() return 1 end, __close = function() end, __gc = error,
            __tostring = function() return "text" end, __name = "Named", __metatable = "locked", __pairs = pairs}
local values = {n = 5, nil, true, 1, "string", print}
for i = 1, values.n do
  local v = values[i]
  local before = debug.getmetatable(v)
  debug.setmetatable(v, mt)
  pcall(function() return v.x, v(), v + v, #v, v .. v, v < v, -v, tostring(v) end)
  pcall(function() local c <close> = v end)
  pcall(function() for k in pairs(v) do break end end)
  pcall(function() v.x = 1 end)
  pcall(string.format, "%s %q", v, v)
  pcall(error, v)
  collectgarbage()
  debug.setmetatable(v, before)
end
assert(#"abc" == 3 and 1 + 1 == 2 and not pcall(function() return (nil).x end))

-- The registry, and user values of files.
local registry = debug.getregistry()
assert(type(registry) == "table")
for _, n in ipairs(indices) do
  pcall(debug.getuservalue, io.stdout, n) pcall(debug.setuservalue, io.stdout, 1, n)
end
-- Frames that are under way: natives, tail calls, hooks of coroutines.
local function inspect(...)
  for level = 0, 8 do
    local info = debug.getinfo(level)
    for i = -5, 10 do pcall(debug.getlocal, level, i) end
  end
  return ...
end
table.sort({4, 2, 3, 1}, function(x, y) inspect() return x < y end);
("abc"):gsub(".", inspect)
local _ = setmetatable({}, {__index = function() return inspect(1) end}).x
coroutine.wrap(function() return inspect() end)()
pcall(load, function() inspect() end)
print "debug: no harm done"
