-- Reads and writes of floats at computed indices of one large array, and
-- comparisons with unpredictable outcome.
--
-- Idea: J. W. J. Williams' heap sort of 1964.
--
-- n: elements; result: a weighted sum of the sorted elements.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 650000
local expected = {
  [200] = "589277.687500",
  [16000] = "525900.687500",
  [650000] = "321213.875000",
}

local function sift(a, root, last)
  local value = a[root]
  while true do
    local child = 2 * root
    if child > last then
      break
    end
    if child < last and a[child] < a[child + 1] then
      child = child + 1
    end
    if value >= a[child] then
      break
    end
    a[root] = a[child]
    root = child
  end
  a[root] = value
end

local function heap_sort(a, count)
  for root = math.floor(count / 2), 1, -1 do
    sift(a, root, count)
  end
  for last = count, 2, -1 do
    a[1], a[last] = a[last], a[1]
    sift(a, 1, last - 1)
  end
end

local a = {}
local seed = 7
for i = 1, n do
  seed = seed * 16807 % 2147483647
  a[i] = seed / 64
end
heap_sort(a, n)

local sum = 0
for i = 1, n do
  if i > 1 and a[i - 1] > a[i] then
    error("heap_sort: not sorted at " .. i)
  end
  sum = (sum + a[i] * (i % 100)) % 1000003
end

harness.finish("heap_sort", n, expected, string.format("%.6f", sum))
