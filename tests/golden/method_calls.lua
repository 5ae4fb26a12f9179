local o, x = ...
o:m()
o:m(x, 1)
o.p:q(o:r())
local y = o:m(...)
local z = ("text"):upper():lower()
o:m():n():o()
