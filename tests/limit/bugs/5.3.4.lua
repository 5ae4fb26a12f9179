-- Bugs of PUC Lua 5.3.4 (https://www.lua.org/bugs.html#5.3.4), tried on us; the table is in
-- docs/known_bugs.md.

local function bug(title, test)
  local ok, message = xpcall(test, debug.traceback)
  assert(ok, "bug: " .. title .. "\n" .. tostring(message))
end

bug("wrong code for a goto before a label inside an 'if'", function()
  local function f(x)
    local trace = ""
    if x then
      goto label
      ::label::
    end
    trace = trace .. "1"
    if x then goto skip end
    trace = trace .. "2"
    ::skip::
    while x do
      if trace ~= "" then goto out end
      ::out::
      break
    end
    if x then goto a; ::b:: trace = trace .. "b" goto c; ::a:: trace = trace .. "a" goto b; ::c:: end
    return trace
  end
  assert(f(true) == "1ab" and f(false) == "12" and f(nil) == "12")
end)

bug("sequences of more than 2^30 elements crash", function()
  -- Not filled for real; the sizes are asked for in ways that would make them.
  local t = {}
  for shift = 20, 62 do
    local n = 1 << shift
    t[n] = shift
    t[n - 1] = -shift
    t[n + 1] = -shift
  end
  for shift = 20, 62 do
    assert(t[1 << shift] == shift and t[(1 << shift) + 1] == -shift)
  end
  for _ in pairs(t) do end
  for shift = 20, 62 do
    t[1 << shift], t[(1 << shift) - 1], t[(1 << shift) + 1] = nil, nil, nil
  end
  assert(next(t) == nil)
end)

bug("the length of tables beyond 2^31 overflows", function()
  local t = {}
  for shift = 0, 62 do t[1 << shift] = true end
  local n = #t
  assert(n == 0 or t[n] ~= nil and t[n + 1] == nil, "no border: " .. n)
  t = {}
  for i = 0, 40 do t[math.maxinteger - i] = i end
  assert(#t == 0)
  t[1] = 1
  n = #t
  assert(t[n] ~= nil and (n == math.maxinteger or t[n + 1] == nil))
  for _ = 1, 5 do
    t[1 << 31], t[(1 << 31) + 1] = 1, 1
    n = #t
    assert(t[n] ~= nil and (n == math.maxinteger or t[n + 1] == nil))
  end
  -- A proxy with the length of a giant.
  local giant = setmetatable({}, {__len = function() return 1 << 40 end})
  assert(#giant == 1 << 40 and not pcall(table.unpack, giant))
end)

bug("error messages are made without the collector's knowledge", function()
  local function fail() return pcall(nil, ("long "):rep(20)) end
  collectgarbage()
  local before = collectgarbage("count")
  local most = before
  local long = ("a"):rep(5000)
  for i = 1, 20000 do
    pcall(error, long .. i)
    fail()
    pcall(load, "x = = " .. i)
    if i % 1000 == 0 then most = math.max(most, collectgarbage("count")) end
  end
  assert(most < before + 60000, ("%.0f KB after %.0f KB"):format(most, before))
end)

bug("dead keys with nil values stay in weak tables", function()
  for _, mode in ipairs{"k", "v", "kv"} do
    local t = setmetatable({}, {__mode = mode})
    for round = 1, 30 do
      local key = ("a long key, made at run time "):rep(3) .. round
      t[key] = {}
      t[{}] = round
      t[next(t)] = nil
      collectgarbage()
      assert(t[("another long key, made at run time "):rep(3) .. round] == nil)
      for k in pairs(t) do assert(k ~= nil) end
      key = nil
    end
    collectgarbage()
    for k, v in pairs(t) do
      assert(type(k) == "string" and mode == "k" and type(v) == "table" or
             type(k) == "table" and mode == "v")
    end
  end
end)

bug("an error of memory while a table grows leaves it inconsistent", function()
  -- A table that cannot grow: the request is refused, what was there stays.
  local t = {x = 1, y = 1, z = 1, [1] = 10}
  assert(not pcall(function()
    local parts = {}
    for i = 1, 1 << 20 do parts[i] = t end
    table.move(parts, 1, 1 << 20, 1, setmetatable({}, {__newindex = function(_, i)
      t[#t + 1] = i
      if i == 1000 then string.rep("x", 1 << 60) end
    end}))
  end))
  assert(#t == 1001 and t[1] == 10 and t.x + t.y + t.z == 3)
  local count = 0
  for _ in pairs(t) do count = count + 1 end
  assert(count == 1004)
end)
