-- What all workloads share: rounds that must agree, and the comparison of the
-- result with the expected one.  A workload finds this file beside itself:
--
--   local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
--
-- In what Lua 5.4 and LuaJIT have in common, like the workloads.
local harness = {}

-- Calls `run` so many times; all results must be equal to the first, which is
-- returned.
function harness.repeated(name, rounds, run)
  local first = run()
  for round = 2, rounds do
    if run() ~= first then
      error(name .. ": round " .. round .. " has another result")
    end
  end
  return first
end

-- Prints the result for size n, unless `expected` knows another one.
function harness.finish(name, n, expected, result)
  if expected[n] and result ~= expected[n] then
    error(name .. " " .. n .. ": " .. result .. ", not " .. expected[n])
  end
  print(name .. " " .. n .. " " .. result)
end

return harness
