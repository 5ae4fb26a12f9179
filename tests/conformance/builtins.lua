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
