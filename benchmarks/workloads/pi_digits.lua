-- Arithmetic on big integers in base ten million: arrays of numbers divided,
-- multiplied, added and subtracted limb by limb.
--
-- Idea: John Machin's formula of 1706, pi = 16 arctan(1/5) - 4 arctan(1/239),
-- in fixed-point arithmetic with numbers of our own.
--
-- n: digits after the point; result: the last ten of them, and the sum of all.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 9500
local expected = {
  [50] = "6939937510 244",
  [1000] = "2164201989 4476",
  [9500] = "2147805734 42740",
}

local floor = math.floor

local BASE, BASE_DIGITS = 10000000, 7
-- Limb 1 is before the point.  Two limbs more than asked for take the errors.
local LIMBS = 1 + math.ceil(n / BASE_DIGITS) + 2

local function big(value)
  local a = { value }
  for i = 2, LIMBS do
    a[i] = 0
  end
  return a
end

-- a / divisor into `out`, from limb `first` on (those before are zero).
-- Returns the first limb of the result that may not be zero.
local function divide(a, divisor, out, first)
  local remainder = 0
  for i = first, LIMBS do
    local value = remainder * BASE + a[i]
    local quotient = floor(value / divisor)
    out[i] = quotient
    remainder = value - quotient * divisor
  end
  while first <= LIMBS and out[first] == 0 do
    first = first + 1
  end
  return first
end

local function add(a, b, first)
  local carry = 0
  for i = LIMBS, 1, -1 do
    if i < first and carry == 0 then
      break
    end
    local value = a[i] + carry + (i >= first and b[i] or 0)
    if value >= BASE then
      a[i], carry = value - BASE, 1
    else
      a[i], carry = value, 0
    end
  end
end

local function subtract(a, b, first)
  local borrow = 0
  for i = LIMBS, 1, -1 do
    if i < first and borrow == 0 then
      break
    end
    local value = a[i] - borrow - (i >= first and b[i] or 0)
    if value < 0 then
      a[i], borrow = value + BASE, 1
    else
      a[i], borrow = value, 0
    end
  end
end

-- sum + factor * arctan(1 / x), or minus.
local function accumulate(sum, factor, x, sign)
  local power, term = big(factor), big(0)
  local first = divide(power, x, power, 1)
  local k = 1
  while first <= LIMBS do
    local from = divide(power, k, term, first)
    if sign > 0 then
      add(sum, term, from)
    else
      subtract(sum, term, from)
    end
    sign = -sign
    first = divide(power, x * x, power, first)
    k = k + 2
  end
end

local pi = big(0)
accumulate(pi, 16, 5, 1)
accumulate(pi, 4, 239, -1)

local pieces = {}
for i = 2, LIMBS do
  pieces[#pieces + 1] = string.format("%07d", pi[i])
end
local digits = table.concat(pieces):sub(1, n)
local sum = 0
for i = 1, n do
  sum = sum + digits:byte(i) - 48
end

local result = string.format("%s %d", digits:sub(-10), sum)

harness.finish("pi_digits", n, expected, result)
