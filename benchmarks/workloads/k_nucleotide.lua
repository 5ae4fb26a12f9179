-- Strings as keys of tables: short pieces are cut out of a long string,
-- interned and counted.
--
-- Idea: the frequency of words of one, two ... letters in a strand of DNA, as
-- biologists count them.
--
-- n: letters in the strand; result: the most frequent words of one to six
-- letters with their numbers, and how many different ones of twelve there are.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 450000
local expected = {
  [300] = "a=110 aa=40 aat=15 aatt=7 aatta=3 aattaa=2 289",
  [9000] = "a=2744 at=833 aat=270 aaat=86 aaaat=29 aatttt=13 8987",
  [450000] = "a=139116 aa=42946 aaa=13200 aaaa=4096 aaaaa=1264 aaatat=409 439932",
}

local sub = string.sub

local seed = 2024
local letters = { "a", "c", "g", "t" }
-- Unequal shares, so that there is a most frequent word.
local limits = { 0.31, 0.5, 0.7, 1 }
local pieces = {}
for i = 1, n do
  seed = seed * 16807 % 2147483647
  local r, k = seed / 2147483647, 1
  while r > limits[k] do
    k = k + 1
  end
  pieces[i] = letters[k]
end
local strand = table.concat(pieces)

local function count(length)
  local counts = {}
  for i = 1, n - length + 1 do
    local word = sub(strand, i, i + length - 1)
    counts[word] = (counts[word] or 0) + 1
  end
  return counts
end

local parts = {}
for length = 1, 6 do
  local counts = count(length)
  local words = {}
  for word in pairs(counts) do
    words[#words + 1] = word
  end
  table.sort(words, function(a, b)
    if counts[a] ~= counts[b] then
      return counts[a] > counts[b]
    end
    return a < b
  end)
  parts[length] = string.format("%s=%d", words[1], counts[words[1]])
end
local different = 0
for _ in pairs(count(12)) do
  different = different + 1
end

local result = table.concat(parts, " ") .. string.format(" %d", different)

harness.finish("k_nucleotide", n, expected, result)
