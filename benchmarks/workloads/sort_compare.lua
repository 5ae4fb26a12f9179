-- table.sort with a comparison function: a call from the library into Lua for
-- each comparison.
--
-- Idea: records sorted by one field, then by another where the first is equal.
--
-- n: records; result: weighted sums over the sorted fields.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 270000
local expected = {
  [200] = "580166 38409",
  [7000] = "866474 863513",
  [270000] = "689683 200335",
}

local seed = 54321
local function random(below)
  seed = seed * 16807 % 2147483647
  return seed % below
end

local records = {}
for i = 1, n do
  records[i] = { group = random(500), rank = random(100000) }
end
table.sort(records, function(a, b)
  if a.group ~= b.group then
    return a.group < b.group
  end
  return a.rank > b.rank
end)

local groups, ranks = 0, 0
for i = 1, n do
  groups = (groups + records[i].group * i) % 1000003
  ranks = (ranks + records[i].rank * i) % 1000003
end
local result = string.format("%d %d", groups, ranks)

harness.finish("sort_compare", n, expected, result)
