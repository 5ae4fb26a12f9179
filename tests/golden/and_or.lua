local a, b, c = ...
local d = a and b
local e = a or b
local f = a and b or c
a = a or {}
b = a < b and a or b
c = a.x and a.x.y or f(a)
local g = a and not b
local h = a == 1 or a == 2
local i = (a or b) and (b or c)
local j = not (a and b)
-- The truth of constants is known.
local k = nil and a
local l = 1 and a
local m = a and nil or b
local n = false or b
