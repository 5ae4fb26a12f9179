local a = 1 + 2 * 3
local b = 2 ^ 10 / 4
local c = -5 // 2
local d = ~0 >> 60 | 1.0
local e = not nil
local f = -(-3)
-- Not folded: they fail, or give a zero or NaN.
local g = 1 // 0
local h = 0.0 * 1
local i = 1.5 | 1
local j = "1" + 1
local k = 0 / 0
