-- Hooks that raise, yield, collect, change hooks, recur and look at frames, at
-- every instruction, line, call and return of programs that do all kinds of
-- things.  What counts is that the state stays usable.

local mt = {__add = function(a, b) return b end, __index = function(t, k) return k end,
            __close = function() end, __call = function(_, ...) return ... end}
local function work(n)
  local t, sum = setmetatable({}, mt), 0
  for i = 1, n or 3 do sum = sum + (t + i) + #tostring(t[i]) end
  for k, v in pairs{a = 1, 2, 3} do sum = sum + v end
  do local c <close> = setmetatable({}, mt) sum = sum + t(1) end
  local co = coroutine.wrap(function(...) local a = coroutine.yield(...) return a end)
  sum = sum + co(1) + co(2)
  table.sort({3, 1, 2}, function(a, b) return a < b end)
  sum = sum + #(("abc"):gsub(".", function(c) return c:upper() end))
  local ok = pcall(error, "x")
  return sum, ok, (function(...) return select("#", ...) end)(1, 2, 3)
end
local expected = table.pack(work())

local function same(...)
  local got = table.pack(...)
  for i = 1, expected.n do assert(got[i] == expected[i]) end
end

-- Hooks that do not change the result.
local depth
local quiet = {
  function() end,
  function() collectgarbage("step") end,
  function() debug.traceback() end,
  function(event) debug.getinfo(2, "nSltufrL") end,
  function() for i = 1, 250 do if not debug.getlocal(2, i) then break end end end,
  function() local i = -1 while debug.getlocal(2, i) do i = i - 1 end end,
  function() debug.sethook(debug.gethook()) end,
  function() pcall(error, {}) end,
  function() string.rep("x", 100):gsub("x", "y") end,
  function() coroutine.wrap(function() coroutine.yield(1) end)() end,
  function() local x <close> = setmetatable({}, mt) end,
}
for _, hook in ipairs(quiet) do
  for _, mask in ipairs{"c", "r", "l", "crl", ""} do
    debug.sethook(hook, mask, mask == "" and 1 or 7)
    local got = table.pack(work())
    debug.sethook()
    same(table.unpack(got, 1, got.n))
  end
end

-- Hooks that raise: after n events, any n.
for n = 1, 400, 3 do
  local left = n
  local ok, e = pcall(function()
    debug.sethook(function()
      left = left - 1
      if left == 0 then debug.sethook() error("enough", 0) end
    end, n % 2 == 0 and "crl" or "", n % 2)
    return work()
  end)
  left = 0  -- (this may be an event, too)
  debug.sethook()
  assert(ok or e == "enough", e)
end
same(work())

-- Hooks that raise for ever: every attempt to handle it meets another.
for _, mask in ipairs{"c", "r", "l"} do
  local co = coroutine.create(function()
    debug.sethook(function() error("again") end, mask)
    xpcall(work, function(m) return m .. debug.traceback() end)
    return work()
  end)
  for _ = 1, 3 do coroutine.resume(co) end
end
same(work())

-- Hooks of other coroutines, dead and suspended ones, and the running one.
local co = coroutine.create(function() for i = 1, 3 do coroutine.yield(work()) end end)
debug.sethook(co, function() error("inside") end, "l")
assert(debug.gethook(co) ~= nil and debug.gethook() == nil)
local ok, e = coroutine.resume(co)
assert(not ok and e:find("inside"))
debug.sethook(co, print, "crl")
debug.sethook(co)
assert(coroutine.status(co) == "dead" and coroutine.close(co) == false)
-- A yield across a hook is an error, or at most ends the coroutine.
co = coroutine.create(work)
debug.sethook(co, coroutine.yield, "l")
for _ = 1, 10000 do if not coroutine.resume(co) or coroutine.status(co) == "dead" then break end end
debug.sethook(co)

-- Hooks that are set and taken away all the time, and hooks in hooks.
local function flip() debug.sethook(flip, ({"c", "r", "l", "crl"})[math.random(4)], math.random(0, 3)) end
math.randomseed(1)
debug.sethook(flip, "l")
local got = table.pack(work(20))
debug.sethook()
local function nested() debug.sethook(nested, "crl", 1) work(1) end
debug.sethook(nested, "l")
pcall(work)
debug.sethook()

-- Odd arguments.
for _, arguments in ipairs{{}, {nil}, {print}, {print, ""}, {print, "x", -1}, {print, "crl", math.maxinteger},
                           {1}, {{}, "l"}, {print, {}}, {nil, "crl", 5}} do
  pcall(debug.sethook, table.unpack(arguments, 1, 3))
  debug.sethook()
end
-- A hook that is an object which was to be collected.
debug.sethook(function() end, "", 1000000)
collectgarbage()
debug.sethook()
collectgarbage()
same(work())
print "hooks: no harm done"
