-- What each option of collectgarbage returns, in every state of the collector.
local function try(f, ...)
collectgarbage("incremental")
  local r = table.pack(pcall(f, ...))
  for i = 1, r.n do r[i] = math.type(r[i]) == "float" and "float" or tostring(r[i]) end
  print(table.concat(r, " ", 1, r.n))
end
-- every option: what it returns, in which state
for _, o in ipairs{"collect", "count", "step", "setpause", "setstepmul", "isrunning", "incremental", "generational", "incremental",
  "stop", "isrunning", "step", "isrunning", "restart", "isrunning", "bad", "", "Collect", "collect "} do
  io.write(o, ": "); try(collectgarbage, o)
end
for _, a in ipairs{100, 200, 0, -1, 1000, 1e3, "50", 1.5, "x", math.maxinteger, math.mininteger, 1e100} do
  io.write(tostring(a), ": "); try(collectgarbage, "setpause", a); try(collectgarbage, "setstepmul", a)
end
try(collectgarbage, "setpause", 200); try(collectgarbage, "setstepmul", 100)
try(collectgarbage, "setpause", 200); try(collectgarbage, "setstepmul", 100)
try(collectgarbage, nil); try(collectgarbage, {}); try(collectgarbage, 1); try(collectgarbage, "step", "x"); try(collectgarbage, "step", {})
try(collectgarbage, "incremental", 100, 200, 10); try(collectgarbage, "incremental", "x"); try(collectgarbage, "incremental", 0, 0, 0)
try(collectgarbage, "generational", 20, 100); try(collectgarbage, "generational", 0, 0); try(collectgarbage, "generational", {}); try(collectgarbage, "isrunning"); try(collectgarbage, "step")
try(collectgarbage, "incremental", 100, nil, "z"); try(collectgarbage, "incremental", 100, 400, 13); 
try(collectgarbage, "incremental"); try(collectgarbage, "collect", 1, 2, 3)
-- a step as large as the heap ends a cycle
collectgarbage(); print(collectgarbage("step", 1 << 20)); print(collectgarbage("step", 100000000))
collectgarbage("stop"); collectgarbage(); print(collectgarbage("step", 1 << 20)); collectgarbage("restart")
local n = 0; repeat n = n + 1 until collectgarbage("step", 1) or n > 1e6; print(n < 1e6)
-- in a finalizer
local function in_finalizer(f) setmetatable({}, {__gc = function() f() end}); collectgarbage(); end
for _, o in ipairs{"collect", "count", "step", "setpause", "setstepmul", "isrunning", "incremental", "generational", "incremental", "stop", "restart"} do
  in_finalizer(function() io.write(o, " in finalizer: "); try(collectgarbage, o, 0) end)
end
print(collectgarbage("isrunning"))
