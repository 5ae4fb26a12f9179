-- A table with n string keys iterated by pairs, and an array of as many
-- elements by ipairs.
--
-- Idea: settings, headers, inventories: tables that are read as a whole.
--
-- n: keys; second argument: rounds; result: the sum of both.

local harness = dofile((arg[0]:match("^.*/") or "") .. "../harness.lua")
local n = tonumber(arg[1]) or 100
local rounds = tonumber(arg[2]) or 140000
local expected = {
  [10] = "110",
  [100] = "10100",
  [1000] = "1001000",
}

local settings, list = {}, {}
for i = 1, n do
  settings["name" .. i] = i
  list[i] = 2 * i
end

local function run()
  local total = 0
  for _, value in pairs(settings) do
    total = total + value
  end
  for i, value in ipairs(list) do
    total = total + value - i
  end
  return total
end

local first = harness.repeated("pairs", rounds, run)

harness.finish("pairs", n, expected, string.format("%d", first))
