-- CVE-2021-44964: a finalizer that ran the collector re-entered it in the
-- middle of a cycle, and objects in use were freed.
--
-- Finalizers call the collector with every option, allocate, resurrect, drop
-- references and change the collector's mode, at every phase.

local function run(option, argument)
  local result = table.pack(pcall(collectgarbage, option, argument))
  return result
end

local options = {
  {"collect"}, {"step", 0}, {"step", 100}, {"count"}, {"isrunning"},
  {"stop"}, {"restart"}, {"incremental"}, {"generational"},
  {"setpause", 200}, {"setstepmul", 200},
}
local victims, ran = {}, 0

local function finalizer(object)
  ran = ran + 1
  local option = options[ran % #options + 1]
  run(option[1], option[2])
  victims[ran % 50] = object          -- resurrected: the table is reachable
  object.self = setmetatable({object, {}}, {__mode = "kv"})
  setmetatable(object.payload, {__mode = "v"})
  if ran % 3 == 0 then setmetatable(object, getmetatable(object)) end  -- again
  if ran < 2000 then
    setmetatable({payload = {ran}}, getmetatable(object))              -- more
  end
  local s = {}
  for i = 1, 10 do s[i] = ("x"):rep(i * 9) .. ran end
  assert(#table.concat(s) > 0)
end

for round = 1, 300 do
  local object = setmetatable({payload = {round, {}}}, {__gc = finalizer})
  object.cycle = object
  object = nil
  collectgarbage("step", round % 5)
  if round % 50 == 0 then
    collectgarbage("restart")
    collectgarbage(round % 100 == 0 and "incremental" or "generational")
    collectgarbage()
  end
end
collectgarbage("restart")
collectgarbage("incremental")
collectgarbage()
assert(ran >= 300, "only " .. ran .. " finalizers ran")
for _, object in pairs(victims) do
  assert(object.cycle == nil or object.cycle == object)
  assert(type(object.payload) == "table")
end

-- In a finalizer the collector does nothing and says so.
local answer
setmetatable({}, {__gc = function() answer = table.pack(collectgarbage()) end})
collectgarbage()
assert(answer and (answer[1] == false or answer[1] == nil or answer[1] == 0))
