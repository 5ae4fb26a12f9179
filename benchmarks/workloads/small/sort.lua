-- An array of n numbers in disorder, copied and sorted by table.sort.
--
-- Idea: short lists are sorted far more often than long ones.
--
-- n: numbers; second argument: rounds; result: a weighted sum of the sorted.

local harness = dofile((arg[0]:match("^.*/") or "") .. "../harness.lua")
local n = tonumber(arg[1]) or 100
local rounds = tonumber(arg[2]) or 50000
local expected = {
  [10] = "375800",
  [100] = "33585221",
  [1000] = "3387258055",
}

local sort = table.sort

local list, seed = {}, 5
for i = 1, n do
  seed = seed * 16807 % 2147483647
  list[i] = seed % 10000
end

local function sorted(numbers)
  local copy = {}
  for i = 1, #numbers do
    copy[i] = numbers[i]
  end
  sort(copy)
  return copy
end

local first = sorted(list)
local middle = math.floor((n + 1) / 2)
for round = 2, rounds do
  local copy = sorted(list)
  if copy[1] ~= first[1] or copy[middle] ~= first[middle] then
    error("sort: round " .. round .. " has another result")
  end
end

local weighted = 0
for i = 1, n do
  weighted = weighted + first[i] * i
end

harness.finish("sort", n, expected, string.format("%d", weighted))
