-- Rows of floats scaled and subtracted from each other: reads, writes and
-- multiplications along arrays, in three nested loops.
--
-- Idea: Gaussian elimination with partial pivoting into a lower and an upper
-- triangular matrix, as a numerical library does it.
--
-- n: rows and columns; second argument: rounds; result: the logarithm of the
-- absolute determinant, once L * U times a vector is what the matrix makes of
-- it.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 150
local rounds = tonumber(arg[2]) or 35
local expected = {
  [12] = "-5.101302",
  [40] = "3.285144",
  [150] = "113.571933",
}

local abs = math.abs

local seed = 1
local function random()
  seed = seed * 16807 % 2147483647
  return seed / 2147483647
end

local original = {}
for i = 1, n do
  local row = {}
  for j = 1, n do
    row[j] = random() - 0.5
  end
  original[i] = row
end

local function copy(m)
  local c = {}
  for i = 1, n do
    local from, row = m[i], {}
    for j = 1, n do
      row[j] = from[j]
    end
    c[i] = row
  end
  return c
end

-- Factors `a` in place; returns where each row came from.
local function factor(a)
  local origin = {}
  for i = 1, n do
    origin[i] = i
  end
  for column = 1, n do
    local pivot = column
    for i = column + 1, n do
      if abs(a[i][column]) > abs(a[pivot][column]) then
        pivot = i
      end
    end
    a[column], a[pivot] = a[pivot], a[column]
    origin[column], origin[pivot] = origin[pivot], origin[column]
    local top = a[column]
    local scale = 1 / top[column]
    for i = column + 1, n do
      local row = a[i]
      local factor = row[column] * scale
      row[column] = factor
      for j = column + 1, n do
        row[j] = row[j] - factor * top[j]
      end
    end
  end
  return origin
end

local a, origin
for _ = 1, rounds do
  a = copy(original)
  origin = factor(a)
end

-- Apply both to the vector 1, 2, 3 ...
local upper = {}
for i = 1, n do
  local sum = 0
  for j = i, n do
    sum = sum + a[i][j] * j
  end
  upper[i] = sum
end
local logarithm = 0
for i = 1, n do
  local product, wanted = upper[i], 0
  for j = 1, i - 1 do
    product = product + a[i][j] * upper[j]
  end
  for j = 1, n do
    wanted = wanted + original[origin[i]][j] * j
  end
  if abs(product - wanted) > 1e-6 then
    error("lu: row " .. i .. " is wrong")
  end
  logarithm = logarithm + math.log(abs(a[i][i]))
end

harness.finish("lu", n, expected, string.format("%.6f", logarithm))
