-- Recursion with backtracking over boolean arrays: reads, writes and branches.
--
-- Idea: Max Bezzel's problem of 1848: in how many ways can n queens stand on a
-- board of n by n so that none attacks another?
--
-- n: queens; result: the number of ways.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 12
local expected = {
  [5] = "10",
  [9] = "352",
  [12] = "14200",
}

local column_free, up_free, down_free = {}, {}, {}
for i = 1, 2 * n do
  column_free[i], up_free[i], down_free[i] = true, true, true
end

local function place(row)
  if row > n then
    return 1
  end
  local ways = 0
  for column = 1, n do
    local up, down = row + column - 1, row - column + n
    if column_free[column] and up_free[up] and down_free[down] then
      column_free[column], up_free[up], down_free[down] = false, false, false
      ways = ways + place(row + 1)
      column_free[column], up_free[up], down_free[down] = true, true, true
    end
  end
  return ways
end

harness.finish("queens", n, expected, string.format("%d", place(1)))
