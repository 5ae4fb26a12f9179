-- A five-point stencil over an array of arrays of floats, in place.
--
-- Idea: successive over-relaxation (Young and Frankel, 1950) of a square plate
-- whose upper edge is hot.
--
-- n: points along an edge, and sweeps over them; result: the temperature in the
-- middle and the sum of all.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 280
local expected = {
  [10] = "25.927554177 2486.984494",
  [50] = "1.711027279 34315.838154",
  [280] = "0.000000756 475244.070935",
}

local grid = {}
for i = 1, n do
  local row = {}
  for j = 1, n do
    row[j] = i == 1 and 100 or 0
  end
  grid[i] = row
end

local omega = 1.25
local quarter, rest = omega / 4, 1 - omega
for _ = 1, n do
  for i = 2, n - 1 do
    local above, row, below = grid[i - 1], grid[i], grid[i + 1]
    for j = 2, n - 1 do
      row[j] = quarter * (above[j] + below[j] + row[j - 1] + row[j + 1])
        + rest * row[j]
    end
  end
end

local sum = 0
for i = 1, n do
  for j = 1, n do
    sum = sum + grid[i][j]
  end
end
local middle = math.floor(n / 2)
local result = string.format("%.9f %.6f", grid[middle][middle], sum)

harness.finish("sor", n, expected, result)
