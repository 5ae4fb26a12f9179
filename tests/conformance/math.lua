-- The math library (manual 6.7).

local maxi, mini = math.maxinteger, math.mininteger
local inf = math.huge
local nan = 0 / 0

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "an error was expected: " .. text)
  assert(string.find(message, text, 1, true),
         "expected '" .. text .. "', got '" .. tostring(message) .. "'")
end

-- Equal with the same subtype, and the same zero.
local function is(a, b)
  if a ~= a and b ~= b then return end
  assert(a == b and math.type(a) == math.type(b),
         tostring(a) .. " is not " .. tostring(b))
  if a == 0 and math.type(a) == "float" then assert(1 / a == 1 / b) end
end

local function near(a, b)
  assert(math.type(a) == "float")
  assert(math.abs(a - b) <= 1e-12 * math.max(1, math.abs(b)),
         tostring(a) .. " is not " .. tostring(b))
end

do  -- constants
  is(maxi, 0x7fffffffffffffff)
  is(mini, maxi + 1)
  is(inf, 1e308 * 10)
  near(math.pi, 3.14159265358979323846)
end

do  -- abs, floor, ceil
  is(math.abs(-3), 3)
  is(math.abs(mini), mini)
  is(math.abs(-3.5), 3.5)
  is(math.abs(-0.0), 0.0)
  is(math.abs(-inf), inf)
  is(math.abs("-3"), 3.0)
  for _, case in ipairs{{3.7, 3}, {-3.7, -4}, {3.0, 3}, {1e15 + 0.5, 10^15 | 0},
                        {2^62, 2^62 | 0}, {-2^62, -2^62 | 0}} do
    is(math.floor(case[1]), case[2])
    is(math.ceil(-case[1]), -case[2])
  end
  is(math.floor(-2^63), mini)
  is(math.ceil(2^63), 2^63)
  is(math.floor(2^63), 2^63)
  is(math.ceil(2^70), 2^70)
  is(math.floor(inf), inf)
  is(math.ceil(-inf), -inf)
  is(math.ceil(nan), nan)
  is(math.floor(-0.0), 0)
  is(math.ceil(-0.5), 0)
  is(math.floor("3.7"), 3)
  is(math.floor(maxi), maxi)
end

do  -- modf, fmod
  local function modf(x, whole, fraction)
    local a, b = math.modf(x)
    is(a, whole)
    is(b, fraction)
  end
  modf(3.5, 3, 0.5)
  modf(-2.5, -2, -0.5)
  modf(5, 5, 0.0)
  modf(mini, mini, 0.0)
  modf(-3e23, -3e23, 0.0)
  modf(inf, inf, 0.0)
  modf(-inf, -inf, 0.0)
  modf(nan, nan, nan)
  modf("7.5", 7, 0.5)
  is(math.fmod(6, 4), 2)
  is(math.fmod(-6, 4), -2)
  is(math.fmod(6, -4), 2)
  is(math.fmod(mini, -1), 0)
  is(math.fmod(mini, mini), 0)
  is(math.fmod(maxi, mini), maxi)
  is(math.fmod(3, 1.5), 0.0)
  is(math.fmod(-6.5, 4), -2.5)
  is(math.fmod(1, inf), 1.0)
  is(math.fmod(1, 0.0), nan)
  is(math.fmod("5", 3), 2.0)
  fails("bad argument #2 to 'math.fmod' (zero)", math.fmod, 1, 0)
end

do  -- tointeger, type
  is(math.tointeger(3), 3)
  is(math.tointeger(3.0), 3)
  is(math.tointeger(-2^63), mini)
  is(math.tointeger("0x10"), 16)
  is(math.tointeger(" 3.0 "), 3)
  for _, x in ipairs{3.5, 2^63, inf, nan, "x", "3.5", {}, true} do
    assert(math.tointeger(x) == nil)
  end
  assert(math.tointeger(nil) == nil)
  fails("value expected", math.tointeger)
  assert(math.type(1) == "integer" and math.type(1.0) == "float")
  assert(math.type("1") == nil and math.type(nil) == nil)
  fails("value expected", math.type)
end

do  -- max, min, ult
  is(math.max(1, 2.5, 2), 2.5)
  is(math.min(3, 1, 2), 1)
  is(math.max(1, 1.0), 1)  -- the first of equal ones
  is(math.max(1.0, 1), 1.0)
  is(math.min(2^53, 2^53 + 1 | 0), 2^53)
  is(math.max(maxi, 2^63), 2^63)
  is(math.max(maxi, maxi + 0.0), 2^63)
  is(math.max(mini), mini)
  is(math.max(nan, 1), nan)
  is(math.max(1, nan), 1)
  fails("value expected", math.max)
  fails("value expected", math.min)
  fails("attempt to compare number with nil", math.max, 1, nil)
  fails("attempt to compare", math.max, 1, "x")
  assert(math.ult(1, 2) and math.ult(1, -1) and not math.ult(-1, 1))
  assert(not math.ult(3, 3) and math.ult(maxi, mini) and math.ult("1", 2.0))
  fails("no integer representation", math.ult, 1.5, 2)
end

do  -- floats
  is(math.sqrt(16), 4.0)
  is(math.sqrt(-1), nan)
  near(math.sin(1), 0.8414709848078965)
  near(math.cos(1), 0.5403023058681398)
  near(math.tan(1), 1.5574077246549023)
  near(math.asin(0.5), 0.5235987755982989)
  near(math.acos(0.5), 1.0471975511965979)
  near(math.atan(1), 0.7853981633974483)
  near(math.atan(1, -1), 2.356194490192345)
  near(math.atan(-0.0, -1), -math.pi)
  near(math.atan(0.5, nil), 0.4636476090008061)
  near(math.exp(1), 2.718281828459045)
  near(math.log(10), 2.302585092994046)
  is(math.log(8, 2), 3.0)
  is(math.log(2^-1074, 2), -1074.0)
  is(math.log(1000, 10), 3.0)
  near(math.log(27, 3), 3)
  is(math.log(0), -inf)
  is(math.log(2, 1), inf)
  near(math.deg(math.pi), 180)
  near(math.rad(90), math.pi / 2)
  is(math.sqrt("4"), 2.0)
  fails("bad argument #1 to 'math.sqrt' (number expected, got no value)",
        math.sqrt)
  fails("number expected, got table", math.floor, {})
  fails("number expected, got string", math.sin, "x")
  fails("bad argument #2", math.log, 2, "x")
end

do  -- random: PUC's sequences for these seeds
  local a, b = math.randomseed(42)
  assert(a == 42 and b == 0)
  near(math.random(), 0.93081217803957)
  is(math.random(10), 2)
  is(math.random(-5, 5), 0)
  is(math.random(0), -7059243630996204619)
  is(math.random(mini, maxi), -9046270629122405825)
  a, b = math.randomseed(42, 7)
  assert(a == 42 and b == 7)
  near(math.random(), 0.83191383383817)
  math.randomseed(1007)
  is(math.random(0), 0x7a7040a5a323c9d6)
  math.randomseed(3.0)
  a = math.random(0)
  math.randomseed(3, 0)
  assert(math.random(0) == a)

  math.randomseed(math.randomseed())  -- seeds are returned and reusable
  local x, y = math.randomseed()
  a = math.random(0)
  math.randomseed(x, y)
  assert(math.random(0) == a)

  for _ = 1, 1000 do
    local f = math.random()
    assert(0 <= f and f < 1)
    local i = math.random(6)
    assert(1 <= i and i <= 6 and math.type(i) == "integer")
    i = math.random(-3, 3)
    assert(-3 <= i and i <= 3)
    assert(math.random(maxi - 2, maxi) >= maxi - 2)
    assert(math.random(mini, mini + 2) <= mini + 2)
    assert(math.random(5, 5) == 5)
  end
  local seen = {}
  for _ = 1, 500 do seen[math.random(7)] = true end
  assert(#seen == 7)
  math.random(mini, maxi)
  fails("interval is empty", math.random, -1)
  fails("interval is empty", math.random, 2, 1)
  fails("interval is empty", math.random, maxi, mini)
  fails("wrong number of arguments", math.random, 1, 2, 3)
  fails("no integer representation", math.random, 1.5)
  fails("number expected, got nil", math.random, nil)
  fails("number has no integer representation", math.randomseed, 1.5)
  fails("number expected, got string", math.randomseed, "x")
end

print("OK")
