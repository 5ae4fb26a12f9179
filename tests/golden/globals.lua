x = 1
y = x
z = nil
x.y.z = "deep"
local _ENV = { print = print }
print(x)
x = y
