-- Long strings taken apart and put together: string.reverse, gsub with a table,
-- string.sub in lines of 60, table.concat, string.byte.
--
-- Idea: the other strand of DNA: read backwards, each letter replaced by its
-- partner, printed in the lines of a FASTA file.
--
-- n: letters; second argument: rounds, each there and back; result: length and
-- checksum of the lines of the other strand.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 200000
local rounds = tonumber(arg[2]) or 25
local expected = {
  [500] = "508 172039",
  [20000] = "20333 57613",
  [200000] = "203333 133582",
}

local partner = {
  A = "T", C = "G", G = "C", T = "A", M = "K", K = "M", R = "Y", Y = "R",
  W = "W", S = "S", V = "B", B = "V", H = "D", D = "H", N = "N",
}

local seed = 17
local letters = "ACGTMKRYWSVBHDN"
local pieces = {}
for i = 1, n do
  seed = seed * 16807 % 2147483647
  local k = seed % 15 + 1
  pieces[i] = letters:sub(k, k)
end
local strand = table.concat(pieces)

local function in_lines(text)
  local lines = {}
  for from = 1, #text, 60 do
    lines[#lines + 1] = text:sub(from, from + 59)
  end
  return table.concat(lines, "\n")
end

local function other_strand(of)
  return (of:reverse():gsub("%a", partner))
end

local text
for round = 1, rounds do
  text = in_lines(other_strand(strand))
  if other_strand((text:gsub("\n", ""))) ~= strand then
    error("reverse_complement: the way back leads elsewhere in round " .. round)
  end
end

local sum = 0
for i = 1, #text do
  sum = (sum * 31 + text:byte(i)) % 1000003
end
local result = string.format("%d %d", #text, sum)

harness.finish("reverse_complement", n, expected, result)
