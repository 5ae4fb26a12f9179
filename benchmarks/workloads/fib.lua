-- fib(25) and fib(30), the two sizes that published comparisons use most,
-- repeated until the run is long enough to be measured.
--
-- Idea: the doubly recursive Fibonacci function, started anew each round, as a
-- host does that calls a short script function again and again.
--
-- n: the number; second argument: rounds; result: fib(n), equal in each round.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 25
local rounds = tonumber(arg[2]) or 120
local expected = {
  [15] = "610",
  [18] = "2584",
  [22] = "17711",
  [25] = "75025",
  [30] = "832040",
}

local function fib(k)
  if k < 2 then
    return k
  end
  return fib(k - 1) + fib(k - 2)
end

local first = harness.repeated("fib", rounds, function() return fib(n) end)

harness.finish("fib", n, expected, string.format("%d", first))
