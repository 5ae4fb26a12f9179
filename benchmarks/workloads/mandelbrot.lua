-- Floating-point arithmetic on local variables, with a hard to predict exit
-- from the inner loop; no tables, no calls.
--
-- Idea: the set that Benoit Mandelbrot drew in 1980: the points c for which
-- z -> z^2 + c, from 0, stays near 0.
--
-- n: width and height of the picture; result: points that are still inside
-- after 50 steps, and the number of all steps.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 900
local expected = {
  [20] = "157 9568",
  [120] = "5749 351882",
  [900] = "321907 19770646",
}

local inside, steps = 0, 0
for row = 0, n - 1 do
  local ci = 2 * row / n - 1
  for column = 0, n - 1 do
    local cr = 2 * column / n - 1.5
    local zr, zi = 0.0, 0.0
    local left = 50
    while left > 0 do
      local rr, ii = zr * zr, zi * zi
      if rr + ii > 4 then
        break
      end
      zr, zi = rr - ii + cr, 2 * zr * zi + ci
      left = left - 1
    end
    steps = steps + 50 - left
    if left == 0 then
      inside = inside + 1
    end
  end
end

harness.finish("mandelbrot", n, expected, string.format("%d %d", inside, steps))
