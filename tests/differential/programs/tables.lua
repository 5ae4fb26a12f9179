-- table library: sort, insert, remove, concat, move, unpack; borders; next.

local function line(t) return table.concat(t, " ") end
local function try(f, ...) print(pcall(f, ...)) end

-- A small generator, so that both engines see the same "random" numbers.
local seed = 12345
local function rnd(n) seed = (seed * 1103515245 + 12345) % 2147483648; return seed // 65536 % n + 1 end

-- sort: sizes, orders, duplicates, strings, records.
for _, n in ipairs {0, 1, 2, 3, 5, 10, 50, 500, 3000} do
  local a, b, c = {}, {}, {}
  for i = 1, n do a[i] = rnd(n * 2); b[i] = i; c[i] = n - i end
  for _, t in ipairs {a, b, c} do
    table.sort(t)
    for i = 2, n do assert(t[i - 1] <= t[i]) end
    table.sort(t, function(x, y) return x > y end)
    for i = 2, n do assert(t[i - 1] >= t[i]) end
  end
  if n <= 50 then print(n, line(a)) end
  local same = {}; for i = 1, n do same[i] = 7 end; table.sort(same)
end
local words = {}
for w in ("the quick brown fox jumps over the lazy dog and Then the END of 10 9 tales"):gmatch("%w+") do words[#words + 1] = w end
table.sort(words); print(line(words))
table.sort(words, function(a, b) if #a ~= #b then return #a < #b end return a < b end); print(line(words))
local mixed = {3, 1.5, -2, 2^53, -0.0, 10, 1e3, math.mininteger, math.huge, -math.huge}
table.sort(mixed); print(line(mixed))
local records = {}
for i = 1, 200 do records[i] = {key = rnd(20), id = i} end
table.sort(records, function(a, b) if a.key ~= b.key then return a.key < b.key end return a.id < b.id end)
local sum = 0; for i, r in ipairs(records) do sum = sum + i * r.id end; print(sum, records[1].key, records[200].key)
local objects, mt = {}, {__lt = function(a, b) return a.v < b.v end}
for i = 1, 20 do objects[i] = setmetatable({v = rnd(100)}, mt) end
table.sort(objects); for i = 2, 20 do assert(not (objects[i] < objects[i - 1])) end
try(table.sort, {1, {}, 3}); try(table.sort, {1, "a"}); try(table.sort, 1); try(table.sort, {}, 1)
print((pcall(table.sort, {3, 1, 2, 5, 4, 9, 8, 7, 6, 10}, function() return true end)))

-- insert and remove.
local t = {}
for i = 1, 5 do table.insert(t, i) end; table.insert(t, 1, 0); table.insert(t, 4, "mid"); table.insert(t, #t + 1, "end")
print(line(t), #t)
print(table.remove(t), table.remove(t, 1), table.remove(t, 3), line(t), #t)
print(table.remove({}), table.remove({}, 0), #t, table.remove(t, #t + 1), table.remove({n = 1}, 0))
while #t > 0 do io.write(tostring(table.remove(t, (#t + 1) // 2)), " ") end print(#t)
try(table.insert, {1, 2}, 0, 1); try(table.insert, {1, 2}, 4, 1); try(table.insert, {1, 2}, "x", 1)
try(table.insert, nil, 1); try(table.remove, {1, 2}, 5); try(table.remove, {1}, "x"); try(table.insert, {}, 1.5, 2)

-- concat, unpack, pack, move.
print(table.concat({}), table.concat({1}), table.concat({1, 2.5, "x"}, ", "), table.concat({1, 2, 3}, "-", 2), table.concat({1, 2, 3}, "-", 2, 2))
print(table.concat({1, 2, 3}, "-", 3, 2), table.concat({[5] = "five"}, "", 5, 5), #table.concat({("x"):rep(100)}, ""))
try(table.concat, {1, nil, 3}, "", 1, 3); try(table.concat, {{}}); try(table.concat, {true}); try(table.concat, {1}, {})
print(table.unpack({1, 2, 3})); print(table.unpack({1, 2, 3}, 2)); print(table.unpack({1, 2, 3}, -1, 1)); print(table.unpack({}, 1, 3))
print(select("#", table.unpack({}, 1, 200)), (table.unpack({9, 8}))); try(table.unpack, {}, 1, 1e7); print(table.unpack({1, 2}, 3))
try(table.unpack, {}, math.mininteger, math.maxinteger); print(table.unpack("abc", 1, 0)); print(pcall(table.unpack, 1, 1, 1))
local p = table.pack(nil, 2, nil); print(p.n, p[1], p[2], p[3], #table.pack() == 0, table.pack().n)
print(line(table.move({1, 2, 3, 4, 5}, 2, 4, 1)), line(table.move({1, 2, 3, 4, 5}, 1, 4, 2)), line(table.move({1, 2, 3}, 1, 3, 3)))
print(line(table.move({1, 2, 3}, 1, 3, 2, {9})), line(table.move({1, 2, 3}, 3, 1, 5)), line(table.move({}, 1, 0, 1)))
try(table.move, {}, 1, math.maxinteger, 2); try(table.move, {}, -1, math.maxinteger, 2); try(table.move, 1, 1, 1, 1); try(table.move, {}, 1)

-- Metamethods are honoured by the library.
local seen = {}
local proxy = setmetatable({}, {__len = function() return 3 end, __index = function(_, i) seen[#seen + 1] = "r" .. i; return i * 10 end,
  __newindex = function(_, i, v) seen[#seen + 1] = "w" .. i .. "=" .. tostring(v) end})
print(table.concat(proxy, ","), table.unpack(proxy)); table.insert(proxy, "new"); print(table.remove(proxy)); table.insert(proxy, 2, "two")
table.move(proxy, 1, 2, 5); print(line(seen))

-- Length and holes where the border is certain; growth, shrinking, re-use.
local a = {}
for i = 1, 1000 do a[i] = i end; print(#a); for i = 1000, 501, -1 do a[i] = nil end; print(#a)
for i = 1, 500 do a[i] = nil end; print(#a, next(a)); a[1] = 1; print(#a)
local r = {}; for i = 100, 1, -1 do r[i] = i end; print(#r)
local h = {}; for i = 1, 100 do h[i * 2] = i end; local n = 0; for _ in pairs(h) do n = n + 1 end; print(n, h[200], h[199])
local d = {10, 20, 30, nil}; print(#d); d = {n = 1, [1] = "a", [2] = "b", "first"}; print(d[1], d[2], #d)
local keys = {[1] = "i", [1.0] = "f", ["1"] = "s", [true] = "b", [-1] = "neg", [2^60] = "big"}; n = 0
for _ in pairs(keys) do n = n + 1 end; print(n, keys[1], keys["1"], keys[true], keys[-1], keys[1 << 60])
local f = function() end; keys[f] = 1; keys[keys] = 2; keys[print] = 3; print(keys[f], keys[keys], keys[print])
-- Removing while iterating visits the rest exactly once.
local big, visited = {}, 0
for i = 1, 200 do big["k" .. i] = i; big[i] = i end
for k, v in pairs(big) do visited = visited + v; big[k] = nil end; print(visited, next(big))
local total = 0; for k, v in next, {a = 1, b = 2, 3, 4} do total = total + v end; print(total)
-- Many fields, deleted and set again; nested constructors.
local obj = {}
for round = 1, 3 do for i = 1, 60 do obj["f" .. i] = i * round end; for i = 1, 60, 3 do obj["f" .. i] = nil end end
n = 0; for _, v in pairs(obj) do n = n + v end; print(n, obj.f1, obj.f2)
local nested = {{1, {2, {3}}}, x = {y = {z = {}}}, [10] = {[20] = 30}}; print(nested[1][2][2][1], next(nested.x.y.z), nested[10][20], #nested == 1)
