local t = {}
for i = 1, 100 do table.insert(t, 1, "item" .. i) end
for i = 1, 50 do assert(table.remove(t, 1)) assert(table.remove(t)) end
assert(#t == 0 and table.remove(t) == nil)
for i = 1, 60 do t[i] = tostring((i * 37) % 61) end
table.sort(t)
table.sort(t, function(a, b) return a .. "x" > b .. "x" end)
assert(t[1] >= t[2])
fails("invalid order function", table.sort, {3, 1, 2, 5, 4, 9, 8, 7, 6, 3, 2, 1}, function() return true end)
fails("attempt to compare", table.sort, {1, "x", {}})
assert(#table.concat(t, ", ") > 100)
assert(table.concat({1, 2.5, "x"}, "-", 1, 3) == "1-2.5-x")
fails("invalid value", table.concat, {1, {}, 3})
local packed = table.pack(table.unpack(t))
assert(packed.n == 60)
assert(#table.move(t, 1, 60, 30, {}) >= 0)
table.move(t, 1, 60, 5)
local proxy = setmetatable({}, {
  __len = function() return 20 end,
  __index = function(_, k) return "v" .. k end,
  __newindex = function(p, k, v) rawset(p, k, tostring(v)) end,
})
table.insert(proxy, "new")
assert(table.remove(proxy) == "v20")
assert(#table.concat(proxy, ",", 1, 20) > 20)
table.sort(proxy, function(a, b) return #a < #b end)
table.unpack(proxy, 1, 20)
