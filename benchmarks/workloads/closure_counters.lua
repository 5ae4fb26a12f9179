-- Closures: made in loops, sharing variables with each other and with the
-- function around them, called through tables and through each other.
--
-- Idea: counters, composed functions and folds, the exercises of every text
-- on functional programming.
--
-- n: rounds; result: sums over counters, compositions and folds.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 700000
local expected = {
  [100] = "750 600 44884",
  [14000] = "105000 84001 193982",
  [700000] = "5250000 4200000 699073",
}

-- Two functions over one variable.
local function counter(start)
  local value = start
  return function(by)
    value = value + by
    return value
  end, function()
    return value
  end
end

local function compose(f, g)
  return function(x)
    return f(g(x))
  end
end

local function adder(k)
  return function(x)
    return x + k
  end
end

local function fold(list, start, f)
  local value = start
  for i = 1, #list do
    value = f(value, list[i])
  end
  return value
end

local counted, composed, folded = 0, 0, 0
local list = { 3, 1, 4, 1, 5, 9, 2, 6 }
for i = 1, n do
  local add, get = counter(i % 10)
  add(1)
  add(2)
  counted = counted + get()

  local f = compose(adder(i % 3), compose(adder(1), adder(2)))
  composed = composed + f(i % 5)

  local seen = 0
  folded = (folded + fold(list, i % 7, function(a, b)
    seen = seen + 1
    return (a * 3 + b) % 1009
  end) + seen) % 1000003
end

local result = string.format("%d %d %d", counted, composed, folded)

harness.finish("closure_counters", n, expected, result)
