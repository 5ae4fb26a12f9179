-- Metamethods: __add, __sub, __mul, __unm, __eq, __lt, __le, __index,
-- __newindex, __call and __concat on complex numbers, vectors and a guarded
-- table.
--
-- Idea: number-like types, as libraries for mathematics and games define them.
--
-- n: rounds; result: a Julia set counted with complex numbers, a walk of
-- vectors, comparisons that were true, and accesses that the guard has seen.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 190000
local expected = {
  [50] = "0 75.0 1.5 100 188.5 100",
  [3800] = "1398 5700.0 1.5 7600 14250.0 7600",
  [190000] = "68941 285000.0 0.0 380000 712500.0 380000",
}

---- complex numbers

local Complex = {}
Complex.__index = Complex

local function complex(re, im)
  return setmetatable({ re = re, im = im }, Complex)
end

function Complex.__add(a, b) return complex(a.re + b.re, a.im + b.im) end
function Complex.__mul(a, b)
  return complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
end
function Complex.__unm(a) return complex(-a.re, -a.im) end
function Complex.__eq(a, b) return a.re == b.re and a.im == b.im end
function Complex:norm() return self.re * self.re + self.im * self.im end

---- vectors, ordered by their length

local Vector = {}
Vector.__index = Vector

local function vector(x, y)
  return setmetatable({ x, y }, Vector)
end

function Vector.__add(a, b) return vector(a[1] + b[1], a[2] + b[2]) end
function Vector.__sub(a, b) return vector(a[1] - b[1], a[2] - b[2]) end
function Vector.__mul(a, k)
  if type(a) == "number" then
    a, k = k, a
  end
  return vector(a[1] * k, a[2] * k)
end
function Vector.__lt(a, b)
  return a[1] * a[1] + a[2] * a[2] < b[1] * b[1] + b[2] * b[2]
end
function Vector.__le(a, b)
  return a[1] * a[1] + a[2] * a[2] <= b[1] * b[1] + b[2] * b[2]
end
function Vector.__concat(a, b)
  return (type(a) == "table" and "v" or a) .. (type(b) == "table" and "v" or b)
end
-- A vector called with a position is its component there.
function Vector.__call(self, position) return self[position] end

---- a table behind a guard that counts

local accesses = 0
local store = {}
local guarded = setmetatable({}, {
  __index = function(_, key)
    accesses = accesses + 1
    return store[key]
  end,
  __newindex = function(_, key, value)
    accesses = accesses + 1
    store[key] = value
  end,
})

local inside, trues, letters = 0, 0, 0
local c = complex(-0.4, 0.6)
local position = vector(0, 0)
for i = 1, n do
  local z = complex(i % 301 / 100 - 1.5, i % 211 / 100 - 1)
  for _ = 1, 6 do
    z = z * z + c
    if z:norm() > 4 then
      break
    end
  end
  if z:norm() <= 4 then
    inside = inside + 1
  end
  if -(-z) == z then
    trues = trues + 1
  end

  local step = vector(i % 5 - 1, i % 3 - 1)
  position = position + 2 * step - step * 0.5
  if step < position then
    trues = trues + 1
  end
  if position <= step then
    trues = trues + 1
  end
  letters = letters + #(step .. ":" .. position) + position(1) % 2

  guarded.count = (guarded.count or 0) + 1
end

local result = string.format("%d %.1f %.1f %d %.1f %d", inside, position[1],
  position[2], trues, letters, accesses)

harness.finish("metatable_arithmetic", n, expected, result)
