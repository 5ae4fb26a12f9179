local weak = setmetatable({}, {__mode = "k"})
for i = 1, 50 do
  local key = setmetatable({}, {__gc = function(o) weak[o] = nil saved = o error("in gc") end})
  weak[key] = {key, string.rep("x", i)}
  if i % 10 == 0 then collectgarbage("step", i) end
end
collectgarbage() collectgarbage("generational") collectgarbage("incremental", 100, 200, 5)
print(collectgarbage("count"), next(weak))
