-- Bugs of PUC Lua 5.3.5 (https://www.lua.org/bugs.html#5.3.5), tried on us; the table is in
-- docs/known_bugs.md. CVE-2019-6706 (lua_upvaluejoin) is in ../cve.

local function bug(title, test)
  local ok, message = xpcall(test, debug.traceback)
  assert(ok, "bug: " .. title .. "\n" .. tostring(message))
end

bug("long brackets with a huge number of '=' overflow", function()
  for _, count in ipairs{0, 1, 100, 65535, 1 << 20, 1 << 22} do
    local equals = ("="):rep(count)
    local inner = count > 2 and "a]]]=]]==]" or "a"
    local f = assert(load("return [" .. equals .. "[" .. inner .. "]" .. equals .. "]"))
    assert(f() == inner)
    assert(load("--[" .. equals .. "[ ]" .. equals .. "= \n]" .. equals .. "] return 1") or count == 0)
    local g, message = load("return [" .. equals .. "[a]" .. equals .. "=]")
    assert(count == 0 or not g and message:find("unfinished long string", 1, true))
    if count > 0 then
      g, message = load("return [" .. equals .. "x")
      assert(not g and message:find("invalid long string delimiter", 1, true))
    end
  end
end)

bug("the compiler and the loader keep no barrier for what they make", function()
  local code = {}
  for i = 1, 60 do
    code[i] = ("local function f%d() return 'name %d', function() return %d.5 end end t[%d] = f%d")
      :format(i, i, i, i, i)
  end
  local source = "local t = {}\n" .. table.concat(code, "\n") .. "\nreturn t"
  local function piecewise(s, size)
    local at = 1
    return function()
      collectgarbage("step", 0)
      local junk = {}
      for i = 1, 20 do junk[i] = ("junk"):rep(i) .. at end
      at = at + size
      return s:sub(at - size, at - 1)
    end
  end
  for _, mode in ipairs{"incremental", "generational"} do
    collectgarbage(mode)
    local f = assert(load(piecewise(source, 40)))
    local g = assert(load(piecewise(string.dump(f), 40)))
    for _, h in ipairs{f, g} do
      collectgarbage()
      for i, sub in ipairs(h()) do
        local name, inner = sub()
        assert(name == "name " .. i and inner() == i + 0.5)
      end
    end
  end
  collectgarbage("incremental")
end)

bug("io.popen with an invalid mode crashes", function()
  for _, mode in ipairs{"", "rw", "r+", "w+", "x", "rr", "rb+", "\0", ("r"):rep(1000)} do
    local ok, message = pcall(io.popen, "true", mode)
    assert(not ok and message:find("invalid mode", 1, true), message)
  end
  local f = assert(io.popen("echo word", "r"))
  assert(f:read("a") == "word\n" and f:close())
end)

bug("long strings in binary chunks are collected while they are read", function()
  local long = ("0123456789"):rep(30)
  local f = assert(load("return '" .. long .. "', '" .. long .. "x'"))
  local binary = string.dump(f)
  local at = 0
  local g = assert(load(function()
    collectgarbage()
    at = at + 1
    return binary:sub(at, at)
  end, "=one", "b"))
  local a, b = g()
  assert(a == long and b == long .. "x")
end)

bug("a block that shrinks may fail to", function()
  local t = {}
  for i = 1, 5000 do t[i] = i; t["k" .. i] = i end
  for i = 1, 5000 do t[i] = nil; t["k" .. i] = nil end
  t.x = 1
  collectgarbage()
  local co = coroutine.wrap(function()
    local function deep(n) if n > 0 then return 1 + deep(n - 1) end return 0 end
    for i = 1, 5 do
      assert(deep(2000) == 2000)
      coroutine.yield(i)
      collectgarbage()
    end
  end)
  for i = 1, 5 do assert(co() == i) end
  assert(next(t) == "x")
end)
