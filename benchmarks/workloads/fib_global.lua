-- Calls of a Lua function through a global name: what fib_local does, with a
-- field of the table of globals read before each call.
--
-- Idea: most scripts declare their functions as globals; the difference to
-- fib_local is the price.
--
-- n: the number; result: fib(n).

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 35
local expected = {
  [20] = "6765",
  [23] = "28657",
  [35] = "9227465",
}

function fib(k)
  if k < 2 then
    return k
  end
  return fib(k - 1) + fib(k - 2)
end

harness.finish("fib_global", n, expected, string.format("%d", fib(n)))
