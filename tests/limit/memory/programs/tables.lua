-- Tables that grow in every way.
local array, hash, mixed, sparse = {}, {}, {}, {}
for i = 1, 200 do
  array[i] = i
  hash["key" .. i] = i
  mixed[i] = i
  mixed[-i] = "negative"
  mixed["k" .. i] = {i}
  sparse[i * i] = i
  sparse[i + 0.5] = -i
end
assert(#array == 200 and hash.key200 == 200 and mixed.k7[1] == 7 and sparse[10000] == 100)
for i = 200, 1, -1 do
  array[i] = nil
  hash["key" .. i] = nil
end
assert(next(array) == nil and next(hash) == nil)
local list = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
  21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
  41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61}
local function values(n) if n == 0 then return end return n, values(n - 1) end
local from_call = {0, values(100)}
assert(#from_call == 101 and #list == 61)
local with_fields = {a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, [1] = 7, [2] = 8, values(5)}
assert(with_fields[1] == 5)
local keys = {}
for i = 1, 20 do keys[{}] = i keys[function() end] = i keys[i % 2 == 0] = i end
local n = 0
for _ in pairs(keys) do n = n + 1 end
assert(n == 42 or n == 23 or n > 20)
