-- Every metamethod, its fallbacks and its errors.

local function show(...)
  local out = table.pack(...)
  for i = 1, out.n do out[i] = tostring(out[i]):gsub("0x%x+", "ADDR") end
  print(table.concat(out, " ", 1, out.n))
end
local function try(f, ...) show(pcall(f, ...)) end

local log = {}
local function name(x) return type(x) == "table" and rawget(x, "name") or tostring(x) end
local mt = {}
local function new(n) return setmetatable({name = n}, mt) end
for _, event in ipairs {"add", "sub", "mul", "div", "mod", "pow", "unm", "idiv", "band",
                        "bor", "bxor", "shl", "shr", "bnot", "concat", "len", "eq",
                        "lt", "le", "call"} do
  mt["__" .. event] = function(a, b, ...)
    return event .. "(" .. name(a) .. "," .. name(b) .. ")", select("#", ...)
  end
end
local a, b = new("a"), new("b")
show(a + b, a + 1, 1 + a, a - "x", "x" - a, a * 2.5, 7 / a, a % b, 2 ^ a, -a)
show(a // 3, 3 // a, a & 1, 1 | a, a ~ 1.5, "3" << a, a >> nil, ~a)
show(a .. "s", "s" .. a, 1 .. a, a .. b, a .. {} == nil, #a)
show(a == b, a ~= b, a == a, a == 1, a < b, a <= b, a > b, a >= 1, 1 < a, "x" <= a)
show(a(1, 2, 3)); show(a()); show((a(1)))
show("x" .. "y" .. a .. "z" .. "w")

-- __index and __newindex: functions, tables, chains, rawget.
local base = {x = 1, f = function(self) return "base.f " .. name(self) end}
local middle = setmetatable({y = 2}, {__index = base})
local object = setmetatable({name = "object"}, {__index = middle})
show(object.x, object.y, object.z, object:f(), rawget(object, "x"))
middle.x = 10; show(object.x); object.x = 20; show(object.x, middle.x, base.x)
middle.x = nil; object.x = nil; show(object.x); base.x = nil; show(object.x)
local computed = setmetatable({}, {
  __index = function(t, k) return k == nil and "nil key" or "computed " .. tostring(k) end})
show(computed.a, computed[1], computed[nil], computed[0 / 0 ~= 0])
local store = {}
local proxy = setmetatable({}, {__newindex = store})
proxy.a = 1; proxy[1] = 2; show(rawget(proxy, "a"), store.a, store[1])
local writes = setmetatable({old = 1}, {__newindex = function(t, k, v) rawset(t, k, v * 2) end})
writes.old = 5; writes.new = 5; show(writes.old, writes.new)
writes.old = nil; writes.old = 7; show(writes.old)
local s = setmetatable({}, {__index = "text"}); show(pcall(function() return s.len == string.len end))
try(function() return setmetatable({}, {__index = 1}).x end)
try(function() setmetatable({}, {__newindex = 1}).x = 1 end)
local loop = setmetatable({}, {}); getmetatable(loop).__index = loop
try(function() return loop.x end)
getmetatable(loop).__newindex = loop; try(function() loop.x = 1 end)

-- Equality only for the same types; lt without le; results become booleans.
local always = {__eq = function() return 1 end, __lt = function() return nil end}
local p, q = setmetatable({}, always), setmetatable({}, always)
show(p == q, p ~= q, p < q, p == 1, rawequal(p, q))
try(function() return p <= q end); try(function() return {} < {} end)
try(function() return {} < 1 end); try(function() return nil < 1 end)
try(function() return "a" < 1 end); try(function() return print <= print end)

-- tostring, name, metatable, pairs, len, close, mode, gc fields.
show(tostring(setmetatable({}, {__tostring = function() return "str" end})))
try(tostring, setmetatable({}, {__tostring = function() return {} end}))
show(tostring(setmetatable({}, {__name = "Point"})))
local locked = setmetatable({}, {__metatable = "locked"})
show(getmetatable(locked)); try(setmetatable, locked, {}); show(getmetatable("").__index == string)
for k, v in pairs(setmetatable({}, {__pairs = function(t)
  return function(_, i) i = (i or 0) + 1; if i <= 3 then return i, i * i end end, t, nil
end})) do show(k, v) end
show(#setmetatable({1, 2}, {__len = function() return "long" end}), rawlen({1, 2}), rawlen("abc"))
try(rawlen, 1); try(setmetatable, 1, {}); try(setmetatable, {}); try(getmetatable)
try(setmetatable, {}, 1); try(rawset, {}, nil, 1); try(rawset, {}, 0 / 0, 1)
do
  local order = {}
  local function closing(n) return setmetatable({}, {__close = function(_, e)
    order[#order + 1] = n .. ":" .. tostring(e) end}) end
  local ok, e = pcall(function()
    local x <close> = closing("x"); local y <close> = closing("y")
    local z <close> = nil; local c <const> = 5
    error("thrown", 0)
  end)
  show(ok, e, table.concat(order, " "))
  local function multi() local m <close> = closing("m"); return 1, 2, 3 end
  show(multi()); show(order[#order])
  for i in (function(_, i) i = (i or 0) + 1; if i < 4 then return i end end),
      nil, nil, closing("for") do if i == 2 then break end end
  show(order[#order])
  try(function() local bad <close> = {} end); try(function() local bad <close> = 42 end)
end

-- Inheritance with method calls, super calls and multiple levels.
local Animal = {}; Animal.__index = Animal
function Animal.new(n) return setmetatable({n = n}, Animal) end
function Animal:speak() return self.n .. " makes " .. self:sound() end
function Animal:sound() return "a noise" end
local Dog = setmetatable({}, {__index = Animal}); Dog.__index = Dog
function Dog.new(n) return setmetatable(Animal.new(n), Dog) end
function Dog:sound() return "woof after " .. Animal.sound(self) end
show(Animal.new("cat"):speak()); show(Dog.new("rex"):speak())

-- Metamethods of other types, through debug.
debug.setmetatable(1, {__index = {double = function(n) return n * 2 end}, __call = function(n, x) return n + x end})
show((21):double(), (5)(6)); debug.setmetatable(1, nil)
debug.setmetatable(nil, {__index = function(_, k) return "nil." .. k end})
show((nil).x); debug.setmetatable(nil, nil); try(function() return (nil).x end)

-- Callable chains, deep __index, arithmetic on strings.
local c1 = setmetatable({}, {__call = function(self, ...) return "c1", ... end})
show(c1(1)); show(pcall(c1, 2)); show(select("#", c1()))
local link = {deep = "found"}
for _ = 1, 100 do link = setmetatable({}, {__index = link}) end
show(link.deep, link.missing)
show("10" + 5, "0x10" * "2", "3.0" // 1, 10 .. 20, -"2", "7" % 4, "2" ^ 3)
try(function() return "abc" + 1 end); try(function() return {} + 1 end)
try(function() return 1 & 1.5 end); try(function() return "1.5" | 1 end)
try(function() return 2^63 | 0 end); try(function() return #5 end)
try(function() return -{} end); try(function() return {} .. "x" end)
try(function() local t = {}; t.x.y = 1 end); try(function() undefinedglobal() end)
try(function() local t = {}; t:method() end); try(function() return ("x")() end)
