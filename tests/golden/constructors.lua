local a, f = 1, print
local empty = {}
a = {}
local array = { 1, a, "three" }
local record = { x = 1, ["y"] = a, [a] = 2, [10] = a, [1.5] = nil }
local mixed = { a, k = f(), f(), g = f, f() }
local nested = { { 1 }, { x = { 2 } } }
return { ... }
