-- Bugs of PUC Lua 5.4.8 (https://www.lua.org/bugs.html#5.4.8), tried on us; the table is in
-- docs/known_bugs.md. It holds those known since its release.

local function bug(title, test)
  local ok, message = xpcall(test, debug.traceback)
  assert(ok, "bug: " .. title .. "\n" .. tostring(message))
end

bug("gmatch is left with a broken counter after an error", function()
  -- PUC Lua 5.4.8 can overflow the C stack in the second call.
  local size = 100000
  for _, item in ipairs{"a?", "a-", "(a)", "%f[a]", "()a"} do
    local iterator = string.gmatch(("a"):rep(size), (item):rep(size))
    local ok, message = pcall(iterator)
    assert(ok or message:find("too complex", 1, true) or message:find("too many captures", 1, true), message)
    for _ = 1, 3 do
      local again, same = pcall(iterator)
      assert(again == ok and (ok or same == message))
    end
  end
  for _, f in ipairs{string.find, string.match, string.gsub} do
    for _ = 1, 3 do assert(not pcall(f, ("a"):rep(size), ("a?"):rep(size), "") or true) end
  end
end)

bug("a new metatable in a weak table fools the collector", function()
  for _, mode in ipairs{"incremental", "generational"} do
    collectgarbage(mode)
    for round = 1, 40 do
      local t = setmetatable({}, {__mode = "kv"})
      for i = 1, round % 5 do collectgarbage("step", i) end
      for i = 1, 10 do
        local key = {i}
        t[key] = {key}
        t[i] = setmetatable({}, {__mode = "k"})
        if i % 3 == 0 then
          setmetatable(t, {__mode = i % 2 == 0 and "v" or "k", __index = {i}})
          collectgarbage("step", 0)
        end
      end
      setmetatable(t, {__mode = "kv", mark = round})
      collectgarbage("step", 0)
      collectgarbage("step", 10)
      assert(getmetatable(t).mark == round and getmetatable(t).__mode == "kv")
      collectgarbage()
      assert(getmetatable(t).mark == round and next(t) == nil)
    end
  end
  collectgarbage("incremental")
end)

bug("the option '--' without a script is an error", function()
  local pipe = assert(io.popen("echo 'print(12)' | " .. arg[-1] .. " -- 2>&1"))
  local text = pipe:read("a")
  assert(pipe:close(), text)
  assert(text:find("^12\n") or text:find("Lua", 1, true), text)
end)

bug("constructors with nils overflow a counter", function()
  local t = assert(load("return {" .. ("nil,"):rep(70000) .. "5}"))()
  assert(t[70001] == 5 and t[70000] == nil)
  t = assert(load("return {" .. ("nil,"):rep(500) .. "...}"))(1, nil, 3)
  assert(t[501] == 1 and t[503] == 3)
end)

bug("collectgarbage('step') with a huge size overflows", function()
  for _, size in ipairs{math.maxinteger, math.mininteger, 1 << 31, (1 << 31) - 1, -1, 1 << 53, 0} do
    for _, mode in ipairs{"incremental", "generational"} do
      collectgarbage(mode)
      for _ = 1, 3 do
        local t = {}
        for i = 1, 100 do t[i] = {} end
        assert(type(collectgarbage("step", size)) == "boolean")
      end
      assert(type(collectgarbage("setpause", size)) == "number")
      assert(type(collectgarbage("setstepmul", size)) == "number")
      collectgarbage("incremental", size, size, size)
      collectgarbage("generational", size, size)
      collectgarbage("incremental", 200, 100, 13)
      collectgarbage("generational", 20, 100)
    end
  end
  collectgarbage("incremental")
  assert(not pcall(collectgarbage, "step", 2 ^ 53 + 0.5) or true)
  assert(not pcall(collectgarbage, "step", {}))
end)

bug("string.packsize overflows", function()
  for _, format in ipairs{("i16"):rep(100), "c2147483647", "c2147483647c2147483647",
                          "c9223372036854775807", "c99999999999999999999", ("c2147483647"):rep(100),
                          "!16" .. ("c1i16"):rep(1000), "c1073741824c1073741824i8"} do
    local ok, size = pcall(string.packsize, format)
    assert(ok and size >= 0 or not ok and size:find("too large", 1, true) or
           size:find("invalid format", 1, true) or size:find("out of limits", 1, true), size)
  end
end)

bug("a start byte of \\xFF makes the decoder shift too far", function()
  for byte = 0xF8, 0xFF do
    for count = 0, 8 do
      local s = string.char(byte) .. ("\x8f"):rep(count)
      for _, lax in ipairs{true, false} do
        local n, at = utf8.len(s, 1, -1, lax)
        assert(n == 1 and lax and byte < 0xFE or n == nil and at >= 1, s)
        local ok, code = pcall(utf8.codepoint, s, 1, 1, lax)
        assert(not ok or lax and byte < 0xFE and code >= 0 and code <= 0x7FFFFFFF)
      end
    end
  end
end)

bug("load does not keep its stack in order for the reader", function()
  local source = "local function f() end local t = {1, {2}} return 121"
  local function reader(s, depth)
    local at = 0
    return function()
      at = at + 1
      local function deep(n, ...) if n == 0 then return select("#", ...) end return (deep(n - 1, n, ...)) end
      assert(deep(depth) == depth)
      assert(load("local a = ... return a")(at) == at)
      return s:sub(at, at)
    end
  end
  for _, depth in ipairs{1, 50, 150} do
    local f = assert(load(reader(source, depth)))
    assert(f() == 121 and load(reader(string.dump(f), depth))() == 121)
  end
end)

bug("loading binary chunks never runs the collector", function()
  local binary = string.dump(load("return '" .. ("x"):rep(10000) .. "'"))
  collectgarbage()
  local before, most = collectgarbage("count"), 0
  for i = 1, 5000 do
    load(binary, "=b", "b")
    if i % 100 == 0 then most = math.max(most, collectgarbage("count")) end
  end
  assert(most < before + 20000, ("%.0f KB after %.0f KB"):format(most, before))
end)
