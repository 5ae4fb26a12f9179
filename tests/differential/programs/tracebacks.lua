-- Tracebacks of every shape of frame.
local function tb(...) print((debug.traceback(...))) end
local t = {}
function t.field() tb("field") end
function t:method() tb("method") end
function t.a() t.b() end
local function local_() tb("local") end
function global() tb("global") end
local function tail() return tb("tail call") end
local function deep_tail(n) if n == 0 then tb("deep tail") return end return deep_tail(n - 1) end
t.field(); t:method(); local_(); global(); tail(); deep_tail(5);
(function() tb("anonymous") end)()
t[1] = function() tb("index integer") end; t[1]()
t[1.5] = t[1]; t[1.5](); t["a b"] = t[1]; t["a b"](); local k = "key"; t[k] = t[1]; t[k](); t[true] = t[1]; t[true]()
local up = local_; (function() up() end)(); local co = coroutine.wrap(function() tb("in coroutine") end); co()
pcall(local_); pcall(pcall, local_); xpcall(local_, print); select(1, local_()); table.sort({1, 2}, function(a, b) tb("sort") return a < b end)
string.gsub("x", "x", function() tb("gsub") end)
for _ in function() tb("iterator") end do end
for _ in (function(...) local n = 0; return function() n = n + 1; tb("iterator closure"); return n < 2 and n or nil end end)() do end
local mt = {}
for _, e in ipairs{"__add", "__sub", "__mul", "__div", "__mod", "__pow", "__unm", "__idiv", "__band", "__bor", "__bxor", "__shl", "__shr", "__bnot", "__concat", "__len", "__eq", "__lt", "__le", "__index", "__newindex", "__call", "__close", "__tostring", "__name", "__pairs"} do
  mt[e] = function() tb(e) return e == "__tostring" and "s" or nil end
end
mt.__name = nil
local o, p = setmetatable({}, mt), setmetatable({}, mt)
local x = o + 1, o - 1; x = 1 - o; x = o * 1; x = o / 1; x = o % 1; x = o ^ 1; x = -o; x = o // 1; x = o & 1; x = o | 1; x = o ~ 1; x = o << 1; x = o >> 1; x = ~o; x = o .. 1; x = #o; x = o == p; x = o < p; x = o <= p; x = o > p; x = o.x; o.x = 1; o(); tostring(o)
pairs(o); do local c <close> = o end
x = 1 + o; x = 2.5 - o; x = "a" .. o; x = o < 1; x = 1 < o; x = o ~= p; x = o[1]; x = o[k]; o[1] = 2; print(pcall(function() return o:nomethod(1, 2) end))
-- getinfo's names, by the same token
local function who(...) local i = debug.getinfo(2, "nSlt"); print(i.name, i.namewhat, i.what, i.short_src, i.linedefined, i.lastlinedefined, i.currentline, i.istailcall) end
local function a() who() end; a(); t.a = a; t.a(); t.m = function() who() end; t:m(); (function() return a() end)(); pcall(a); g = a; g(); g = nil
for _ in a do end; setmetatable({}, {__index = a})[1] = nil; local _ = setmetatable({}, {__index = a}).x; load("local a = ... ; a()", "=chunk")(a); load("local a = ... ; a()", "@file.lua")(a); load("local a = ... ; a()", "text of a chunk\nsecond line")(a); load("local a = ...; a()", ("long"):rep(40))(a); load("local a = ...; a()", "@" .. ("long"):rep(40))(a); load("local a = ...; a()", "=" .. ("long"):rep(40))(a)
-- levels and messages
local function lv() for l = 0, 4 do tb("level " .. l, l) end; tb("level 100", 100); tb("negative", -1); tb(nil); tb({}  and "x"); tb(12); tb(1.5, 1) end; lv()
print(debug.traceback({}) ~= nil, debug.traceback(nil, 1), debug.traceback(true), debug.traceback("m", nil) ~= nil); print(pcall(debug.traceback, "x", "y")); print(debug.traceback(print) == print)
-- other coroutines
local c = coroutine.create(function(a) local b = coroutine.yield(a); error("oops") end)
print(debug.traceback(c)); coroutine.resume(c, 1); print(debug.traceback(c)); print(debug.traceback(c, "msg")); print(debug.traceback(c, "msg", 1)); print(debug.traceback(c, nil)); print(debug.traceback(c, "m", 5)); print(coroutine.resume(c)); print(debug.traceback(c)); print(debug.traceback(coroutine.create(print), "x"))
c = coroutine.create(function() coroutine.wrap(function() tb(coroutine.running()) ; tb(c, "outer") end)() end); coroutine.resume(c)
-- more than 22 levels
local function rec(n) if n == 0 then tb("deep") else rec(n - 1) end end
for _, n in ipairs{7, 8, 9, 10, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 30, 100} do rec(n) end
local function rec2(n) if n == 0 then tb("deep pcall") else pcall(rec2, n - 1) end end; rec2(30)
-- uncaught
local function last() error("uncaught") end
local function lastlast() last() end
lastlast()
