-- n closures made in a loop, each over variables of its own, then called twice.
--
-- Idea: callbacks that are registered once and called a few times.
--
-- n: closures; second argument: rounds; result: the sum of what they return.

local harness = dofile((arg[0]:match("^.*/") or "") .. "../harness.lua")
local n = tonumber(arg[1]) or 100
local rounds = tonumber(arg[2]) or 35000
local expected = {
  [10] = "150",
  [100] = "10500",
  [1000] = "1005000",
}

local function make(start)
  local count = 0
  return function(by)
    count = count + by
    return start + count
  end
end

local function run()
  local made = {}
  for i = 1, n do
    made[i] = make(i)
  end
  local total = 0
  for i = 1, n do
    local f = made[i]
    total = total + f(1) + f(2)
  end
  return total
end

local first = harness.repeated("closures", rounds, run)

harness.finish("closures", n, expected, string.format("%d", first))
