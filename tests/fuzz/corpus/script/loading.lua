local f = load("local a <const>, b = ... return function() b = b + a return b end", "=x", "t")
print(f(1, 2)(), load(string.dump(f), "y", "b", {})(3, 4)(), load("x ="), load(function() return nil end))
local parts = {"return ", "1", "+1"} local i = 0
print(load(function() i = i + 1 return parts[i] end)())
print(load("\27Lua"), load("return _ENV", "=e", "bt", {1})()[1], #string.dump(f, true))
