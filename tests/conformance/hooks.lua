-- Hooks (debug.sethook): which events come, in which order, with which lines
-- and names, and what hooks may do.

-- The events of f(...) as one string: "c" call, "t" tail call, "r" return with
-- the function's name ("?" if the caller tells none), "l" line, counted from
-- the line where f is defined.
local function events(mask, f, ...)
  local log = {}
  local first = debug.getinfo(f, "S").linedefined
  local set = debug.sethook
  set(function(event, line)
    local info = debug.getinfo(2, "nf")
    if info.func == set then return end
    if event == "line" then
      log[#log + 1] = "l" .. line - first
    else
      assert(line == nil)
      log[#log + 1] = event:sub(1, 1) .. ":" .. (info.name or "?")
    end
  end, mask)
  pcall(f, ...)
  set()
  table.remove(log, 1)  -- pcall itself
  table.remove(log)
  return table.concat(log, " ")
end

local function expect(mask, f, expected, ...)
  local got = events(mask, f, ...)
  local line = debug.getinfo(f, "S").linedefined
  assert(got == expected, "function at line " .. line .. ":\n  expected: " ..
         expected .. "\n  got:      " .. got)
end

do  -- recursion
  local function fact(n)
    if n <= 1 then
      return 1
    end
    return n * fact(n - 1)
  end
  expect("cr", fact, "c:? c:fact c:fact r:fact r:fact r:?", 3)
  expect("l", fact, "l1 l4 l1 l4 l1 l2", 3)
  expect("crl", fact, "c:pcall c:? l1 l4 c:fact l1 l2 r:fact r:? r:pcall", 2)
end

do  -- loops: a jump back is a new line, even to the same line
  local function numeric()
    local s = 0
    for i = 1, 2 do
      s = s + i
    end
    for i = 1, 3 do s = s + i end
    for i = 3, 1 do
      s = s + i
    end
  end
  expect("l", numeric, "l1 l2 l3 l2 l3 l2 l5 l5 l5 l6 l9")
  local function generic()
    for k, v in pairs({1}) do
      local x = v
    end
    for i, v in ipairs({1, 2}) do
      local x = v
    end
  end
  expect("l", generic, "l1 l2 l1 l3 l4 l5 l4 l5 l4 l6 l7")
  expect("cr", generic,
         "c:? c:pairs r:pairs c:for iterator r:for iterator c:for iterator " ..
         "r:for iterator c:ipairs r:ipairs c:for iterator r:for iterator " ..
         "c:for iterator r:for iterator c:for iterator r:for iterator r:?")
  local function iterator()
    local function step(s, c)
      if c < 1 then return c + 1 end
    end
    for i in step, nil, 0 do
      local z = i
    end
  end
  expect("crl", iterator,
         "c:pcall c:? l3 l4 c:for iterator l2 r:for iterator l5 l4 c:for " ..
         "iterator l2 l3 r:for iterator l6 l7 r:? r:pcall")
  local function others()
    local j = 0
    while j < 2 do
      j = j + 1
    end
    repeat
      j = j - 1
    until j == 0
    ::top::
    j = j + 1
    if j < 3 then goto top end
  end
  expect("l", others, "l1 l2 l3 l2 l3 l2 l6 l7 l6 l7 l9 l10 l9 l10 l9 l10 l11")
end

do  -- conditions and long expressions
  local function conditions(a, b)
    if a and b then
      return 1
    elseif a or b then
      local x = a
        or b
      return x
    else
      return 3
    end
  end
  expect("l", conditions, "l1 l2", true, true)
  expect("l", conditions, "l1 l3 l5 l6", false, 1)
  expect("l", conditions, "l1 l3 l8")
  local function long()
    local f = function() return 1 end
    local t = {
      1,
      f(),
      x = f()
    }
    return t[2] and
      t.x or
      nil
  end
  expect("l", long, "l1 l2 l3 l4 l1 l5 l1 l6 l7 l8 l9")
  expect("cr", long, "c:? c:f r:f c:f r:f r:?")
end

do  -- tail calls have no return of their own; those of natives are calls
  local function tail(n)
    if n == 0 then return "done" end
    return tail(n - 1)
  end
  expect("cr", tail, "c:? t:? t:? r:?", 2)
  local function native() return select("#", 1, 2) end
  expect("cr", native, "c:? c:select r:select r:?")
end

do  -- varargs
  local function va(...)
    local a, b = ...
    return select("#", ...), a, ...
  end
  expect("crl", va, "c:pcall c:? l1 l2 c:select r:select r:? r:pcall", 1, 2, 3)
end

do  -- errors: functions that are unwound do not return
  local function errors()
    pcall(function()
      error("boom")
    end)
    pcall(error)
    pcall(function() local x = nil; x.y = 1 end)
  end
  expect("crl", errors,
         "c:pcall c:? l1 l3 l1 c:pcall c:? l2 c:error r:pcall l4 c:pcall " ..
         "c:? r:pcall l5 c:pcall c:? l5 r:pcall l6 r:? r:pcall")
end

do  -- metamethods
  local mt = {
    __add = function() return 1 end,
    __index = function() return 2 end,
    __eq = function() return true end,
    __lt = function() return false end,
    __concat = function() return "" end,
    __call = function() return 3 end,
    __newindex = function() end,
    __close = function() end,
  }
  local function meta()
    local t, u = setmetatable({}, mt), setmetatable({}, mt)
    local a = t + 1
    local b = t.foo
    local c = t == u
    local d = t < u
    local e = t .. "x"
    local f = t(5)
    t.z = 1
    do
      local x <close> = t
      b = 1
    end
    if t < u then
      return 1
    end
  end
  expect("cr", meta,
         "c:? c:setmetatable r:setmetatable c:setmetatable r:setmetatable " ..
         "c:add r:add c:index r:index c:eq r:eq c:lt r:lt c:concat r:concat " ..
         "c:t r:t c:newindex r:newindex c:close r:close c:lt r:lt r:?")
  expect("l", meta,
         "l1 l2 l-9 l3 l-8 l4 l-7 l5 l-6 l6 l-5 l7 l-4 l8 l-3 l10 l11 l-2 " ..
         "l13 l-6 l16")
  local function closer()
    local x <close> = setmetatable({}, {__close = function() end})
    local y <close> = setmetatable({}, {
      __close = function() end
    })
    return 1, 2, 3
  end
  expect("cr", closer,
         "c:? c:setmetatable r:setmetatable c:setmetatable r:setmetatable " ..
         "c:close r:close c:close r:close r:?")
  expect("l", closer, "l1 l2 l3 l2 l4 l5 l3 l1")
end

do  -- natives that call back
  local function natives()
    table.sort({2, 1}, function(a, b)
      return a < b
    end)
    local s = ("abc"):gsub("b", function(c) return c end)
  end
  expect("crl", natives,
         "c:pcall c:? l1 l3 l1 c:sort c:? l2 r:? r:sort l4 c:gsub c:? l4 " ..
         "r:? r:gsub l5 r:? r:pcall")
end

do  -- a coroutine has no hook of its resumer
  local function resumes()
    local co = coroutine.create(function(a)
      local b = coroutine.yield(a)
      error(b)
    end)
    coroutine.resume(co, 1)
    coroutine.resume(co, 2)
    for v in coroutine.wrap(function() coroutine.yield(1) end) do
      local x = v
    end
  end
  expect("crl", resumes,
         "c:pcall c:? l1 l4 l1 c:create r:create l5 c:resume r:resume l6 " ..
         "c:resume r:resume l7 c:wrap r:wrap c:for iterator r:for iterator " ..
         "l8 l7 c:for iterator r:for iterator l9 l10 r:? r:pcall")
end

do  -- the hook of a coroutine
  local log = {}
  local co = coroutine.create(function(a)
    local b = coroutine.yield(a)
    return b
  end)
  local first = debug.getinfo(1, "l").currentline - 4
  debug.sethook(co, function(event, line)
    local name = debug.getinfo(2, "n").name or "?"
    log[#log + 1] = line and "l" .. line - first or event:sub(1, 1) .. ":" .. name
  end, "crl")
  assert(debug.gethook() == nil)
  local f, mask, count = debug.gethook(co)
  assert(type(f) == "function" and mask == "crl" and count == 0)
  local _, a = coroutine.resume(co, 1)
  local _, b = coroutine.resume(co, 2)
  assert(a == 1 and b == 2)
  local got = table.concat(log, " ")
  assert(got == "c:? l1 c:yield r:yield l2 r:?", got)
end

do  -- set in a nested call, hooks see the callers too
  local log = {}
  local function deep(n)
    if n == 0 then
      debug.sethook(function(event, line) log[#log + 1] = line or event end,
                    "rl")
      return 1
    end
    local x = deep(n - 1)
    return x
  end
  local first = debug.getinfo(deep, "S").linedefined
  deep(2)
  debug.sethook()
  for i, v in ipairs(log) do
    if type(v) == "number" then log[i] = v - first end
  end
  local got = table.concat(log, " ")
  assert(got == "return 4 return 7 return 7 return 11", got)
end

do  -- a hook changes the hook
  local lines = {}
  debug.sethook(function(_, line)
    lines[#lines + 1] = line
    if #lines == 2 then debug.sethook() end
  end, "l")
  local a = 1
  local b = 2
  local c = 3
  assert(#lines == 2 and debug.gethook() == nil)
  local calls, returns = 0, 0
  debug.sethook(function()
    calls = calls + 1
    debug.sethook(function() returns = returns + 1 end, "r")
  end, "c")
  math.abs(1)
  debug.sethook()
  assert(calls == 1 and returns == 1)
end

do  -- errors in hooks
  local function body()
    local x = math.abs(1)
    return x
  end
  local function failing(event, mask, func)
    debug.sethook(function(e)
      if e == event and debug.getinfo(2, "f").func == func then
        error("in the hook", 0)
      end
    end, mask)
    local ok, message = xpcall(body, debug.traceback)
    debug.sethook()
    assert(not ok and message:find("^in the hook\n"), message)
    assert(message:find("in hook '?'", 1, true), message)
  end
  failing("call", "c", body)
  failing("call", "c", math.abs)
  failing("return", "r", body)
  failing("return", "r", math.abs)
  failing("line", "l", body)
end

do  -- a hook can't yield
  local co = coroutine.create(function()
    local x = 1
    return x
  end)
  debug.sethook(co, function() coroutine.yield() end, "l")
  local ok, message = coroutine.resume(co)
  assert(not ok and message:find("yield across a C%-call boundary"), message)
end

do  -- locals from a hook
  local function f(p)
    local q = 10
    q = q + p
    return q
  end
  debug.sethook(function()
    if debug.getinfo(2, "f").func == f then
      local name, value = debug.getlocal(2, 1)
      assert(name == "p" and value == 1)
      assert(not debug.getlocal(2, 2) or debug.getlocal(2, 2) ~= "q")
      assert(debug.setlocal(2, 1, 100) == "p")
    end
  end, "c")
  local r = f(1)
  debug.sethook()
  assert(r == 110)
  debug.sethook(function()
    if debug.getlocal(2, 2) == "q" then debug.setlocal(2, 2, 1000) end
  end, "l")
  r = f(1)
  debug.sethook()
  assert(r == 1000)
end

do  -- arguments and results
  local function transfer(f, ...)
    local log = {}
    debug.sethook(function(event)
      local info = debug.getinfo(2, "rf")
      if info.func ~= f then return end
      local t = {}
      for i = info.ftransfer, info.ftransfer + info.ntransfer - 1 do
        local _, v = debug.getlocal(2, i)
        t[#t + 1] = tostring(v)
      end
      log[#log + 1] = event:sub(1, 1) .. ":" .. table.concat(t, ",")
    end, "cr")
    f(...)
    debug.sethook()
    return table.concat(log, " ")
  end
  local function expect_transfer(expected, f, ...)
    local got = transfer(f, ...)
    assert(got == expected, got)
  end
  expect_transfer("c:1,2 r:2,1", function(a, b) return b, a end, 1, 2, 3)
  expect_transfer("c:1,2 r:1,3,4", function(a, b, ...) return a, ... end,
                  1, 2, 3, 4)
  expect_transfer("c: r:", function() end, 1)
  expect_transfer("c:1,5,3 r:5", math.max, 1, 5, 3)
  expect_transfer("c:2,a,b,c r:b,c", select, 2, "a", "b", "c")
  expect_transfer("c: r:5,6", function()
    local x <close> = setmetatable({}, {__close = function() end})
    return 5, 6
  end)
  expect_transfer("c: r:7,8", function(...)
    local x <close> = setmetatable({}, {__close = function() end})
    return ...
  end, 7, 8)
  local info
  debug.sethook(function() info = debug.getinfo(2, "r") end, "l")
  local x = 1
  debug.sethook()
  assert(info.ftransfer == 0 and info.ntransfer == 0)
end

do  -- names and levels
  local names = {}
  debug.sethook(function()
    local own = debug.getinfo(1, "n")
    assert(own.name == "?" and own.namewhat == "hook")
    names[#names + 1] = debug.getinfo(2, "n").name
  end, "c")
  math.abs(1)
  string.len("")
  debug.sethook()
  assert(names[1] == "abs" and names[2] == "len")
end

do  -- count
  local n = 0
  debug.sethook(function(event, line)
    assert(event == "count" and line == nil)
    n = n + 1
  end, "", 1)
  for i = 1, 100 do end
  debug.sethook()
  assert(n >= 100 and n < 400)
  local function stop(f)
    debug.sethook(function() error("time is up", 0) end, "", 1000)
    local ok, message = pcall(f)
    debug.sethook()
    assert(not ok and message == "time is up")
  end
  stop(function() while true do end end)
  stop(function() repeat local x = 1 until false end)
  stop(function() for i = 1, math.huge do end end)
  stop(function() local function f() return f() end return f() end)
  stop(function() ::again:: goto again end)
  stop(function() for k in function() return 1 end do end end)
end

do  -- gethook, and what masks mean
  local function nothing() end
  assert(select("#", debug.gethook()) == 1)
  debug.sethook(nothing, "clr", 17)
  local f, mask, count = debug.gethook()
  debug.sethook()
  assert(f == nothing and mask == "crl" and count == 17)
  debug.sethook(nothing, "")
  assert(debug.gethook() == nil)
  debug.sethook(nothing, "x")
  assert(debug.gethook() == nil)
  debug.sethook(nil)
  assert(not pcall(debug.sethook, 1, "l"))
  assert(not pcall(debug.sethook, nothing))
end

do  -- stripped code: lines without a number
  local log = {}
  local f = load(string.dump(load("local a = 1\nlocal b = 2\nreturn a"), true))
  debug.sethook(function(_, line)
    if debug.getinfo(2, "f").func == f then log[#log + 1] = tostring(line) end
  end, "l")
  f()
  debug.sethook()
  assert(table.concat(log, " ") == "nil", table.concat(log, " "))
end

do  -- collections in hooks leave everything in use alone
  local log = {}
  debug.sethook(function() collectgarbage() end, "crl", 3)
  local function pack(...) local t = {...} return t, ..., {} end
  local a, b, c = pack({}, "a" .. "b", {1})
  local s = {pack({1}, {2}, {3})}
  local n = select("#", pack(table.unpack({1, 2, {}, {}})))
  local text = "a" .. tostring(1) .. tostring({}):sub(1, 5)
  local ok, e = pcall(function()
    local x <close> = setmetatable({}, {__close = function() end})
    error({"e"})
  end)
  local co = coroutine.wrap(function(...)
    local t = {...}
    local u = {coroutine.yield({}, {}, t)}
    return u, {...}
  end)
  local r = {co({}, {}, {1})}
  r[4] = {co({}, {1})}
  for k, v in pairs({{}, {}, x = {}}) do s[#s + 1] = {k, v} end
  debug.sethook()
  assert(type(a) == "table" and b == "ab" or type(b) == "table")
  assert(#s >= 6 and n == 3 and text == "a1table" and e[1] == "e")
  assert(r[3][3][1] == 1 and r[4][1][2][1] == 1)
end

print("OK")
