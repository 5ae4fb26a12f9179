-- Texts of run-time errors through pcall, xpcall, error levels, tracebacks.

local function try(f, ...)
  local r = table.pack(pcall(f, ...))
  for i = 1, r.n do r[i] = tostring(r[i]):gsub("0x%x+", "ADDR") end
  print(table.concat(r, " | ", 1, r.n))
end

local t, s, up = {}, "str", nil
global = nil
-- Which variable is named, and how.
try(function() local x; x() end); try(function() local x = 5; x.y.z = 1 end)
try(function() t.a.b = 1 end); try(function() return t.a.b.c end); try(function() up() end)
try(function() up.x = 1 end); try(function() global() end); try(function() global.x = 1 end)
try(function() return global.x end); try(function() t.method() end); try(function() t:method() end)
try(function() s:nomethod() end); try(function() return t.x + 1 end); try(function() return 1 + t.x end)
try(function() return t + 1 end); try(function() return s + 1 end); try(function() return up + 1 end)
try(function() return global * 2 end); try(function() return -t end); try(function() return #up end)
try(function() return t .. "x" end); try(function() return "x" .. up end); try(function() return s .. t.y end)
try(function() return t < t end); try(function() return 1 < s end); try(function() return t < 1 end)
try(function() return up <= 1 end); try(function() return t[nil] end); try(function() t[nil] = 1 end)
try(function() t[0 / 0] = 1 end); try(function() return t.a[1] end); try(function() return t[1][2] end)
try(function() local i = 1; return t[i].x end); try(function() return (1)() end); try(function() return ("x").y.z end)
try(function() return 1.5 & 1 end); try(function() return "1.5" & 1 end); try(function() return s & 1 end)
try(function() return t & 1 end); try(function() return up ~ 1 end); try(function() return ~s end)
try(function() return 2^53 << 1, 1e100 << 1 end); try(function() return 1 // 0 end); try(function() return 1 % 0 end)
try(function() for i = 1, t do end end); try(function() for i = "a", 2 do end end); try(function() for i = 1, 2, 0 do end end)
try(function() string.rep() end); try(function() ("x"):rep({}) end); try(function() ("x"):rep(math.maxinteger) end)
try(function() setmetatable(1, {}) end); try(function() t.x.y() end); try(function() return math.floor({}) end)
try(function() string.format("%d", "x") end); try(function() ("x"):bad() end); try(function() io.open() end)
try(function() return table.concat({1, {}, 3}) end); try(function() return table.concat({}, 1, 1, 3) end)
try(function() return table.unpack({}, 1, 1e8) end); try(function() table.insert({}, 1, 2, 3) end)
try(function() table.insert({}, 5, 2) end); try(function() table.insert({}) end); try(function() table.remove({}, 5) end)
try(function() return select(0) end); try(function() return ipairs() end); try(function() return tostring() end)
try(function() return next({}, 1) end); try(function() return rawset(1, 2, 3) end); try(function() return load(1) end)
try(function() return utf8.char(-1) end); try(function() return utf8.codepoint("\xff") end); try(function() return utf8.len("x", 5) end)
try(function() return os.time({}) end); try(function() return os.date("%Ez") end); try(function() coroutine.wrap(1) end)
try(function() return require("no.such.module.here") == nil end == nil)
try(string.rep, "x", -1); try(string.sub); try(string.byte, "x", {}); try(print, nil); try(nil); try(1, 2)

-- error: levels, values, nothing.
try(error); try(error, nil); try(error, "plain"); try(error, "level0", 0); try(error, {}); try(error, 42); try(error, true)
local function lv(n) error("level " .. n, n) end
try(function() lv(1) end); try(function() lv(2) end); try(function() lv(3) end); try(lv, 2)
try(function() error(setmetatable({}, {__tostring = function() return "custom" end})) end)
try(assert, false); try(assert, nil, "message"); try(assert, false, {}); try(assert, 1, 2, 3); try(assert)
try(function() assert(false, "no position") end); try(function() assert(nil) end)

-- xpcall and its handler.
print(xpcall(function() error("E", 0) end, function(m) return "<" .. m .. ">", "dropped" end))
print(xpcall(function(...) return select("#", ...), ... end, print, 1, nil, 3))
print(xpcall(function() local x = nil + 1 end, function(m) return m:upper() end))
print(pcall(xpcall)); print(pcall(xpcall, print)); print(xpcall(error, function() error("again", 0) end))
print(pcall(pcall)); print(pcall(pcall, error, "x")); print(select("#", pcall(error)))
print(xpcall(function() pcall(error, "inner"); error("outer", 0) end, function(m) return "H" .. m end))

-- Errors inside metamethods, iterators, closures, coroutines, sort and gsub.
try(function() return setmetatable({}, {__add = function() error("in add") end}) + 1 end)
try(function() return setmetatable({}, {__index = function(_, k) error("no field " .. k) end}).abc end)
try(function() for x in function() error("iterator") end do end end)
try(function() table.sort({3, 2, 1}, function() error("comparing") end) end)
try(function() table.sort({1, "x", 2}) end); try(function() table.sort({1, 2, 3}, 5) end)
try(function() ("abc"):gsub(".", function() error("replacing") end) end)
try(function() coroutine.wrap(function() error("inside") end)() end)
try(function() load("error('loaded')", "=name")() end); try(function() load("x.y.z = 1", "@file.lua")() end)
try(function() load("local a\n\nerror('line 3')", "a chunk\nwith lines")() end)
try(function() load("error('long')", ("long source text "):rep(10))() end)
try(function() load(function() error("reader") end) end); print(load("x =", "=c"))
print(load("\27Lua", "b", "t")); print(load("return 1", "t", "b")); print(pcall(load("return ...", "v", "t", {}), 7))

-- Lines of multi-line expressions and calls.
try(function()
  local a = 1 +
      2 +
      nil
end)
try(function()
  return t
    .x
    .y
end)

-- Tracebacks.
local function third() error("deep trouble") end
local function second() third(); return 1 end
function first() second(); return 2 end
local message, trace
xpcall(first, function(m) message, trace = m, debug.traceback(m, 1) end)
print(message); print((trace:gsub("0x%x+", "ADDR")))
print(debug.traceback("msg", 1)); print(debug.traceback({}) ~= nil, debug.traceback(nil), debug.traceback(12))
local co = coroutine.create(function() local x = 1; coroutine.yield(); error("co") end)
coroutine.resume(co); print(debug.traceback(co)); print(debug.traceback(co, "m", 1)); coroutine.resume(co); print(debug.traceback(co))
local function recurse(n) if n == 0 then error("bottom") end recurse(n - 1); return 1 end
xpcall(recurse, function(m) print(debug.traceback(m)) end, 40)
print(select(2, pcall(string.rep, "xx", 1 << 62)))
local ok, overflow = pcall(function() local function f() return f() + 1 end return f() end)
print(ok, overflow:match("stack overflow"))
os.exit(pcall(error) and 1 or 3)
