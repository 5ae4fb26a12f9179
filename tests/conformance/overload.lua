-- Operations on tables that the engine's second stage does without its slow
-- paths: metamethods that are functions, and those that are not.

local function expect(what, got, wanted)
  if got ~= wanted then
    error(what .. ": got " .. tostring(got) .. ", not " .. tostring(wanted), 2)
  end
end

-- Whatever the operands, a metamethod sees them as they were written, in their
-- order; the first operand's goes first.
do
  local function show(v)
    if type(v) == "table" then return v.name end
    return math.type(v) == "float" and string.format("%.1f", v) or tostring(v)
  end
  local function class(name, call)
    local mt = {}
    for _, event in ipairs({
      "add", "sub", "mul", "div", "mod", "pow", "idiv", "band", "bor", "bxor", "shl", "shr",
      "concat",
    }) do
      local function f(a, b) return name .. event .. " " .. show(a) .. " " .. show(b) end
      mt["__" .. event] = call and setmetatable({}, { __call = function(_, a, b) return f(a, b) end })
        or f
    end
    for _, event in ipairs({ "unm", "bnot", "len" }) do
      mt["__" .. event] = function(a, b)
        return name .. event .. " " .. show(a) .. (rawequal(a, b) and "" or " alone")
      end
    end
    return mt
  end
  local x = setmetatable({ name = "x" }, class("X"))
  local y = setmetatable({ name = "y" }, class("Y"))
  local c = setmetatable({ name = "c" }, class("C", true))
  local plain = setmetatable({ name = "plain" }, {})
  for round = 1, 3 do
    expect("x + y", x + y, "Xadd x y")
    expect("y + x", y + x, "Yadd y x")
    expect("1 + y", 1 + y, "Yadd 1 y")
    expect("1.5 + y", 1.5 + y, "Yadd 1.5 y")
    expect("x + 1", x + 1, "Xadd x 1")
    expect("x - 1", x - 1, "Xsub x 1")
    expect("x - -1", x - -1, "Xsub x -1")
    expect("1 - x", 1 - x, "Xsub 1 x")
    expect("x - 1.5", x - 1.5, "Xsub x 1.5")
    expect("x * 2", x * 2, "Xmul x 2")
    expect("2 * x", 2 * x, "Xmul 2 x")
    expect("x / 2", x / 2, "Xdiv x 2")
    expect("x / 2.0", x / 2.0, "Xdiv x 2.0")
    expect("x % 3", x % 3, "Xmod x 3")
    expect("x % y", x % y, "Xmod x y")
    expect("x ^ 2", x ^ 2, "Xpow x 2")
    expect("x ^ y", x ^ y, "Xpow x y")
    expect("2 ^ x", 2 ^ x, "Xpow 2 x")
    expect("x // 2", x // 2, "Xidiv x 2")
    expect("x // y", x // y, "Xidiv x y")
    expect("x & 1", x & 1, "Xband x 1")
    expect("1 | x", 1 | x, "Xbor 1 x")
    expect("x ~ y", x ~ y, "Xbxor x y")
    expect("x << 1", x << 1, "Xshl x 1")
    expect("x >> 1", x >> 1, "Xshr x 1")
    expect("-x", -x, "Xunm x")
    expect("~x", ~x, "Xbnot x")
    expect("#x", #x, "Xlen x")
    expect("x .. y", x .. y, "Xconcat x y")
    expect("x .. 1", x .. 1, "Xconcat x 1")
    expect("'s' .. x", "s" .. x, "Xconcat s x")
    expect("1 .. 2 .. x", 1 .. 2 .. x, "1Xconcat 2 x")
    expect("x .. 1 .. 2", x .. 1 .. 2, "Xconcat x 12")
    expect("c + 1", c + 1, "Cadd c 1")
    expect("c .. 1", c .. 1, "Cconcat c 1")
    expect("plain + x", plain + x, "Xadd plain x")
    expect("plain .. x", plain .. x, "Xconcat plain x")
    expect("'10' + x", pcall(function() return "10" + x end), true)
  end
  debug.setmetatable(1, { __add = function(a, b) return "number " .. show(b) end })
  expect("a number with a metatable", 1 + x, "number x")
  debug.setmetatable(1, nil)
  for _, code in ipairs({ "+ 1", "% 1", "^ 2", "// 1", "& 1", ".. 'x'" }) do
    local ok, message = pcall(load("local plain = ... return plain " .. code), plain)
    assert(not ok and message:find("'plain'", 1, true), message)
  end
end

-- Comparisons, in conditions and as values.
do
  local mt = {}
  mt.__lt = function(a, b) return a.v < b.v end
  mt.__le = function(a, b) return a.v <= b.v and 1 or nil end
  mt.__eq = function(a, b) return a.v == b.v and "yes" or false end
  local a, b, a2 = setmetatable({ v = 1 }, mt), setmetatable({ v = 2 }, mt), setmetatable({ v = 1 }, mt)
  for round = 1, 3 do
    expect("a < b", a < b, true)
    expect("b < a", b < a, false)
    expect("a <= a2", a <= a2, true)
    expect("b <= a", b <= a, false)
    expect("a == a2", a == a2, true)
    expect("a ~= a2", a ~= a2, false)
    expect("a == b", a == b, false)
    expect("a == {}", a == {}, false)
    expect("{} == {}", {} == {}, false)
    expect("not (a < b)", not (a < b), false)
    local steps = 0
    while steps < 3 and a < b do steps = steps + 1 end
    repeat steps = steps + 1 until a == a2
    expect("loops", steps, 4)
  end
  expect("one side", setmetatable({}, { __lt = function() return true end }) < 1, true)
  expect("the other side", 1 < setmetatable({}, { __lt = function() return true end }), true)
  expect("only the second has __eq", setmetatable({ v = 1 }, {}) == a, true)
  local called = setmetatable({}, { __call = function() return true end })
  expect("a callable table", setmetatable({}, { __lt = called }) < {}, true)
  expect("a callable table", setmetatable({}, { __eq = called }) == {}, true)
end

-- __index: functions and tables, behind up to a dozen levels; each kind of key.
for _, levels in ipairs({ 1, 2, 7, 8, 9, 12 }) do
  local last = setmetatable({ there = "there", [7] = "seven" }, {
    __index = function(t, k)
      return math.type(k) == "float" and "float" or k
    end,
  })
  local t = last
  for _ = 2, levels do t = setmetatable({}, { __index = t }) end
  local seven, half, two, key = 7, 0.5, 2.0, "some"
  for round = 1, 3 do
    expect("a field", t.there, "there")
    expect("a computed field", t.nowhere, "nowhere")
    expect("a string", t[key], "some")
    expect("an integer", t[seven], "seven")
    expect("an integer that is not there", t[8], 8)
    expect("a float", t[half], "float")
    expect("a float that is an integer", t[two], "float")
    expect("a boolean", t[true], true)
    expect("a long string", t[("x"):rep(50)], ("x"):rep(50))
  end
end
do
  local seen
  local inner = setmetatable({}, { __index = function(t) seen = t end })
  local outer = setmetatable({}, { __index = inner })
  for round = 1, 3 do
    expect("no value", outer.x, nil)
    assert(rawequal(seen, inner), "an __index function gets the table that has it")
  end
  local t = { 1, 2, 3, [1000] = "k", [-1] = "minus", [2 ^ 53] = "big" }
  local f = 1000.0
  expect("a float key", t[f], "k")
  expect("a negative one", t[-1.0], "minus")
  expect("2^53", t[2.0 ^ 53], "big")
  expect("not an integer", t[1.5], nil)
  expect("too big", t[1e300], nil)
  expect("infinite", t[math.huge], nil)
  expect("nan", t[0 / 0], nil)
end

-- __newindex: asked for keys without a value only.
do
  local log = {}
  local mt = { __newindex = function(t, k, v) log[#log + 1] = tostring(k) .. "=" .. tostring(v) end }
  local t = setmetatable({ old = 1, [1] = 1, [1000] = 1 }, mt)
  local key, thousand = "old", 1000
  for round = 1, 3 do
    t.old = round
    t[key] = round
    t[1] = round
    t[thousand] = round
    t.new = round
    t.new2 = "constant"
    t[2] = round
    t[true] = round
    local ten = 10 * round
    t[ten] = 0
  end
  expect("stored", t.old + t[1] + t[1000], 9)
  expect("asked", table.concat(log, " "),
    "new=1 new2=constant 2=1 true=1 10=0 new=2 new2=constant 2=2 true=2 20=0 "
      .. "new=3 new2=constant 2=3 true=3 30=0")
  expect("nothing was stored", rawget(t, "new") or rawget(t, 2) or rawget(t, 10), nil)
  t.old = nil
  t.old = 5
  expect("a removed key is asked for", rawget(t, "old"), nil)
  local store = {}
  local u = setmetatable({}, { __newindex = store })
  u.x, u[1] = 1, 2
  expect("into a table", store.x + store[1], 3)
  local v = setmetatable({}, { __newindex = setmetatable({}, { __call = function() end }) })
  v.x = 1
  expect("a callable table is a table", rawget(v, "x"), nil)
end

-- Values stored into tables that the collector has seen already.
do
  local t = setmetatable({ a = 0 }, { __newindex = function() end })
  t[5000] = nil
  rawset(t, 5000, 0)
  for i = 1, 2000 do
    t.a, t[5000] = { i }, { -i }
    collectgarbage("step", 1)
    expect("kept", t.a[1] + t[5000][1], 0)
  end
end

-- __call, with any number of arguments, and chains of it.
do
  local f = setmetatable({}, { __call = function(self, ...) return select("#", ...), ... end })
  for round = 1, 3 do
    expect("none", (f()), 0)
    expect("one", (f(nil)), 1)
    expect("three", select(4, f(1, 2, round)), round)
    expect("open", (f(table.unpack({ 1, 2, 3, 4 }))), 4)
  end
  local g = setmetatable({}, { __call = f })
  expect("a chain", (g(1)), 2)
  local function tail(x) return f(x) end
  expect("a tail call", (tail(1)), 1)
  local deep = setmetatable({}, { __call = function(self, n) return n == 0 and 0 or 1 + self(n - 1) end })
  expect("recursion", deep(5000), 5000)
end

-- New keys of every type, in tables with a metatable and without: no __newindex
-- is called before there is one, and nil adds nothing.
do
  local calls = 0
  local mt = { __mode = "k" }
  local object, other = {}, function() end
  for round = 1, 2 do
    for _, t in ipairs({ {}, setmetatable({}, {}), setmetatable({}, mt) }) do
      local keys = { 1, 2, 1000, -5, "short", ("long"):rep(20), object, other, 2.0 ^ 70, true, (coroutine.running()) }
      for _, key in ipairs(keys) do
        t[key] = nil
        expect("after nil", next(t), nil)
      end
      for i, key in ipairs(keys) do t[key] = i end
      for i, key in ipairs(keys) do
        expect("new " .. type(key), t[key], i)
        t[key] = nil
        expect("removed " .. type(key), rawget(t, key), nil)
        t[key] = -i
        expect("again " .. type(key), rawget(t, key), -i)
      end
    end
  end
  local t = setmetatable({}, mt)
  for i = 1, 200 do
    if i == 100 then mt.__newindex = function() calls = calls + 1 end end
    t[i * 1000] = i
    t["k" .. i] = i
    t[{}] = i
  end
  expect("calls", calls, 303)
  expect("number added", t[99000], 99)
  expect("number refused", t[100000], nil)
  expect("string refused", t.k100, nil)
end

-- Every one of them may yield, and errors have the names of the operands.
do
  local yield = coroutine.yield
  local mt = {}
  for _, event in ipairs({ "add", "unm", "len", "lt", "le", "eq", "index", "newindex", "concat", "call" }) do
    mt["__" .. event] = function() return yield(event) end
  end
  local t, u = setmetatable({}, mt), setmetatable({}, mt)
  local run = coroutine.wrap(function()
    local x = t + 1
    x = x .. tostring(-t) .. #t
    x = x .. tostring(t < u) .. tostring(t <= u) .. tostring(t == u)
    t.x = 1
    t[1] = 1
    return x .. t.y .. t[2] .. (t .. u) .. t()
  end)
  local events, event = {}, run()
  for i = 1, 20 do
    events[#events + 1] = event
    event = run(i)
    if #event > 9 then break end
  end
  expect("yields", table.concat(events, " "),
    "add unm len lt le eq newindex newindex index index concat call")
  expect("results", event, "123truetruetrue9101112")
end
