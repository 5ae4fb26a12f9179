-- Strings built with the operator `..`: short ones that are interned, longer
-- ones that grow piece by piece, and chains of several operands.
--
-- Idea: labels, keys and lines of output, as scripts make them everywhere.
--
-- n: rounds; result: total length and a checksum.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 250000
local expected = {
  [100] = "9576 821432",
  [5000] = "497793 954753",
  [250000] = "25333895 220761",
}

local byte = string.byte

local length, sum = 0, 0
for i = 1, n do
  local key = "key" .. i % 1000
  local line = "<" .. key .. " value='" .. i .. "' kind=\"" .. i % 7 .. "\">"
  local padded = line
  while #padded < 64 do
    padded = padded .. "."
  end
  length = length + #key + #line + #padded
  sum = (sum * 7 + byte(line, #line - 2) + byte(padded, 12)) % 1000003
end

harness.finish("string_build", n, expected, string.format("%d %d", length, sum))
