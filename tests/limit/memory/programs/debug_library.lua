local function f(a, b, ...)
  local c = a
  local info = debug.getinfo(1, "nSltufrL")
  assert(info.nparams == 2 and info.isvararg and info.currentline > 0)
  assert(debug.getlocal(1, 1) == "a" and debug.getlocal(1, -1) == "(vararg)")
  debug.setlocal(1, 1, "changed")
  return a
end
assert(f(1, 2, 3) == "changed")
assert(debug.getinfo(print).what == "C")
local up = 1
local function g() up = up + 1 return up end
assert(debug.getupvalue(g, 1) == "up" and debug.setupvalue(g, 1, 5) == "up" and g() == 6)
assert(debug.upvalueid(g, 1))
debug.upvaluejoin(g, 1, function() return up end, 1)
local events = {}
local ok, e = pcall(function()
  debug.sethook(function(event, line) events[#events + 1] = event .. tostring(line) end, "crl", 3)
  local x = 1
  for i = 1, 3 do x = x + i end
  g()
end)
debug.sethook()
check_memory(e)
assert(ok and #events > 5 and debug.gethook() == nil)
local co = coroutine.create(function() local inside = {} debug.sethook(function() end, "", 1) coroutine.yield() end)
resumes(co)
assert(debug.traceback(co):find("yield") and debug.traceback("message", 1):find("message"))
assert(debug.getlocal(co, 1, 1) == "inside")
assert(debug.getregistry() and debug.getmetatable("").__index == string)
local u = io.stdout
debug.setuservalue(u, {}, 1)
debug.setmetatable(10, {__index = function() return "number field" end})
assert((5).x == "number field")
debug.setmetatable(10, nil)
warn("@off", "not ", "shown")
