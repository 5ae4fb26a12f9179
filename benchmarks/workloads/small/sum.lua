-- The sum over an array of n numbers, again and again.
--
-- Idea: the smallest script that a host calls often; at n = 10 the call counts,
-- at n = 1000 the loop.
--
-- n: numbers; second argument: rounds; result: their sum.

local harness = dofile((arg[0]:match("^.*/") or "") .. "../harness.lua")
local n = tonumber(arg[1]) or 100
local rounds = tonumber(arg[2]) or 640000
local expected = {
  [10] = "55",
  [100] = "5050",
  [1000] = "500500",
}

local list = {}
for i = 1, n do
  list[i] = i
end

local function sum(numbers)
  local total = 0
  for i = 1, #numbers do
    total = total + numbers[i]
  end
  return total
end

local first = sum(list)
for round = 2, rounds do
  if sum(list) ~= first then
    error("sum: round " .. round .. " has another result")
  end
end

harness.finish("sum", n, expected, string.format("%d", first))
