-- CVE-2020-15888: a stack was enlarged, then a collector step shrank it again
-- before the space was used: reads and writes past its end.
--
-- Frames of every size are entered while the collector runs, so that
-- collections fall between the growth of the arena and the use of the slots;
-- stacks grow, are left, and grow again. What travels through must arrive.

collectgarbage("incremental", 50, 1000)

local function garbage() return setmetatable({}, {__gc = function() end}) end

local function deep(n, ...)
  local mark <const> = n
  local junk = {garbage(), ...}
  if n == 0 then return #junk, ... end
  local function results(...)
    assert(mark == n, "a register was overwritten")
    return ...
  end
  return results(deep(n - 1, ...))
end

local function values(count)
  local t = {}
  for i = 1, count do t[i] = {i} end
  return t
end

local function check(depth, count)
  local t = values(count)
  local got = table.pack(deep(depth, table.unpack(t)))
  assert(got.n == count + 1 and got[1] == count + 1)
  for i = 1, count do
    assert(got[i + 1] == t[i] and t[i][1] == i, "a value got lost on the way")
  end
end

for _, mode in ipairs{"incremental", "generational"} do
  collectgarbage(mode)
  for depth = 0, 60, 15 do
    for _, count in ipairs{0, 1, 17, 120} do
      check(depth, count)
      coroutine.wrap(check)(depth, count)  -- a stack that starts small
      collectgarbage("step")
    end
  end
end

-- Stacks that go up and down with full collections at both ends.
local co = coroutine.wrap(function()
  for round = 1, 8 do
    check(100, round)
    collectgarbage()
    coroutine.yield(round)
  end
end)
for round = 1, 8 do
  assert(co() == round)
  collectgarbage()
end
