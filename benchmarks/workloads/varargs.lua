-- Functions with a variable number of arguments: passed on, counted, selected,
-- collected in a table and unpacked.
--
-- Idea: wrappers, loggers and dispatchers that don't know what they forward.
--
-- n: rounds; result: sums over what arrived.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 1000000
local expected = {
  [100] = "700 600 650 1200",
  [20000] = "140001 120000 130000 240000",
  [1000000] = "7000000 6000000 6500000 12000000",
}

local unpack = table.unpack or unpack
local select = select

local function forward(f, ...)
  return f(...)
end

local function add3(a, b, c)
  return a + b + (c or 0)
end

local function count(...)
  return select("#", ...)
end

local function sum(...)
  local total = 0
  for i = 1, select("#", ...) do
    total = total + (select(i, ...))
  end
  return total
end

local function collect(...)
  local list, total = { ... }, 0
  for i = 1, #list do
    total = total + list[i]
  end
  return total, unpack(list)
end

local function rest(first, ...)
  return ...
end

local passed, counted, summed, collected = 0, 0, 0, 0
for i = 1, n do
  passed = passed + forward(add3, i % 3, 1, 2) + forward(add3, 1, 2)
  counted = counted + count() + count(i, nil, i) + count(rest(1, 2, 3, 4))
  summed = summed + sum(1, i % 5, 3, i % 2)
  local total, a, b = collect(i % 4, 2, rest(0, 5))
  collected = collected + total + a + b
end

local result = string.format("%d %d %d %d", passed, counted, summed, collected)

harness.finish("varargs", n, expected, result)
