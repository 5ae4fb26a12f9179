local log = {}
local mt = {}
for _, name in ipairs {"add", "sub", "mul", "div", "mod", "pow", "unm", "idiv", "band", "bor", "bxor", "shl", "shr",
  "bnot", "concat", "len", "eq", "lt", "le", "call"} do
  mt["__" .. name] = function(a, b) log[#log + 1] = name .. #log return name end
end
mt.__index = function(t, k) return "index " .. tostring(k) end
mt.__newindex = function(t, k, v) rawset(t, k .. "!", v) end
mt.__pairs = function(t) return function(_, k) if not k then return 1, {} end end, t, nil end
mt.__tostring = function() return "object of " .. "metamethods" end
mt.__close = function() end
mt.__name = "Name"
local function new() return setmetatable({}, mt) end
local a, b = new(), new()
assert(a + b == "add" and a - 1 == "sub" and 2 * a == "mul" and a / b == "div" and a % 2 == "mod" and a ^ 2 == "pow")
assert(-a == "unm" and a // 1 == "idiv" and a & 1 == "band" and a | 1 == "bor" and a ~ 1 == "bxor" and a << 1 == "shl")
assert(a >> 1 == "shr" and ~a == "bnot" and a .. "x" == "concat" and "x" .. a == "concat" and 1 .. a .. 2 == "1concat")
assert(#a == "len" and a(1, 2, 3) == "call" and (a < b) == true and (a <= b) == true and (a == b) == true)
assert(a.field == "index field" and a[1] == "index 1")
a.field = {} a[{} and "x"] = 1
assert(rawget(a, "x!") == 1)
for k, v in pairs(a) do assert(k == 1) end
assert(tostring(a) == "object of metamethods")
do local c <close> = a end
-- Chains.
local chain = {}
for i = 1, 50 do chain = setmetatable({}, {__index = chain, __newindex = chain}) end
assert(chain.nothing == nil)
chain.x = 1
assert(chain.x == 1)
local callable = setmetatable({}, {__call = setmetatable({}, {__call = function(...) return select("#", ...) end})})
assert(callable(1, 2) == 4)
