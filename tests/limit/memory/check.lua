-- Run on a state that ran out of memory: is everything there?  Returns "sound".
debug.sethook()
assert(select(2, coroutine.running()) == true and not coroutine.isyieldable())
assert(coroutine.status(coroutine.running()) == "running")
local t = {}
for i = 1, 50 do t[i] = "string " .. i t["key" .. i] = {i} end
assert(#t == 50 and t.key50[1] == 50 and #table.concat(t) == 441)
local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end
assert(f(300) == 300)
local co = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) error("end " .. b) end)
assert(co(1) == 2)
local ok, message = pcall(co, "it")
assert(not ok and message:find("end it"))
local closed
do local c <close> = setmetatable({}, {__close = function() closed = true end}) end
assert(closed)
assert(load("local a = ... return function() a = a + 1 return a end")(1)() == 2)
ok, message = xpcall(error, debug.traceback, "traced")
assert(not ok and message:find("stack traceback"))
local deep = function(n, g) if n == 0 then return true end return select(2, pcall(g, n - 1, g)) end
assert(deep(150, deep) == true)  -- no native call is still counted
local weak = setmetatable({}, {__mode = "k"})
weak[{}] = 1
collectgarbage()
assert(next(weak) == nil)
assert(("x"):rep(3):gsub("x", {x = "yz"}) == "yzyzyz" and #t == 50)
return "sound"
