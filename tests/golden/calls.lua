local a, b = ...
f()
f(a, 1)
f(a, g())
f(g(), a)
f((g()))
local c = f(a)
local d, e = f(a)
c = f(c)
c, d, e = f()
f(a)(b)(c)
f { 1 }
f "text"
