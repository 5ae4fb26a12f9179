local a, b, c, t, i
a, b = b, a
a, b, c = 1
a, b = f()
a, b = f(), 1, g()
t[i], t = i, 1
t[i], i = i, 1
t.x, t.y = t.y, t.x
t[1], x, a = 1, 2, 3
local function g()
  t.x, t = 1, 2
end
