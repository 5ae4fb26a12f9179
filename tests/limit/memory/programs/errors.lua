fails("number expected", math.floor, {})
fails("attempt to index a nil value %(global 'undefined_variable'%)", function() return undefined_variable.field end)
fails("attempt to call a table value", function() local t = {} t() end)
fails("attempt to perform arithmetic on a nil value %(field 'x'%)", function() local t = {} return t.x + 1 end)
fails("attempt to compare two table values", function() return {} < {} end)
fails("attempt to concatenate a table value", function() return "x" .. {} end)
fails("no integer representation", function() return 1.5 | 1 end)
fails("table index is nil", function() local t = {} t[nil] = 1 end)
fails("'for' initial value", function() for i = {}, 2 do end end)
fails("assertion failed", assert, false)
fails("a message", assert, false, "a message")
-- Message handlers, tracebacks, errors in handlers.
local function traced(m) return debug.traceback(m, 1) end
local function thrower(n) if n == 0 then error("thrown " .. n) end thrower(n - 1) return 1 end
local ok, trace = xpcall(thrower, traced, 20)
check_memory(trace)
assert(not ok and trace:find("stack traceback:"))
ok, trace = xpcall(thrower, function(m) check_memory(m) error("again") end, 3)
check_memory(trace)
assert(not ok)
-- Error objects.
local object = setmetatable({code = 7}, {__tostring = function(o) return "code " .. o.code end})
local ok, e = pcall(error, object)
check_memory(e)
assert(e == object and tostring(e) == "code 7")
for level = 0, 3 do
  local ok, m = pcall(error, "at level", level)
  check_memory(m)
end
-- Nested pcalls and variables to be closed.
local order = 0  -- digits: what is closed must not need memory
local function closing(name, fail)
  return setmetatable({}, {__close = function(_, e)
    order = order * 10 + name
    if fail then error("close " .. name, 0) end
  end})
end
do local first <close> = closing(0) end  -- its code is made at the first call
-- (Made ahead: an error of a variable that is closed hides the one before it.)
local one, two, three, four = closing(1), closing(2, true), closing(3), closing(4)
local function inner() local d <close> = four error("inner") end
local ok, m = pcall(function()
  local a <close> = one
  local b <close> = two
  local c <close> = three
  local ok, m = pcall(inner)
  error("outer")
end)
check_memory(m)
assert(m == "close 2")
-- (For want of a frame, a __close may not have been called.)
if order ~= 4321 then check_memory("not enough memory") end
local function returning() local a <close> = closing(5) return 1, 2, 3 end
assert(select("#", returning()) == 3)
for i = 1, 2 do local loop <close> = closing(6) if i == 2 then break end end
