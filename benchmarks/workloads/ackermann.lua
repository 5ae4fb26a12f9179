-- Deep recursion: the stack of calls grows to thousands of frames and shrinks
-- again, over and over; half of the calls are tail calls.
--
-- Idea: the function of Ackermann in the two-argument form of Rozsa Peter.
--
-- n: second argument of the function, the first is 3; result: A(3, n), which
-- is 2^(n+3) - 3.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 10
local expected = {
  [4] = "125",
  [7] = "1021",
  [10] = "8189",
}

local function ackermann(a, b)
  if a == 0 then
    return b + 1
  elseif b == 0 then
    return ackermann(a - 1, 1)
  end
  return ackermann(a - 1, ackermann(a, b - 1))
end

harness.finish("ackermann", n, expected, string.format("%d", ackermann(3, n)))
