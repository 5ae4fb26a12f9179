-- Library functions whose common case the engine runs itself: their results
-- and errors are those of the ordinary call, however they are called.

local type, select, floor, byte = type, select, math.floor, string.byte

local function count(...)
  return select("#", ...)
end

-- One result wanted, none, several, all; as a statement; in tail position; as
-- the function that pcall calls.
local function every_way(f, expected, ...)
  local one = f(...)
  assert(one == expected, "one result")
  f(...)
  local first, second = f(...)
  assert(first == expected and second == nil, "two results")
  assert(count(f(...)) == 1, "all results")
  local function tail(...)
    return f(...)
  end
  assert(tail(...) == expected, "a tail call")
  local ok, protected = pcall(f, ...)
  assert(ok and protected == expected, "under pcall")
  local resumed, value = coroutine.resume(coroutine.create(f), ...)
  assert(resumed and value == expected, "in a coroutine")
  assert(({ f(...) })[1] == expected, "in a constructor")
end

every_way(type, "nil", nil)
every_way(type, "boolean", false, 1)
every_way(type, "boolean", true)
every_way(type, "number", 1)
every_way(type, "number", 1.5)
every_way(type, "string", "x")
every_way(type, "table", {})
every_way(type, "function", print)
every_way(type, "function", every_way)
every_way(type, "userdata", io.stdout)
every_way(type, "thread", coroutine.create(print))

every_way(select, 0, "#")
every_way(select, 3, "#", nil, nil, nil)
every_way(select, "c", 3, "a", "b", "c")
every_way(select, "c", -1, "a", "b", "c")
every_way(select, "b", 2.0, "a", "b")
every_way(select, "a", "1", "a")

every_way(floor, 3, 3)
every_way(floor, 3, 3.7)
every_way(floor, -4, -3.2)
every_way(floor, 0, -0.0)
every_way(floor, -1, -0.5)
every_way(floor, 1e300, 1e300)
every_way(floor, math.huge, math.huge)
every_way(floor, math.mininteger, -0x1p63)
every_way(floor, 0x1p63, 0x1p63)
every_way(floor, 7, "7.5")
assert(math.type(floor(3.7)) == "integer" and math.type(floor(1e300)) == "float")
assert(math.type(floor(-0.0)) == "integer")
local nan = floor(0 / 0)
assert(nan ~= nan)

every_way(byte, 97, "abc")
every_way(byte, 98, "abc", 2)
every_way(byte, 99, "abc", -1)
every_way(byte, 98, "abc", 2, 2)
every_way(byte, 98, "abc", 2.0)
every_way(byte, 255, "\255")
every_way(byte, 49, 123)
every_way(byte, 120, ("x"):rep(100), 100)
assert(count(byte("")) == 0 and byte("") == nil)
assert(count(byte("abc", 4)) == 0 and byte("abc", 4) == nil and byte("abc", 0) == nil)
assert(count(select(2, 1)) == 0 and select(2, 1) == nil)
assert(count(select(2, "a", "b", "c")) == 2)

-- The three values of pairs and ipairs, as many as are wanted.
local list = { 10, 20, 30 }
for _, f in ipairs({ pairs, ipairs }) do
  local iterator, state, start = f(list)
  assert(type(iterator) == "function" and state == list)
  assert(count(f(list)) == 3 and count((f(list))) == 1)
  f(list)
  local ok, same, second = pcall(f, list)
  assert(ok and same == iterator and second == list)
  local a, b, c, d = f(list)
  assert(a == iterator and b == list and c == start and d == nil)
end
assert(select(3, pairs(list)) == nil and select(3, ipairs(list)) == 0)
assert(select(2, ipairs(7)) == 7)

-- Where ipairs ends: behind the array, at a hole, in the hash part, through
-- __index; and elements that come and go meanwhile.
local function walk(t)
  local sum, rounds = 0, 0
  for i, v in ipairs(t) do
    sum, rounds = sum + i * v, rounds + 1
  end
  return rounds .. ":" .. sum
end
assert(walk({}) == "0:0" and walk(list) == "3:140")
assert(walk({ 1, 2, nil, 4 }) == "2:5")
assert(walk({ [1] = 1, [2] = 2, [4] = 4 }) == "2:5")
assert(walk({ 1, 2, x = 3 }) == "2:5")
local half = setmetatable({ 1, 2 }, { __index = function(_, i)
  if i <= 4 then
    return i
  end
end })
assert(walk(half) == "4:30")
local growing = { 1 }
for i in ipairs(growing) do
  if i < 50 then
    growing[i + 1] = i
  end
end
assert(#growing == 50)

local function fails(message, f, ...)
  local ok, error = pcall(f, ...)
  assert(not ok and error == message, tostring(error))
end
fails("bad argument #1 to 'type' (value expected)", type)
fails("bad argument #1 to 'ipairs' (value expected)", ipairs)
fails("bad argument #1 to 'select' (number expected, got no value)", select)
fails("bad argument #1 to 'select' (number expected, got string)", select, "x")
fails("bad argument #1 to 'select' (index out of range)", select, 0, 1)
fails("bad argument #1 to 'select' (index out of range)", select, -2, 1)
fails("bad argument #1 to 'math.floor' (number expected, got no value)", floor)
fails("bad argument #1 to 'math.floor' (number expected, got table)", floor, {})
fails("bad argument #1 to 'string.byte' (string expected, got no value)", byte)
fails("bad argument #2 to 'string.byte' (number expected, got string)", byte, "a", "x")

-- Hooks see them.
local seen = {}
debug.sethook(function(event)
  local f = debug.getinfo(2, "f").func
  if f ~= debug.sethook then
    seen[#seen + 1] = event
    seen[f] = (seen[f] or 0) + 1
  end
end, "cr")
local t, s, f, b = type(1), select("#"), floor(1.5), byte("a")
debug.sethook()
assert(t == "number" and s == 0 and f == 1 and b == 97)
for _, called in ipairs({ type, select, floor, byte }) do
  assert(seen[called] == 2, "a call and a return")
end

-- Their results may be the last thing that needs room on the stack.
local function deep(n)
  if n == 0 then
    return type(n)
  end
  return (deep(n - 1))
end
assert(deep(10000) == "number")

-- Those of math: integers, floats, and what is neither.
do
  local sqrt, abs, max, min = math.sqrt, math.abs, math.max, math.min
  every_way(sqrt, 3.0, 9)
  every_way(sqrt, 1.5, 2.25)
  every_way(sqrt, 2.0, "4")
  every_way(sqrt, math.huge, math.huge)
  assert(sqrt(-1) ~= sqrt(-1), "the root of a negative number")
  assert(1 / sqrt(-0.0) == -math.huge, "the root of -0.0")
  every_way(abs, 3, -3)
  every_way(abs, 3, 3)
  every_way(abs, 1.5, -1.5)
  every_way(abs, math.mininteger, math.mininteger)
  every_way(abs, 2, "-2")
  assert(math.type(abs(-1)) == "integer" and math.type(abs("-1.0")) == "float")
  assert(1 / abs(-0.0) == math.huge)
  every_way(max, 2, 1, 2)
  every_way(max, 2, 2, 1)
  every_way(max, 2.5, 1, 2.5)
  every_way(max, 2.5, 1.5, 2.5)
  every_way(max, 3, 1, 3, 2)
  every_way(max, 7, 7)
  every_way(min, 1, 1, 2)
  every_way(min, 1, 2, 1)
  every_way(min, 1.5, 2.5, 1.5)
  every_way(min, -1, 1, 0, -1)
  assert(math.type(max(1, 1.0)) == "integer" and math.type(max(1.0, 1)) == "float")
  assert(1 / max(-0.0, 0.0) == -math.huge and 1 / min(0.0, -0.0) == math.huge,
    "of equal ones the first")
  local nan = 0 / 0
  assert(max(1.0, nan) == 1.0 and max(nan, 1.0) ~= max(nan, 1.0))
  assert(min(1.0, nan) == 1.0 and min(nan, 1.0) ~= min(nan, 1.0))
  for _, f in ipairs({ sqrt, abs, max, min }) do
    assert(not pcall(f), "no argument")
    assert(not pcall(f, {}, 1), "a table")
    assert(not pcall(f, 1, {}) or f == sqrt or f == abs, "a second one")
  end
end

-- assert: all its arguments; any error value.
do
  every_way(assert, 1, 1)
  every_way(assert, "x", "x")
  assert(count(assert(1, nil, 3)) == 3 and select(3, assert(1, nil, 3)) == 3)
  local a, b, c = assert(1, 2)
  assert(a == 1 and b == 2 and c == nil)
  local ok, message = pcall(assert, false)
  assert(not ok and message == "assertion failed!")
  local value = {}
  ok, message = pcall(assert, nil, value)
  assert(not ok and message == value)
  ok, message = pcall(assert)
  assert(not ok and message:find("bad argument #1 to 'assert' (value expected)", 1, true))
end

-- setmetatable, with and without finalizers and protection.
do
  local plain, marked = {}, {}
  for round = 1, 3 do
    local t = {}
    assert(setmetatable(t, plain) == t and getmetatable(t) == plain)
    assert(setmetatable(t, nil) == t and getmetatable(t) == nil)
    setmetatable(t, plain)
    assert(getmetatable(t) == plain, "as a statement")
    every_way(setmetatable, t, t, marked)
  end
  local collected = 0
  plain.__gc = function() collected = collected + 1 end
  for _ = 1, 3 do setmetatable({}, plain) end
  collectgarbage()
  assert(collected == 3, "a finalizer that came later: " .. collected)
  plain.__gc = nil
  setmetatable({}, plain)
  collectgarbage()
  assert(collected == 3)
  local protected = setmetatable({}, { __metatable = "no" })
  local ok, message = pcall(setmetatable, protected, {})
  assert(not ok and message == "cannot change a protected metatable")
  assert(not pcall(setmetatable, {}) and not pcall(setmetatable, {}, 1))
  assert(not pcall(setmetatable, 1, {}))
  -- Metatables of tables that the collector has seen already.
  local old = {}
  for i = 1, 500 do old[i] = {} end
  for i = 1, 500 do
    collectgarbage("step", 1)
    setmetatable(old[i], { __index = { i } })
  end
  collectgarbage()
  for i = 1, 500 do assert(old[i][1] == i, "a metatable was lost") end
end

-- table.insert at the end.
do
  local insert = table.insert
  local t = {}
  for i = 1, 1000 do insert(t, i) end
  for i = 1, 1000 do assert(t[i] == i) end
  assert(#t == 1000)
  for _ = 1, 500 do t[#t] = nil end
  for i = 501, 700 do insert(t, -i) end
  assert(#t == 700 and t[700] == -700 and t[701] == nil)
  assert(count(insert(t, 1)) == 0, "no result")
  insert(t, nil)
  assert(#t == 701)
  local log = {}
  local proxy = setmetatable({}, { __newindex = function(_, k, v) log[k] = v end,
                                   __len = function() return 5 end })
  insert(proxy, "x")
  assert(log[6] == "x")
  local old = { 0 }
  for i = 1, 1000 do
    collectgarbage("step", 1)
    insert(old, { i })
  end
  collectgarbage()
  for i = 1, 1000 do assert(old[i + 1][1] == i, "an element was lost") end
  assert(not pcall(insert, 1, 2) and not pcall(insert, {}) and not pcall(insert, {}, 1, 2, 3))
  local holes = { 1, 2, nil, 4 }
  insert(holes, 5)
  assert(holes[5] == 5 or holes[3] == 5, "at a border")
  for i = 1, 8 do insert({ n = 1, i }, i) end
end
