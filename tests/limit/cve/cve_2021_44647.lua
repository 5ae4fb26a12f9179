-- CVE-2021-44647: a traceback that met a finalizer took the instruction under
-- way, which had nothing to do with it, for the call of the finalizer, and so
-- confused types when it looked for a name.
--
-- Finalizers run at all kinds of instructions, and each looks at the whole
-- stack: its own name is "__gc", and nothing else changes.

local names, levels = {}, 0
local function look()
  local info = debug.getinfo(1, "nSl")
  names[info.name or "?"] = (names[info.name or "?"] or 0) + 1
  assert(info.name == nil or info.name == "__gc", info.name)
  for level = 1, 50 do
    local at = debug.getinfo(level, "nSltufr")
    if not at then break end
    levels = levels + 1
    for index = -2, 20 do debug.getlocal(level, index) end
  end
  assert(type(debug.traceback("looking")) == "string")
end
local function trap() return setmetatable({}, {__gc = look}) end

collectgarbage("incremental", 1, 10000)
local t, s = {}, "s"
local mt = {__index = function(_, k) trap() return k end, __concat = function() return {trap()} end,
            __call = function(_, ...) return trap(), ... end}
local object = setmetatable({}, mt)
for i = 1, 200 do
  trap()
  local a = {trap(), i, {i}}                       -- constructor
  s = ("s"):rep(i % 9) .. i .. tostring(i)         -- concatenation
  local f = function() return a, s end             -- closure
  for k in pairs{trap()} do t[k .. i] = f end      -- iterator call
  t[i] = object.x .. tostring(object(i))           -- metamethods
  local x <close> = setmetatable({trap()}, {__close = function() trap() end})
  local _ = object .. object
  coroutine.wrap(function(...) trap() return select("#", ...) end)(i, i)
  string.gsub("abc", ".", function() return {} and "x" .. i end)
  t[i] = select(2, (function(...) return trap(), ... end)(i))  -- vararg
end
collectgarbage()
assert(names["__gc"] and levels > 200, "no finalizer ran")
