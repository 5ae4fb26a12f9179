-- Strings collected in an array and joined by table.concat, with and without a
-- separator; then cut into pieces again.
--
-- Idea: the way to build large texts that every Lua tutorial recommends.
--
-- n: pieces of each text; second argument: texts; result: length and checksum
-- of one text.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 20000
local texts = tonumber(arg[2]) or 300
local expected = {
  [100] = "790 530167",
  [1000] = "7918 118813",
  [20000] = "158398 333011",
}

local concat, sub, byte = table.concat, string.sub, string.byte

local words = {}
for i = 1, 100 do
  words[i] = "word" .. i
end

local first, length
for round = 1, texts do
  local pieces = {}
  for i = 1, n do
    pieces[#pieces + 1] = words[i * 37 % 100 + 1]
  end
  local joined = concat(pieces, ", ")
  local tight = concat(pieces)
  length = #joined
  local sum = 0
  if #tight + 2 * (n - 1) ~= length then
    error("string_concat: lengths differ in round " .. round)
  end
  for from = 1, length - 8, 16 do
    sum = (sum * 3 + byte(sub(joined, from, from + 7), 5)) % 1000003
  end
  first = first or sum
  if sum ~= first then
    error("string_concat: round " .. round .. " has another result")
  end
end

local result = string.format("%d %d", length, first)

harness.finish("string_concat", n, expected, result)
