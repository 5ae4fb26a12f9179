-- The coroutine library (manual 6.2) and what may yield.

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "an error was expected: " .. text)
  assert(string.find(tostring(message), text, 1, true),
         "expected '" .. text .. "', got '" .. tostring(message) .. "'")
end

local function is(wanted, ...)
  local got = table.pack(...)
  assert(got.n == #wanted, "got " .. got.n .. " values, not " .. #wanted)
  for i = 1, got.n do
    assert(rawequal(got[i], wanted[i]),
           "value " .. i .. " is " .. tostring(got[i]))
  end
end

local create, resume, yield = coroutine.create, coroutine.resume, coroutine.yield
local status, wrap, close = coroutine.status, coroutine.wrap, coroutine.close

do  -- passing values
  local co = create(function(...)
    local n = select("#", ...)
    while true do n = select("#", yield(n, ...)) end
  end)
  is({true, 0}, resume(co))
  is({true, 3}, resume(co, 1, nil, 3))
  is({true, 0}, resume(co))
  co = create(function(a, b)
    local c = yield(a + b)
    local d, e = yield(c * 2)
    return d, e, "end"
  end)
  is({true, 3}, resume(co, 1, 2))
  is({true, 20}, resume(co, 10))
  is({true, "d", "e", "end"}, resume(co, "d", "e", "dropped"))
  is({false, "cannot resume dead coroutine"}, resume(co))
  assert(status(co) == "dead")
  -- many values
  local many = {}
  for i = 1, 5000 do many[i] = i end
  co = wrap(function(...)
    local list = {yield(select("#", ...))}
    return table.unpack(list)
  end)
  assert(co(table.unpack(many)) == 5000)
  assert(select("#", co(table.unpack(many))) == 5000)
end

do  -- status, running, isyieldable
  local main, is_main = coroutine.running()
  assert(type(main) == "thread" and is_main and status(main) == "running")
  assert(not coroutine.isyieldable() and not coroutine.isyieldable(main))
  local outer
  outer = create(function()
    local me, mine = coroutine.running()
    assert(me == outer and not mine and status(outer) == "running")
    assert(coroutine.isyieldable() and status(main) == "normal")
    local inner = create(function()
      assert(status(outer) == "normal")
      is({false, "cannot resume non-suspended coroutine"}, resume(outer))
      fails("cannot close a normal coroutine", close, outer)
    end)
    assert(resume(inner) and status(inner) == "dead")
    is({false, "cannot resume non-suspended coroutine"}, resume(outer))
    yield()
  end)
  assert(status(outer) == "suspended")
  assert(resume(outer))
  assert(status(outer) == "suspended")
  assert(resume(outer) and status(outer) == "dead")
  is({false, "cannot resume non-suspended coroutine"}, resume(main))
  fails("attempt to yield from outside a coroutine", yield, 1)
  fails("bad argument #1 to 'status' (thread expected, got number)",
        function() status(1) end)
  fails("thread expected", function() resume(print) end)
  fails("function expected, got table", function() create {} end)
  fails("function expected, got no value", function() wrap() end)
end

do  -- wrap
  local gen = wrap(function() for i = 1, 3 do yield(i) end end)
  is({1, 2, 3}, gen(), gen(), gen())
  is({}, gen())
  fails("cannot resume dead coroutine", gen)
  -- errors get the position of the call
  local function thrower() error("x", 0) end
  local f = wrap(thrower)
  local ok, e = pcall(function() f() end)
  assert(not ok and string.find(e, "x", 1, true))
  local t = {}
  ok, e = pcall(wrap(function() error(t) end))
  assert(not ok and e == t)
  local again
  again = wrap(function() again() end)
  fails("cannot resume non-suspended coroutine", again)
  -- as iterator
  local function tree(n)
    return n > 0 and {left = tree(n - 1), key = n, right = tree(n - 1)}
  end
  local function walk(node)
    if node then
      walk(node.left)
      yield(node.key)
      walk(node.right)
    end
  end
  local keys = {}
  for k in wrap(function() walk(tree(3)) end) do keys[#keys + 1] = k end
  assert(table.concat(keys) == "1213121")
end

do  -- errors
  local co = create(function() error({code = 5}) end)
  local ok, e = resume(co)
  assert(not ok and e.code == 5 and status(co) == "dead")
  is({false, "cannot resume dead coroutine"}, resume(co))
  co = create(function()
    local ok, e = pcall(function()
      yield("in pcall")
      error("caught", 0)
    end)
    yield(ok, e)
    return xpcall(function()
      yield("in xpcall")
      error("m", 0)
    end, function(m) return m .. "!" end)
  end)
  is({true, "in pcall"}, resume(co))
  is({true, false, "caught"}, resume(co))
  is({true, "in xpcall"}, resume(co))
  is({true, false, "m!"}, resume(co))
  -- the stack of a failed coroutine can still be seen
  co = create(function()
    local function deep() error("deep") end
    deep()
  end)
  ok, e = resume(co)
  assert(not ok and string.find(debug.traceback(co), "deep", 1, true))
end

do  -- yields in metamethods, iterators, close handlers, tail calls
  local mt = {}
  for _, event in ipairs {"add", "sub", "mul", "div", "mod", "pow", "idiv",
                          "band", "bor", "bxor", "shl", "shr", "concat",
                          "unm", "bnot", "len", "lt", "le", "eq", "call",
                          "index"} do
    mt["__" .. event] = function(a, b)
      return (yield(event))
    end
  end
  local newindex_value
  mt.__newindex = function(_, _, v)
    yield("newindex")
    newindex_value = v
  end
  local a, b = setmetatable({}, mt), setmetatable({}, mt)
  local function run(f, ...)
    local co = wrap(f)
    local events = {}
    local value = "go"
    while true do
      local event = co(value)
      if type(event) ~= "string" then return events, event end
      events[#events + 1] = event
      value = ...
    end
  end
  local cases = {
    {"add", function() return {a + b} end}, {"sub", function() return {a - 1} end},
    {"mul", function() return {2 * a} end}, {"div", function() return {a / b} end},
    {"mod", function() return {a % b} end}, {"pow", function() return {a ^ b} end},
    {"idiv", function() return {a // b} end}, {"band", function() return {a & 1} end},
    {"bor", function() return {a | 1} end}, {"bxor", function() return {a ~ b} end},
    {"shl", function() return {a << b} end}, {"shr", function() return {a >> b} end},
    {"concat", function() return {a .. "x"} end}, {"unm", function() return {-a} end},
    {"bnot", function() return {~a} end}, {"len", function() return {#a} end},
    {"call", function() return {a(1)} end}, {"index", function() return {a.x} end},
  }
  for _, case in ipairs(cases) do
    local events, result = run(case[2], 42)
    assert(#events == 1 and events[1] == case[1], case[1])
    assert(result[1] == 42, case[1])
  end
  for name, f in pairs {lt = function() return {a < b} end,
                        le = function() return {a <= b} end,
                        eq = function() return {a == b} end} do
    for _, answer in ipairs {true, false} do
      local events, result = run(f, answer and 1 or nil)
      assert(#events == 1 and events[1] == name and result[1] == answer, name)
    end
  end
  assert(run(function() a.x = 7; return {} end)[1] == "newindex")
  assert(newindex_value == 7)
  -- conditions
  local events, result = run(function()
    if a < b then return {"less"} else return {"not less"} end
  end, false)
  assert(result[1] == "not less")
  -- concat of several operands
  events, result = run(function() return {"x" .. "y" .. a .. "z"} end, "!")
  assert(result[1] == "xy!" or result[1] == "!", result[1])
  -- generic for
  local co = wrap(function()
    local sum = 0
    for i in function(_, i) return yield(i) end do sum = sum + i end
    return sum
  end)
  assert(co() == nil and co(1) == 1 and co(2) == 2 and co(nil) == 3)
  -- to-be-closed variables
  local log = {}
  co = create(function()
    local x <close> = setmetatable({}, {__close = function(_, e)
      yield("closing x")
      log[#log + 1] = "x"
    end})
    local y <close> = setmetatable({}, {__close = function(_, e)
      yield("closing y")
      log[#log + 1] = "y"
    end})
    return "result"
  end)
  is({true, "closing y"}, resume(co))
  is({true, "closing x"}, resume(co))
  is({true, "result"}, resume(co))
  assert(table.concat(log) == "yx")
  -- a function that yields in a tail call
  co = wrap(function(...) return yield(...) end)
  is({1, 2}, co(1, 2))
  is({3, 4}, co(3, 4))
end

do  -- what can't yield
  local co = create(function()
    table.sort({3, 2, 1}, function(x, y)
      yield()
      return x < y
    end)
  end)
  is({false, "attempt to yield across a C-call boundary"}, resume(co))
  co = create(function() string.gsub("abc", ".", yield) end)
  is({false, "attempt to yield across a C-call boundary"}, resume(co))
  -- but a coroutine inside of such a call may be resumed and may yield
  local inner = wrap(function() for i = 1, 10 do yield(tostring(i)) end end)
  assert(string.gsub("xyz", ".", inner) == "123")
end

do  -- close
  local co = create(print)
  assert(close(co) and status(co) == "dead" and close(co))
  is({false, "cannot resume dead coroutine"}, resume(co))
  local log = {}
  local function closing(name, fail)
    return setmetatable({}, {__close = function(_, e)
      log[#log + 1] = name .. ":" .. tostring(e)
      if fail then error(fail, 0) end
    end})
  end
  co = create(function()
    local a <close> = closing("a")
    local b <close> = closing("b")
    yield()
  end)
  resume(co)
  is({true}, close(co))
  assert(table.concat(log, " ") == "b:nil a:nil", table.concat(log, " "))
  log = {}
  co = create(function()
    local a <close> = closing("a")
    local b <close> = closing("b", "from b")
    yield()
  end)
  resume(co)
  is({false, "from b"}, close(co))
  assert(table.concat(log, " ") == "b:nil a:from b", table.concat(log, " "))
  is({true}, close(co))
  co = create(error)
  resume(co, "message")
  is({false, "message"}, close(co))
  is({true}, close(co))
  fails("cannot close a running coroutine", close, (coroutine.running()))
  co = wrap(function() close((coroutine.running())) end)
  fails("cannot close a running coroutine", co)
  -- open upvalues keep their values
  local get
  co = create(function()
    local x = "kept"
    get = function() return x end
    yield()
  end)
  resume(co)
  close(co)
  collectgarbage()
  assert(get() == "kept")
end

do  -- many coroutines, deep nesting
  local all = {}
  for i = 1, 2000 do
    all[i] = wrap(function(n)
      while true do n = n + yield(n + i) end
    end)
  end
  for i = 1, 2000 do assert(all[i](1) == 1 + i) end
  collectgarbage()
  for i = 1, 2000 do assert(all[i](1) == 2 + i) end
  local function nest(n)
    if n == 0 then return "bottom" end
    return wrap(nest)(n - 1)
  end
  assert(nest(100) == "bottom")
  -- endless nesting ends in an error, not in a crash
  local function endless() return wrap(endless)() end
  fails("C stack overflow", endless)
  -- a coroutine that is dropped while suspended is garbage
  local weak = setmetatable({}, {__mode = "k"})
  do
    local co = create(function() local big = string.rep("x", 1000); yield(big) end)
    weak[co] = true
    resume(co)
  end
  all = nil
  collectgarbage()
  collectgarbage()
  assert(next(weak) == nil)
end

do  -- an error of one __close is there for the next ones, whatever they do
  local function var(f) return setmetatable({}, {__close = f}) end
  local seen
  local co = create(function()
    local a <close> = var(function(_, e) collectgarbage() seen = e.tag end)
    local b <close> = var(function(_, e)
      e = nil
      pcall(error, {})
      collectgarbage()
      for i = 1, 100 do local t = {i} end
    end)
    local c <close> = var(function() error({tag = "kept"}) end)
    yield()
  end)
  resume(co)
  local ok, e = coroutine.close(co)
  assert(not ok and e.tag == "kept" and seen == "kept")
end

do  -- runaway recursion inside a coroutine
  local co = create(function()
    local function f() return 1 + f() end
    return f()
  end)
  local ok, e = resume(co)
  assert(not ok and string.find(e, "stack overflow", 1, true))
end

do  -- isyieldable takes a coroutine or nothing
  for _, wrong in ipairs{1, "x", false, {}, print} do
    local ok, e = pcall(coroutine.isyieldable, wrong)
    assert(not ok and string.find(e, "thread expected", 1, true))
  end
  assert(not pcall(coroutine.isyieldable, nil), "nil is an argument too")
  assert(coroutine.isyieldable() == false)
end

do  -- an error in __close: its frame stands above chunks that no frame uses
  local function deep(n, f, ...)
    if n == 0 then return f(...) end
    return (deep(n - 1, f, ...))
  end
  local traces = {}
  local function look(_, e)
    collectgarbage()
    traces[#traces + 1] = debug.traceback(e)
  end
  local function fail(_, e)
    local inner <close> = setmetatable({}, {__close = look})
    error("failed", 0)
  end
  for outside = 0, 24 do
    for inside = 0, 24 do
      local run = wrap(function(...)
        return deep(outside, function(...)
          return (pcall(deep, inside, function(...)
            local variable <close> = setmetatable({}, {__close = fail})
            return (yield(...))
          end, ...))
        end, ...)
      end)
      run(1, 2, 3)
      assert(run() == false)
    end
  end
  assert(#traces == 25 * 25, "not every error was seen by __close")
end

do  -- finalizers that fail while results and arguments fill chunks of any size
  local functions = {}
  for n = 0, 300, 20 do
    local list = {}
    for i = 1, n do list[i] = tostring(i) end
    list[n + 1] = "..."
    functions[#functions + 1] = load(
      "local t = {" .. table.concat(list, ", ") .. "} return #t, t[#t], ...")
  end
  local function values(n)
    if n > 0 then return n, values(n - 1) end
  end
  collectgarbage("incremental", 100, 400, 4)
  for count = 1, 60, 3 do
    for i, f in ipairs(functions) do
      local co = create(function(...)
        for _ = 1, 3 do setmetatable({}, {__gc = true}) end
        return pcall(f, ...)
      end)
      local ok, called, length, last, first = resume(co, values(count))
      assert(ok and called and length == (i - 1) * 20 + count)
      assert(last == 1 and first == count)
    end
  end
  collectgarbage("incremental", 200, 100, 13)
end

print("ok")
