local a, b = ...
local c = a < b
local d = not (a == b)
local e = a < b == c
return a ~= b
