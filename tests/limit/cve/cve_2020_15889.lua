-- CVE-2020-15889: in generational mode, an object that had grown old while it
-- waited for its finalizer was not visited again, and what it referred to was
-- freed.
--
-- Finalizers resurrect objects of every age and hang them under old tables;
-- their metatables and contents, which are new, must survive with them.

collectgarbage("generational")
local cellar = {}  -- grows old
collectgarbage()

local saved = 0
local function keep(object)
  saved = saved + 1
  cellar[#cellar + 1] = object
  object = nil
  collectgarbage("step")  -- within a finalizer: nothing, or at least no harm
end

for age = 0, 6 do
  local object = {payload = {("payload "):rep(10) .. age}}
  for _ = 1, age do collectgarbage("step") end
  setmetatable(object, {__gc = keep, name = {"metatable " .. age}})
  object.late = {"late " .. age}
  for _ = 1, age % 3 do collectgarbage("step") end
  object = nil
  collectgarbage("step")
  collectgarbage()
  for _ = 1, 4 do
    local junk = {}
    for i = 1, 100 do junk[i] = {i, tostring(i)} end
    collectgarbage("step")
  end
end
collectgarbage()
collectgarbage()
assert(saved >= 7 and #cellar == saved, "finalizers did not all run")
for i, object in ipairs(cellar) do
  local age = i - 1
  assert(object.payload[1] == ("payload "):rep(10) .. age)
  assert(object.late[1] == "late " .. age)
  assert(getmetatable(object).name[1] == "metatable " .. age)
end
