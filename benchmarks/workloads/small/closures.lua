-- n closures made in a loop, each over variables of its own, then called twice.
--
-- Idea: callbacks that are registered once and called a few times.
--
-- n: closures; second argument: rounds; result: the sum of what they return.

local n = tonumber(arg and arg[1]) or 100
local rounds = tonumber(arg and arg[2]) or 35000
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

local first = run()
for round = 2, rounds do
  if run() ~= first then
    error("closures: round " .. round .. " has another result")
  end
end

local result = string.format("%d", first)

if expected[n] and result ~= expected[n] then
  error("closures " .. n .. ": " .. result .. ", not " .. expected[n])
end
print("closures " .. n .. " " .. result)
