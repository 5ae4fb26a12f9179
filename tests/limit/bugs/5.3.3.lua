-- Bugs of PUC Lua 5.3.3 (https://www.lua.org/bugs.html#5.3.3), tried on us; the table is in
-- docs/known_bugs.md.

local function bug(title, test)
  local ok, message = xpcall(test, debug.traceback)
  assert(ok, "bug: " .. title .. "\n" .. tostring(message))
end

bug("four or more expressions in a 'for' crash", function()
  assert(not load("for _ in _, _, _, _ do local function _() end"))
  local list = {}
  for n = 1, 300 do
    list[n] = n == 1 and "next" or n == 2 and "{5}" or "nil"
    if n > 1 and (n < 10 or n % 50 == 0) then
      local code = "local sum = 0; for k, v in " .. table.concat(list, ", ") ..
        " do local function f() return k, v end; sum = sum + select(2, f()) end return sum"
      local f, message = load(code)
      assert(f or n > 100, message)
      if f then assert(f() == 5) end
    end
  end
  local calls = 0
  local function count(...) calls = calls + 1; return ... end
  for _ in next, {}, nil, nil, count(1), count(2), count(3) do end
  assert(calls == 3)
end)

bug("os.date reads beyond the end of its format", function()
  for _, format in ipairs{"%", "%E", "%O", "%Ex%", "%Ez", "%Oz", "%Q", "%5d",
                          "!%", "%%%", "%\0", "%E\0", "\0%"} do
    local ok, message = pcall(os.date, format, 0)
    assert(not ok and message:find("invalid conversion specifier", 1, true), message)
  end
  for i = 0, 255 do
    for _, prefix in ipairs{"%", "%E", "%O"} do
      local ok, result = pcall(os.date, prefix .. string.char(i), 0)
      assert(ok or result:find("invalid conversion specifier", 1, true))
    end
  end
  assert(os.date("!%Y\0%m", 0) == "1970\00001")
  local long = ("%Y"):rep(5000)
  assert(#os.date("!" .. long, 0) == 4 * 5000)
end)

bug("wrong code in functions with very many constants", function()
  for _, extra in ipairs{0, 1, 120, 250, 251, 252, 253, 254, 255, 256, 257, 258, 500, 66000} do
    local code = {"local t = {}\nlocal function same(...) return ... end\n"}
    for i = 1, extra do code[#code + 1] = "t[" .. i .. ".5] = '" .. i .. "k'\n" end
    code[#code + 1] = [[
      t.a = "A"; t.b = t.a .. "B"
      local x = t.a == "A" and 1001.25 or 1002.25
      assert(x + 2003.75 == 3005 and 2003.75 - x == 1002.5)
      assert(not (t.a == "Z") and (t.b == "AB") and x < 5000.125 and 7.0625 < x)
      t.m = function(self, y) return self.a .. y end
      assert(t:m("last") == "Alast" and (x or "never") == x)
      assert(same(nil and 1 or "str") == "str" and (false or 123456.5) == 123456.5)
      return t
    ]]
    local f = assert(load(table.concat(code)))
    for _, g in ipairs{f, load(string.dump(f)), load(string.dump(f, true))} do
      local t = g()
      for i = 1, extra, 37 do assert(t[i + 0.5] == i .. "k") end
      assert(t.a == "A" and t.b == "AB")
    end
  end
end)

bug("resuming a coroutine that is not suspended makes a mess", function()
  local main = coroutine.running()
  local results = table.pack(coroutine.resume(coroutine.create(function()
    return coroutine.resume(main)
  end)))
  assert(results[1] == true and results[2] == false and
         results[3] == "cannot resume non-suspended coroutine")
  local wrapped
  wrapped = coroutine.wrap(function(...)
    local ok, message = pcall(wrapped, ...)
    assert(not ok and message:find("cannot resume non-suspended coroutine", 1, true))
    return coroutine.yield(1)
  end)
  assert(wrapped() == 1 and wrapped(2) == 2)
  -- A normal coroutine, resumed from deep inside, with many arguments.
  local outer
  outer = coroutine.create(function(...)
    local kept = {...}
    coroutine.wrap(function()
      string.gsub("x", "x", function()
        local ok, message = coroutine.resume(outer, table.unpack({}, 1, 200))
        assert(not ok and message == "cannot resume non-suspended coroutine")
      end)
    end)()
    assert(coroutine.yield(#kept) == "go on")
    return kept[1]
  end)
  assert(select(2, coroutine.resume(outer, "a", "b")) == 2)
  assert(select(2, coroutine.resume(outer, "go on")) == "a")
  assert(select(2, coroutine.resume(outer)) == "cannot resume dead coroutine")
end)
