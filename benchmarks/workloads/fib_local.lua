-- Calls of a Lua function through a local name: an upvalue, a comparison, two
-- additions and a return for each of them; nothing is allocated.
--
-- Idea: the doubly recursive Fibonacci function, which interpreters have been
-- compared by since the seventies.
--
-- n: the number; result: fib(n).

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 35
local expected = {
  [20] = "6765",
  [23] = "28657",
  [35] = "9227465",
}

local function fib(k)
  if k < 2 then
    return k
  end
  return fib(k - 1) + fib(k - 2)
end

harness.finish("fib_local", n, expected, string.format("%d", fib(n)))
