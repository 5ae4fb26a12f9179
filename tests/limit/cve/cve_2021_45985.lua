-- CVE-2021-45985: a collection in the middle of a tail call found the frame
-- half exchanged, and a finalizer that raised an error there read beyond it.
--
-- Tail calls of all shapes – to Lua, native and vararg functions, through
-- __call, with more and with fewer arguments – under finalizers that raise
-- errors, look at the stack and use the stack.

warn("@off")
collectgarbage("incremental", 1, 10000)

local function failing()
  local a, b, c = 1, {2}, "3"
  debug.traceback()
  select("#", table.unpack({}, 1, 100))
  error({a, b, c})
end
local function trap(...)
  setmetatable({...}, {__gc = failing})
  return ...
end

local callable = setmetatable({}, {__call = function(_, ...) return trap(...) end})
local deeper = setmetatable({}, {__call = callable})
local wide = assert(load("local f = ... return function(x, n) local " ..
  ("a"):rep(3) .. " = {}; local b, c, d, e, g, h; return f(x, n) end"))
local function to_lua(n, x)
  if n == 0 then return x, {} end
  return to_lua(n - 1, trap(x))
end
local function to_vararg(n, ...)
  if n == 0 then return ... end
  trap()
  return to_vararg(n - 1, {}, ...)
end
local function fewer(n, x, ...)
  if n == 0 then return x end
  setmetatable({}, {__gc = failing})
  return fewer(n - 1, x)
end
local function to_native(...) return select(trap(1), ...) end
local function to_callable(...) return deeper(...) end
local widened = wide(function(x, n) return trap(x) end)

for i = 1, 300 do
  local x = {i}
  assert(to_lua(20, x) == x)
  assert(select(-1, to_vararg(20, x)) == x)
  assert(fewer(20, x, 1, 2, 3) == x)
  assert(to_native(x) == x)
  assert(select(-1, to_callable(x)) == x)
  assert(widened(x, 1) == x)
  if i % 100 == 0 then collectgarbage() end
end
