-- Bugs of PUC Lua 5.4.3 (https://www.lua.org/bugs.html#5.4.3), tried on us; the table is in
-- docs/known_bugs.md. CVE-2021-44647, 44964 and 45985 are in ../cve.

local function bug(title, test)
  local ok, message = xpcall(test, debug.traceback)
  assert(ok, "bug: " .. title .. "\n" .. tostring(message))
end

local function closer(f) return setmetatable({}, {__close = f}) end

bug("a 'for' with a variable to be closed does not prevent tail calls", function()
  local closed = false
  local function state() return closed end
  local function once() return function(_, c) if not c then return 1 end end, nil, nil,
    closer(function() closed = true end) end
  local function f() for _ in once() do return state() end end
  assert(f() == false and closed)
  closed = false
  local function nested() for _ in once() do for _ = 1, 2 do do return state() end end end end
  assert(nested() == false and closed)
  closed = false
  local function after() for _ in once() do break end return state() end
  assert(after() == true)
end)

bug("a yield in __close while returning changes the number of values", function()
  local function check(count, how)
    local values = {}
    for i = 1, count do values[i] = {i} end
    local order = {}
    local co = coroutine.wrap(function()
      return "before", how(values, function(name)
        return closer(function(_, e)
          order[#order + 1] = name
          coroutine.yield(name, e)
          order[#order + 1] = name
        end)
      end)
    end)
    local first, e = co()
    local yields = 0
    while type(first) == "string" and first ~= "before" do
      yields = yields + 1
      local t = table.pack(co())
      first = t[1]
      if first == "before" then
        assert(t.n == count + 1, ("%d values, not %d"):format(t.n - 1, count))
        for i = 1, count do assert(t[i + 1] == values[i]) end
      end
    end
    assert(yields == 2 and table.concat(order) == "bbaa")
  end
  for _, count in ipairs{0, 1, 2, 3, 30, 200} do
    check(count, function(v, c)
      local a <close> = c("a")
      local b <close> = c("b")
      return table.unpack(v)
    end)
    check(count, function(v, c)
      local a <close> = c("a")
      return (function(...) local b <close> = c("b") return ... end)(table.unpack(v))
    end)
    check(count, function(v, c)
      local a <close> = c("a")
      for _ in function() return 1 end, nil, nil, c("b") do return table.unpack(v) end
    end)
  end
end)

bug("'local function' may assign to a constant", function()
  for _, code in ipairs{
    "local f <const> = 1; function f() end",
    "local f <const> = {}; function f() end",
    "local f <close> = nil; function f() end",
    "local f <const> = 1; local function g() function f() end end",
    "local f <const> = {}; return function() f = 1 end",
    "local a, b <const> = 1, 2; a, b = 3, 4",
  } do
    local f, message = load(code)
    assert(not f and message:find("attempt to assign to const variable", 1, true), message)
  end
  assert(load("local f <const> = {}; function f.g() end; local function f() end f = 1"))
end)

bug("negation in shifts overflows", function()
  local edges = {0, 1, -1, 31, 32, 63, 64, 65, -63, -64, -65, math.maxinteger, math.mininteger,
                 math.mininteger + 1}
  for _, x in ipairs{0, 1, -1, 0x5555, math.maxinteger, math.mininteger} do
    for _, n in ipairs(edges) do
      local left, right = x << n, x >> n
      local code = assert(load(("local x, n = ... return x << %s, x >> %s, %s << n, %s >> n, %s << %s, %s >> %s")
        :format(n == math.mininteger and "math.mininteger" or n, n == math.mininteger and "math.mininteger" or n,
                x == math.mininteger and "math.mininteger" or x, x == math.mininteger and "math.mininteger" or x,
                ("0x%x"):format(x), ("0x%x"):format(n), ("0x%x"):format(x), ("0x%x"):format(n))))
      local a, b, c, d, e, f = code(x, n)
      assert(a == left and c == left and e == left and b == right and d == right and f == right)
      if n <= -64 or n >= 64 then assert(left == 0 and right == 0)
      elseif n ~= math.mininteger then assert(left == x >> -n) end
    end
  end
end)

bug("tostring confuses its arguments where __name is concerned", function()
  local x = setmetatable({}, {__name = "My type"})
  assert(tostring(x):find("^My type: "))
  assert(not pcall(string.rep, x))
  local _, message = pcall(string.rep, x)
  assert(message:find("string expected, got My type", 1, true))
  local s = string.format("%s %s", x, setmetatable({}, {__tostring = function(o) return "ABC" end, __name = 5}))
  assert(s:find("^My type: 0?x?%w+ ABC$"))
  local t = setmetatable({}, {__name = {}})
  assert(tostring(t):find("^table: "))
end)

bug("the status of a coroutine that is being closed is wrong", function()
  local co
  co = coroutine.create(function()
    local x <close> = closer(function()
      assert(coroutine.status(co) == "running")
      coroutine.close(co)
    end)
    coroutine.yield(20)
  end)
  assert(coroutine.resume(co))
  local ok, message = coroutine.close(co)
  assert(not ok and message:find("cannot close a running coroutine", 1, true))
  assert(coroutine.close(co) and coroutine.status(co) == "dead")
  local wrapped
  wrapped = coroutine.wrap(function()
    local x <close> = closer(function() return pcall(wrapped) end)
    error({111})
  end)
  ok, message = pcall(wrapped)
  assert(not ok and message[1] == 111)
  ok, message = pcall(wrapped)
  assert(not ok and message:find("dead coroutine", 1, true))
end)

bug("the collector can be entered again by a finalizer", function()
  local results = {}
  setmetatable({}, {__gc = function()
    for _, o in ipairs{"collect", "step", "count", "incremental", "generational"} do
      results[o] = table.pack(collectgarbage(o))
    end
  end})
  collectgarbage()
  assert(results.collect and results.count)
  collectgarbage("incremental")
end)

bug("finalizers may run with an invalid stack", function()
  collectgarbage("incremental", 1, 10000)
  warn("@off")
  local n = 0
  local function trap()
    setmetatable({}, {__gc = function(...)
      n = n + 1
      local t = table.pack(...)
      local function deep(i) if i > 0 then return 1 + deep(i - 1) end return t.n end
      assert(deep(n % 200) == n % 200 + 1)
      error("x")
    end})
  end
  local function f(a, b, ...) trap() if a > 0 then return f(a - 1, {}, ...) end return b, ... end
  for i = 1, 100 do
    assert(select("#", f(30, 1, table.unpack({}, 1, i))) == i + 1)
    coroutine.wrap(f)(50, 1)
  end
  collectgarbage()
  assert(n > 1000)
end)

bug("a state that is closed leaves its stack active", function()
  -- The state is closed by the program itself in the depth of everything.
  local program = os.tmpname()
  local out = assert(io.open(program, "w"))
  out:write([[
    local function closing(name)
      return setmetatable({}, {__close = function() io.write(name) end,
                               __gc = function() io.write("g") end})
    end
    local outer <close> = closing("a")
    local t = setmetatable({}, {__index = function()
      local inner <close> = closing("b")
      coroutine.wrap(function()
        local coroutines <close> = closing("c")
        string.gsub("x", "x", function()
          pcall(function() os.exit(true, true) end)
        end)
      end)()
    end})
    return t.x]])
  out:close()
  local lua = arg[-1]
  local pipe = assert(io.popen(lua .. " " .. program))
  local text = pipe:read("a")
  assert(pipe:close(), "a crash at the end")
  os.remove(program)
  assert(text:gsub("[^g]", "") == "ggg", text)
end)

bug("os.exit in a finalizer corrupts the order of finalization", function()
  local program = os.tmpname()
  local out = assert(io.open(program, "w"))
  out:write([[
    alive = {}  -- until the end
    local function final(f) alive[#alive + 1] = setmetatable({}, {__gc = f}) end
    final(function() io.write("last\n") end)
    final(function()
      io.write("second\n")
      final(function() io.write("never\n") end)
      os.exit(0, true)
    end)
    final(function() io.write("first\n") end)]])
  out:close()
  local pipe = assert(io.popen(arg[-1] .. " " .. program))
  local text = pipe:read("a")
  assert(pipe:close(), "a crash at the end")
  os.remove(program)
  assert(text == "first\nsecond\nlast\n", text)
end)
