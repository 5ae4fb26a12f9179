-- table.sort as it is: numbers and strings, compared by the library itself.
--
-- Idea: what programs sort most often.
--
-- n: elements of each array; result: weighted sums over the sorted arrays.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 350000
local expected = {
  [200] = "311514 325522",
  [9000] = "108515 432804",
  [350000] = "175824 820092",
}

local seed = 12345
local function random(below)
  seed = seed * 16807 % 2147483647
  return seed % below
end

local numbers, words = {}, {}
for i = 1, n do
  numbers[i] = random(1000000)
  words[i] = string.format("%06d", random(1000000))
end
table.sort(numbers)
table.sort(words)

local number_sum, word_sum = 0, 0
for i = 1, n do
  if i > 1 and (numbers[i - 1] > numbers[i] or words[i - 1] > words[i]) then
    error("sort_plain: not sorted at " .. i)
  end
  number_sum = (number_sum + numbers[i] * i) % 1000003
  word_sum = (word_sum + tonumber(words[i]) * i) % 1000003
end
local result = string.format("%d %d", number_sum, word_sum)

harness.finish("sort_plain", n, expected, result)
