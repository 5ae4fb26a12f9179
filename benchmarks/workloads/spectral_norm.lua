-- Floating-point arithmetic in nested loops, with a call of a small function
-- for each element of a matrix that is never stored.
--
-- Idea: the largest singular value of the infinite matrix
-- 1, 1/2, 1/3; 1/4, 1/5 ..., by the power method: a problem of the Hundred-
-- Dollar, Hundred-Digit Challenge of 2002.
--
-- n: rows and columns that are taken; result: the norm.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 620
local expected = {
  [10] = "1.271844019",
  [80] = "1.274216230",
  [620] = "1.274224133",
}

local function element(row, column)
  local diagonal = row + column - 1
  return 1 / (diagonal * (diagonal - 1) / 2 + row)
end

local function times(vector, into)
  for row = 1, n do
    local sum = 0
    for column = 1, n do
      sum = sum + element(row, column) * vector[column]
    end
    into[row] = sum
  end
end

local function times_transposed(vector, into)
  for row = 1, n do
    local sum = 0
    for column = 1, n do
      sum = sum + element(column, row) * vector[column]
    end
    into[row] = sum
  end
end

local u, v, between = {}, {}, {}
for i = 1, n do
  u[i] = 1
end
for _ = 1, 10 do
  times(u, between)
  times_transposed(between, v)
  times(v, between)
  times_transposed(between, u)
end

local uv, vv = 0, 0
for i = 1, n do
  uv = uv + u[i] * v[i]
  vv = vv + v[i] * v[i]
end
local result = string.format("%.9f", math.sqrt(uv / vv))

harness.finish("spectral_norm", n, expected, result)
