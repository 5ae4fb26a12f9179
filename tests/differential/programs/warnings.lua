-- What warn shows.
warn("@on"); warn("one"); warn("a", "b", "c"); warn("@off"); warn("not shown"); warn("@on"); warn("shown", "")
warn(""); warn("", ""); warn("@unknown"); warn("@", "on"); warn("@on", "x"); warn("@off", ""); warn("still on"); warn(1, 2.5); warn("nul\0byte", "x"); warn(("x"):rep(300)); warn("line\nbreak")
print(pcall(warn)); print(pcall(warn, nil)); print(pcall(warn, {})); print(pcall(warn, "a", nil)); print(pcall(warn, "a", true)); print(select("#", warn("x")))
warn("@off"); warn("@on"); warn("@off"); warn("z"); print(pcall(warn, "@on", {}))
local t = setmetatable({}, {__gc = function() warn("from a finalizer") error("in gc") end}); warn("@on"); t = nil; collectgarbage()
local c = coroutine.wrap(function() warn("in a coroutine") local x <close> = setmetatable({}, {__close = function() error("closing") end}) coroutine.yield() end); c(); c = nil; collectgarbage()
coroutine.wrap(function() local x <close> = setmetatable({}, {__close = function(_, e) warn("closed ", tostring(e)) end}) end)()
