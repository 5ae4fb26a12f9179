-- Calls and then a bare loop over a global variable: recursion of depth n,
-- followed by an assignment, an addition and a comparison a million times.
--
-- Idea: the kind of program that is posted to forums to ask why a self-made
-- virtual machine is slow: fib(30), then `x = x + 1` while x is below a
-- million, all names global.
--
-- n: the number of the Fibonacci part; second argument: rounds of the whole;
-- result: fib(n) + x at the end.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 30
local rounds = tonumber(arg[2]) or 8
local expected = {
  [10] = "1000055",
  [18] = "1002584",
  [30] = "1832040",
}

function fib(k)
  if k < 2 then
    return k
  end
  return fib(k - 1) + fib(k - 2)
end

local first
for round = 1, rounds do
  total = fib(n)
  x = 0
  while x < 1000000 do
    x = x + 1
  end
  first = first or total + x
  if total + x ~= first then
    error("forum: round " .. round .. " has another result")
  end
end

harness.finish("forum", n, expected, string.format("%d", first))
