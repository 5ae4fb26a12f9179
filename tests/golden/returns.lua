local function none(a) return end
local function one(a) return a end
local function constant() return 1 end
local function adjacent(a, b, c) return b, c end
local function several(a, b) return b, a, 1 end
local function open(a) return a, f(a) end
local function truncated(a) return (f(a)) end
local function tail(a) return f(a, a) end
local function method_tail(a) return a:m(f()) end
