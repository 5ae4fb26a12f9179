-- A function applied to each of n elements, results put into a new array, and
-- that array filtered by another function.
--
-- Idea: map and filter of any functional library.
--
-- n: elements; second argument: rounds; result: the sum of what is left.

local harness = dofile((arg[0]:match("^.*/") or "") .. "../harness.lua")
local n = tonumber(arg[1]) or 100
local rounds = tonumber(arg[2]) or 80000
local expected = {
  [10] = "259",
  [100] = "225589",
  [1000] = "222555889",
}

local list = {}
for i = 1, n do
  list[i] = i
end

local function map(elements, f)
  local out = {}
  for i = 1, #elements do
    out[i] = f(elements[i])
  end
  return out
end

local function filter(elements, wanted)
  local out = {}
  for i = 1, #elements do
    if wanted(elements[i]) then
      out[#out + 1] = elements[i]
    end
  end
  return out
end

local function run()
  local squares = map(list, function(x) return x * x end)
  local left = filter(squares, function(x) return x % 3 == 1 end)
  local total = 0
  for i = 1, #left do
    total = total + left[i]
  end
  return total
end

local first = harness.repeated("map", rounds, run)

harness.finish("map", n, expected, string.format("%d", first))
