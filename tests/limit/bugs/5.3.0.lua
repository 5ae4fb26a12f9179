-- Bugs of PUC Lua 5.3.0 (https://www.lua.org/bugs.html#5.3.0), tried on us; the table is in
-- docs/known_bugs.md.

local function bug(title, test)
  local ok, message = xpcall(test, debug.traceback)
  assert(ok, "bug: " .. title .. "\n" .. tostring(message))
end

bug("string.format('%.99f') of huge numbers overflows a buffer", function()
  for _, x in ipairs{1e308, -1.7976931348623157e308, 5e-324, 0.1, 1 / 0} do
    for _, letter in ipairs{"f", "e", "g", "a"} do
      for _, flags in ipairs{"", "+", "-", "#", "0", " "} do
        for _, size in ipairs{"", "99", ".99", "99.99", ".0"} do
          local ok, s = pcall(string.format, "%" .. flags .. size .. letter, x)
          assert(not ok or #s <= 99 + 310 + 3)
        end
      end
    end
  end
  local s = string.format("%.99f", 1.7976931348623157e308)
  assert(#s == 309 + 1 + 99 and s:sub(1, 5) == "17976")
end)

bug("debug.getlocal on a coroutine suspended in a hook crashes", function()
  -- A hook cannot yield from Lua; so the coroutine is looked at within the
  -- hook, from another coroutine, and after an error in the hook ended it.
  local co
  local seen = {}
  local function body(a, b)
    local c = a + b
    local t = {c, c}
    for i = 1, 3 do c = c + t[1] * i end
    return c
  end
  co = coroutine.create(function(a, b)
    debug.sethook(function()
      coroutine.wrap(function()
        for level = 0, 5 do
          if not debug.getinfo(co, level) then break end
          for i = -3, 10 do
            local name, value = debug.getlocal(co, level, i)
            if name then seen[name] = value end
          end
        end
      end)()
      assert(not pcall(coroutine.yield, 1) or true)
    end, "lcr", 1)
    return body(a, b)
  end)
  local ok, result = coroutine.resume(co, 1, 2)
  assert(ok and result == 21, result)
  assert(seen.a == 1 and seen.b == 2 and type(seen.t) == "table")
  co = coroutine.create(function(x)
    local y = x
    debug.sethook(function() error("from the hook") end, "l")
    y = y + 1
    y = y + 2
    return y
  end)
  assert(not coroutine.resume(co, 7))
  local name, value = debug.getlocal(co, 0, 1)
  for level = 0, 3 do
    if debug.getinfo(co, level) then
      for i = 1, 4 do
        name, value = debug.getlocal(co, level, i)
        if name == "x" then assert(value == 7) end
      end
    end
  end
end)

bug("__le that yields gives the wrong result when it goes on", function()
  local mt = {}
  local function object(n) return setmetatable({n = n}, mt) end
  local function method(op)
    return function(a, b)
      local x = coroutine.yield(op)
      return x and op(a.n, b.n)
    end
  end
  mt.__le = method(function(a, b) return a <= b end)
  mt.__lt = method(function(a, b) return a < b end)
  mt.__eq = method(function(a, b) return a == b end)
  for i = 1, 3 do
    for j = 1, 3 do
      local a, b = object(i), object(j)
      local co = coroutine.wrap(function()
        local results = {a <= b, a < b, a == b, a >= b, a > b, a ~= b, not (a <= b)}
        if a <= b then results[8] = true else results[8] = false end
        return results
      end)
      local r = co()
      while type(r) == "function" do r = co(true) end
      local wanted = {i <= j, i < j, i == j, i >= j, i > j, i ~= j, not (i <= j), i <= j}
      for n = 1, 8 do assert(r[n] == wanted[n], "comparison " .. n) end
    end
  end
end)

bug("a return hook sees wrong values of active local variables", function()
  local function f(a)
    local b = a * 2
    do local gone = "gone" end
    local c <const> = {a}
    local d = c
    return b, d, a + b
  end
  local seen
  debug.sethook(function()
    local info = debug.getinfo(2, "f")
    if info.func ~= f then return end
    seen = {}
    for i = 1, 20 do
      local name, value = debug.getlocal(2, i)
      if not name then break end
      if name:sub(1, 1) ~= "(" then seen[name] = value end
    end
  end, "r")
  f(21)
  debug.sethook()
  assert(seen and seen.a == 21 and seen.b == 42 and seen.d[1] == 21)
end)
