-- Reads of floats from arrays of arrays, in three nested loops.
--
-- Idea: the product of two square matrices as in the textbook, the second one
-- transposed first so that both are read along rows.
--
-- n: rows and columns; result: the trace of the product and the sum of all of
-- its elements (whole numbers below 2^53 divided by 4: exact).

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 360
local expected = {
  [12] = "-123.50 11.00",
  [90] = "-8090.50 70.00",
  [360] = "-129622.50 781.25",
}

local function matrix(a, b)
  local m = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do
      row[j] = ((i * a + j * b) % 17 - 8) / 2
    end
    m[i] = row
  end
  return m
end

local function transposed(m)
  local t = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do
      row[j] = m[j][i]
    end
    t[i] = row
  end
  return t
end

local function product(a, b)
  local bt = transposed(b)
  local c = {}
  for i = 1, n do
    local left, row = a[i], {}
    for j = 1, n do
      local right, sum = bt[j], 0
      for k = 1, n do
        sum = sum + left[k] * right[k]
      end
      row[j] = sum
    end
    c[i] = row
  end
  return c
end

local c = product(matrix(3, 5), matrix(7, 11))
local trace, total = 0, 0
for i = 1, n do
  trace = trace + c[i][i]
  for j = 1, n do
    total = total + c[i][j]
  end
end

local result = string.format("%.2f %.2f", trace, total)

harness.finish("matrix_multiply", n, expected, result)
