-- Integer reads and writes in short arrays: permutations are made, copied and
-- reversed piece by piece.
--
-- Idea: "Performing Lisp analysis of the FANNKUCH benchmark" by Anderson and
-- Rettig, 1994: take the first element k, reverse the first k elements, until
-- a 1 is in front; which permutation needs most reversals?
--
-- n: elements; second argument: rounds; result: the sum of reversals with
-- alternating signs, in the order of generation, and the largest number.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 9
local rounds = tonumber(arg[2]) or 4
local expected = {
  [5] = "11 7",
  [7] = "228 16",
  [9] = "8629 30",
}

local function reversals(permutation, scratch)
  for i = 1, n do
    scratch[i] = permutation[i]
  end
  local count = 0
  local head = scratch[1]
  while head ~= 1 do
    local low, high = 1, head
    while low < high do
      scratch[low], scratch[high] = scratch[high], scratch[low]
      low = low + 1
      high = high - 1
    end
    count = count + 1
    head = scratch[1]
  end
  return count
end

-- The next permutation: turn the first two elements; after two turns the first
-- three; after three of those the first four ...  `turns[k]` counts the turns
-- of the first k.  Returns false after the last.
local function advance(permutation, turns)
  for k = 2, n do
    local first = permutation[1]
    for i = 1, k - 1 do
      permutation[i] = permutation[i + 1]
    end
    permutation[k] = first
    turns[k] = turns[k] + 1
    if turns[k] < k then
      return true
    end
    turns[k] = 0
  end
  return false
end

local function search()
  local permutation, turns, scratch = {}, {}, {}
  for i = 1, n do
    permutation[i], turns[i] = i, 0
  end
  local sum, most, sign = 0, 0, 1
  repeat
    local count = reversals(permutation, scratch)
    sum = sum + sign * count
    sign = -sign
    if count > most then
      most = count
    end
  until not advance(permutation, turns)
  return string.format("%d %d", sum, most)
end

local result = harness.repeated("fannkuch", rounds, search)

harness.finish("fannkuch", n, expected, result)
