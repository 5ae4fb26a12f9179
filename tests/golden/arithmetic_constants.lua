-- A number on the right is an operand; on the left it takes a register, since
-- metamethods see the order.
local a = ...
a = a + 1
a = a - 1
a = a * 2.5
a = a / 2
a = a % 2
a = a ^ 2
a = a // 2
a = a & 0xFF
a = a | 1
a = a ~ 1
a = a << 1
a = a >> 1
a = 1 + a
a = 10 - a
a = a + "1"
