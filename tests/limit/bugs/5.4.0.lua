-- Bugs of PUC Lua 5.4.0 (https://www.lua.org/bugs.html#5.4.0), tried on us; the table is in
-- docs/known_bugs.md. CVE-2020-15888, 15889, 15945, 24342, 24369, 24370 and 24371, all of this version, are in ../cve.

local function bug(title, test)
  local ok, message = xpcall(test, debug.traceback)
  assert(ok, "bug: " .. title .. "\n" .. tostring(message))
end

bug("the limit of the stack is wrong in coroutines inside deep calls", function()
  for _, limit in ipairs{10, 100, 180, 1000} do
    local function stack(n, inner)
      if n > 0 then return stack(n - 1, inner) + 1 end
      return coroutine.wrap(inner)()
    end
    local ok, result = pcall(stack, limit, function() return stack(limit, function() return 0 end) end)
    assert(ok and result == 2 * limit, result)
    -- Without end: coroutine in deep call in coroutine …
    local rounds = 0
    local function again()
      rounds = rounds + 1
      return stack(limit, again)
    end
    ok, result = pcall(again)
    assert(not ok and result:find("overflow", 1, true) and rounds > 5, result)
  end
end)

bug("a collector step shrinks the stack that was just enlarged", function()
  collectgarbage("incremental", 1, 10000)
  local function wide(n, ...)
    local t = {...}
    local a, b, c, d = table.unpack(t, 1, 4)
    if n == 0 then return select("#", ...), a, d end
    return wide(n - 1, {}, ...)
  end
  for _ = 1, 20 do
    local count, a, d = coroutine.wrap(wide)(60)
    assert(count == 60 and type(a) == "table" and type(d) == "table")
  end
end)

bug("an error in a finalizer needs a valid position", function()
  warn("@off")
  local ran = 0
  for i = 1, 100 do
    setmetatable({}, {__gc = function()
      ran = ran + 1
      local x = nil
      return x.field.of.nothing
    end})
    local s = "a" .. i .. "b" .. (i * 1.5)
    local t = {s, {s}, function() return s end}
    if i % 10 == 0 then collectgarbage() end
    assert(#t == 3)
  end
  collectgarbage()
  assert(ran == 100)
end)

bug("a message handler is not told about errors after stack overflow", function()
  local function forever() return 1 + forever() end
  for _ = 1, 3 do
    local handled
    local ok, message = xpcall(forever, function(m)
      handled = m
      return "handled"
    end)
    assert(not ok and message == "handled" and handled:find("stack overflow", 1, true))
  end
end)
