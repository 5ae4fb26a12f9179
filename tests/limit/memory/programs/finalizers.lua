-- __gc and weak tables, with collections of all kinds in between.
local finalized = 0
local keep
local mt = {__gc = function(o)
  finalized = finalized + 1
  o.text = "finalized " .. finalized
  if finalized % 5 == 0 then keep = o end                 -- resurrected
  if finalized % 7 == 0 then setmetatable(o, getmetatable(o)) end  -- again
end}
local weak_keys = setmetatable({}, {__mode = "k"})
local weak_values = setmetatable({}, {__mode = "v"})
local weak_both = setmetatable({}, {__mode = "kv"})
local previous = {}
for i = 1, 60 do
  local o = setmetatable({i}, mt)
  weak_keys[o] = {o}
  weak_keys[previous] = o  -- a chain of ephemerons
  weak_values[i] = o
  weak_values["name" .. i] = {i}
  weak_both[o] = o
  previous = i % 10 == 0 and {} or o
  if i % 20 == 0 then collectgarbage("step", 10) end
end
collectgarbage()
collectgarbage("generational")
for i = 1, 30 do weak_values[i] = setmetatable({}, mt) end
collectgarbage("step")
collectgarbage("incremental")
collectgarbage()
local n = 0
for k, v in pairs(weak_values) do n = n + 1 end
keep = nil
collectgarbage()
setmetatable({}, {__gc = function() error("an error in a finalizer") end})
collectgarbage()
