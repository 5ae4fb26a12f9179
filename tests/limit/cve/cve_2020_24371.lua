-- CVE-2020-24371: while the collector sweeps, colours are in motion; closing
-- the upvalues of a dying coroutine then ran a write barrier, which trusted
-- them, in generational mode.
--
-- Coroutines with open upvalues die at every point of a cycle, while closures
-- over these variables, old and new, live on.

local function suspended(value)
  local co = coroutine.create(function(v)
    local x, y = v, {v}
    local get = function() return x, y[1] end
    local set = function(z) x, y = z, {z} end
    coroutine.yield(get, set)
    x = {"never"}
  end)
  local _, get, set = coroutine.resume(co, value)
  return get, set, co
end

for _, mode in ipairs{"generational", "incremental"} do
  collectgarbage(mode)
  local old = {}
  collectgarbage()
  for round = 1, 60 do
    local get, set, co = suspended("first " .. round)
    for _ = 1, round % 4 do collectgarbage("step", round % 3) end
    old[round] = {get, set}
    set("second " .. round)
    local extra = {"new " .. round}
    old[round].extra = extra
    extra = nil
    if round % 5 == 0 then coroutine.close(co) end
    co = nil
    collectgarbage("step", round % 7)
    if round % 13 == 0 then collectgarbage() end
  end
  for _ = 1, 20 do collectgarbage("step", 1) end
  collectgarbage()
  for round, entry in ipairs(old) do
    local a, b = entry[1]()
    assert(a == "second " .. round and b == a, "a closed variable was lost")
    assert(entry.extra[1] == "new " .. round)
    entry[2](round)
    assert(entry[1]() == round)
  end
end
