local t = table.pack(5, 3, 9, 1, nil, 4)
table.sort(t, function(a, b) return (a or 0) > (b or 0) end)
table.insert(t, 1, "x") table.insert(t, 7) table.remove(t, 1) table.remove(t)
table.move(t, 1, 5, 3) table.move(t, 2, 4, 1, {}) print(#t, table.concat({1, 2.5, "x"}, ", ", 1, 3))
for i = 1, 40 do t[i * 7 % 41] = i t["k" .. i % 9] = i end
for k in pairs(t) do t[k] = nil end
local p = setmetatable({}, {__index = function(_, k) return k end, __len = function() return 5 end, __newindex = function() end})
print(table.unpack(p)) table.insert(p, 1) table.concat(p) table.sort(p) print(next({}), rawlen(p), rawequal(p, p))
