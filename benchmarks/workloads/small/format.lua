-- n lines made by string.format, joined to a text.
--
-- Idea: a page that a server renders for each request.
--
-- n: lines; second argument: rounds; result: length of the text.

local harness = dofile((arg[0]:match("^.*/") or "") .. "../harness.lua")
local n = tonumber(arg[1]) or 100
local rounds = tonumber(arg[2]) or 15000
local expected = {
  [10] = "219",
  [100] = "2220",
  [1000] = "23121",
}

local format, concat = string.format, table.concat

local function run()
  local lines = {}
  for i = 1, n do
    lines[i] = format("%4d: %s costs %.2f", i, "item", i / 8)
  end
  return #concat(lines, "\n")
end

local first = harness.repeated("format", rounds, run)

harness.finish("format", n, expected, string.format("%d", first))
