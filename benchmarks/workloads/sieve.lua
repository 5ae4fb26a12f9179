-- Writes of booleans into a large array with growing strides.
--
-- Idea: the sieve of Eratosthenes.
--
-- n: primes up to here; result: how many there are, and the largest.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 8000000
local expected = {
  [1000] = "168 997",
  [160000] = "14683 159979",
  [8000000] = "539777 7999993",
}

local composite = {}
for i = 1, n do
  composite[i] = false
end
local i = 2
while i * i <= n do
  if not composite[i] then
    for multiple = i * i, n, i do
      composite[multiple] = true
    end
  end
  i = i + 1
end

local primes, largest = 0, 0
for k = 2, n do
  if not composite[k] then
    primes, largest = primes + 1, k
  end
end

harness.finish("sieve", n, expected, string.format("%d %d", primes, largest))
