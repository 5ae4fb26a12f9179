-- Bugs of PUC Lua 5.3.2 (https://www.lua.org/bugs.html#5.3.2), tried on us; the table is in
-- docs/known_bugs.md.

local function bug(title, test)
  local ok, message = xpcall(test, debug.traceback)
  assert(ok, "bug: " .. title .. "\n" .. tostring(message))
end

bug("a metatable with itself as __newindex may use a freed field", function()
  for _ = 1, 50 do
    local mt = {}
    mt.__newindex = mt
    mt.__index = mt
    local t = setmetatable({}, mt)
    for i = 1, 40 do t[i] = i end  -- each makes the metatable grow
    t.__newindex = nil
    t.x = 1
    assert(rawget(t, "x") == 1 and mt[40] == 40 and rawget(t, 1) == nil)
    -- The metatable of itself, which loses its own metamethod on the way.
    local self = {}
    self.__newindex = function(o, k, v)
      self.__newindex = nil
      collectgarbage("step")
      rawset(o, k, v)
    end
    setmetatable(self, self)
    self.a = 1
    self.b = 2
    assert(self.a == 1 and self.b == 2)
  end
end)

bug("a label between definitions of locals mixes up their values", function()
  local function run(jump)
    local n = 0
    ::top::
    local a = n
    do local x = 10; local y = x end
    ::middle::
    local b
    local c = "c"
    assert(b == nil and c == "c")
    n = n + 1
    b, c = n, n
    if n < 3 then if jump then goto top else goto middle end end
    return a, b, c
  end
  local a, b, c = run(true)
  assert(a == 2 and b == 3 and c == 3)
  a, b, c = run(false)
  assert(a == 0 and b == 3 and c == 3)
  assert(load([[
    local x
    ::label::
    local y
    local z = 5
    return x == nil and y == nil and z == 5]])())
end)

bug("an iterator of gmatch fails in another coroutine", function()
  local next_number = string.gmatch("1 2 3 4 5 6", "%d")
  assert(next_number() == "1")
  local co = coroutine.wrap(function()
    coroutine.yield(next_number())
    coroutine.yield(coroutine.wrap(next_number)())
    return next_number()
  end)
  assert(co() == "2" and co() == "3")
  collectgarbage()
  assert(next_number() == "4" and co() == "5" and next_number() == "6")
  assert(coroutine.wrap(next_number)() == nil)
end)
