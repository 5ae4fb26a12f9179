-- Integer and float arithmetic at the edges, math, comparison across types.

local function show(...)
  local out = table.pack(...)
  for i = 1, out.n do
    local v = out[i]
    -- The sign of a NaN is the machine's business.
    if v ~= v then v = "nan" end
    out[i] = (math.type(v) or type(v)):sub(1, 1) .. ":" .. tostring(v)
  end
  print(table.concat(out, " ", 1, out.n))
end
local function try(f, ...) print(pcall(f, ...)) end

local max, min, huge = math.maxinteger, math.mininteger, math.huge
show(max + 1, min - 1, max * 2, -min, min // -1, min % -1, max // -1, max - min, min * min)
show(1e308 * 10, -1e308 * 10, 0.0, -0.0, 1 / 0, -1 / 0, 0 / 0, 1 / -0.0, 0.0 == -0.0)

local values = {0, 1, -1, 2, -3, 7, max, min, 0.0, -0.0, 0.5, -2.5, 3.0, 1e15, 2^53, huge, -huge, 0 / 0}
local operators = {
  {"+", function(a, b) return a + b end}, {"-", function(a, b) return a - b end},
  {"*", function(a, b) return a * b end}, {"/", function(a, b) return a / b end},
  {"//", function(a, b) return a // b end}, {"%", function(a, b) return a % b end},
  {"^", function(a, b) return a ^ b end}, {"<", function(a, b) return a < b end},
  {"<=", function(a, b) return a <= b end}, {"==", function(a, b) return a == b end},
  {"&", function(a, b) return a & b end}, {"|", function(a, b) return a | b end},
  {"~", function(a, b) return a ~ b end}, {"<<", function(a, b) return a << b end},
  {">>", function(a, b) return a >> b end}}
for _, op in ipairs(operators) do
  for _, a in ipairs(values) do
    local row = {}
    for _, b in ipairs(values) do
      local ok, r = pcall(op[2], a, b)
      if not ok then r = r:gsub("^.-:%d+: ", "") elseif r ~= r then r = "nan" end
      row[#row + 1] = tostring(r)
    end
    print(op[1], a == a and a or "nan", table.concat(row, "  "))
  end
end

-- Comparison of integers with floats near 2^53 and 2^63.
for _, pair in ipairs {{2^53, 2^53 | 0}, {2^53 + 1, 9007199254740993}, {2^63, max}, {-2^63, min},
                       {max + 0.0, max}, {max, max + 0.0}, {9007199254740993, 2^53}, {0.5, 0}, {-0.5, 0}} do
  local a, b = pair[1], pair[2]
  show(a, b, a == b, a < b, a <= b, a > b, a >= b)
end
local keys = {}
keys[1] = "int"; keys[2^53] = "big"; keys[1.5] = "frac"
show(keys[1.0], keys[2^53 | 0], keys[1.5], keys[-0.0], rawequal(1, 1.0))

-- Conversions and shifts.
show(1 << 63, 1 << 64, 1 << -1, -1 >> 1, -1 >> 63, -1 >> 64, -1 << 70, 3 >> -2, 0xff & 15.0, 2.0 & 3)
try(function() return "0xff" & 15 end)
show(5 // 0.0, -5 // 0.0, 0 // 0.0, 5 % huge, -5 % huge, 5 % -huge, -5 % -huge, 5.5 % -2, -5.5 % 2, 5 % -3, -5 % 3)
show(7 // 2, -7 // 2, 7 // -2, 7.0 // 2, -7 // 2.0, 1e300 // 1e-300, 3 % -2.0, -0.0 % 5)
try(function() return 1 // 0 end); try(function() return 1 % 0 end); try(function() return 1 << 1.5 end)
try(function() return 1.5 | 1 end); try(function() return huge | 1 end); try(function() return "a" | 1 end)
try(function() return 2^64 & 1 end); try(function() return {} | 1 end); try(function() return 1 < "2" end)

-- math.
show(math.floor(3.7), math.floor(-3.7), math.ceil(3.2), math.ceil(-3.2), math.floor(1e100), math.ceil(-0.5), math.floor(5))
show(math.fmod(7, 3), math.fmod(-7, 3), math.fmod(7, -3), math.fmod(7.5, 2), math.fmod(min, -1), math.fmod(-6, 2), math.fmod(1, huge))
show(math.tointeger(3.0), math.tointeger(3.5), math.tointeger("8"), math.tointeger(2^63), math.tointeger("x"), math.tointeger({}))
show(math.abs(min), math.abs(-5.5), math.abs(-0.0), math.max(1, 2.5, -1), math.min(3, 1.0), math.max(1, 1.0), math.max(-0.0, 0.0))
show(math.ult(1, -1), math.ult(-1, 1), math.sqrt(16), math.sqrt(2), math.exp(0), math.log(8, 2), math.log(1000, 10), math.log(1), math.log(27, 3))
show(math.modf(3.7)); show(math.modf(-3.7)); show(math.modf(5)); show(math.modf(huge)); show(math.modf(-huge)); show(math.modf(0 / 0))
show(math.sin(0), math.cos(0), math.tan(0), math.asin(1) * 2 == math.pi, math.atan(1, -1), math.atan(0, -1), math.acos(1))
show(math.type(1), math.type(1.0), math.type("1"), math.type(nil)); try(math.type)
try(math.floor, "x"); try(math.floor, {}); try(math.fmod, 1, 0); show(math.fmod(1, 0.0)); try(math.max); try(math.random, 0, -1)
try(math.random, 1, 2, 3); try(math.abs); try(math.tointeger); try(math.ult, 1.5, 2); try(math.random, 1.5)
show(math.pi, huge, -huge, max, min, 1e15, 1e16, 123456789012, 0x7fffffffffffffff, 0xffffffffffffffff, 0x1p-2, 1e-7)
show(9223372036854775807, 9223372036854775808, -9223372036854775808, 0x10p2, .5e1, 3e0, 0xA, 1E2, 0x.8)
math.randomseed(42); local x, y = math.random(10), math.random(); show(x >= 1 and x <= 10, y >= 0 and y < 1, math.type(math.random(0)))

-- Sums, overflow loops, integer division invariants.
local bad = 0
for a = -20, 20 do for b = -20, 20 do
  if b ~= 0 then
    if a // b * b + a % b ~= a or (a // b) ~= math.floor(a / b) then bad = bad + 1 end
    if a % b ~= (a + 0.0) % b then bad = bad + 1 end
  end
end end
show(bad)
local h = 0
for i = 1, 1000 do h = (h * 31 + i) ~ (h >> 7) end
show(h)
local f, g = 0.0, 1
for i = 1, 60 do f = f + 1 / i; g = g * i end
show(f, g)
