-- Calls of a Lua function through a global name: what fib_local does, with a
-- field of the table of globals read before each call.
--
-- Idea: most scripts declare their functions as globals; the difference to
-- fib_local is the price.
--
-- n: the number; result: fib(n).

local n = tonumber(arg and arg[1]) or 35
local expected = {
  [20] = "6765",
  [35] = "9227465",
}

function fib(k)
  if k < 2 then
    return k
  end
  return fib(k - 1) + fib(k - 2)
end

local result = string.format("%d", fib(n))

if expected[n] and result ~= expected[n] then
  error("fib_global " .. n .. ": " .. result .. ", not " .. expected[n])
end
print("fib_global " .. n .. " " .. result)
