local a, b <const>, n = {}, 7, 0
for i = 10, 1, -3 do for j = 1.0, 2, 0.25 do n = n + i // j % 3 end end
while true do n = n + 1 if n > 20 then break elseif n == 15 then goto next end a[#a + 1] = n ::next:: end
repeat local done = n < 0 n = n - 7 until done
local function va(...) local x, y = ... return select("#", ...), y, ... end
print(va(), (va(1, 2)), table.unpack({1, 2, nil, 4}, 1, 4))
print(a[1] and not a[2] or n ~= b, 1 < 2 == true, "a" .. 1 .. 2.0, 7 // 0.0, -7 % 3, 2 ^ 0.5, 1 << 63 >> 63, ~5 & 3 | 8 ~ 1)
