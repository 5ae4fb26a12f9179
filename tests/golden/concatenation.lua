local a, b = ...
local c = a .. b
local d = a .. "," .. b .. 1
a = a .. (b .. c)
local e = (a .. b) .. c
