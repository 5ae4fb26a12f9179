-- Numbers to text and back: string.format with many conversions, tostring and
-- tonumber of integers and floats, string.rep.
--
-- Idea: tables of figures, as reports print them.
--
-- n: rounds; result: characters made, a checksum of them, and the sum of the
-- numbers read back.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 150000
local expected = {
  [50] = "3677 793270 2868.75",
  [3000] = "246238 628194 6002220.00",
  [150000] = "13403259 101192 14081637960.00",
}

local format, byte = string.format, string.byte
local tostring, tonumber = tostring, tonumber

local length, sum, back = 0, 0, 0
local function note(text)
  length = length + #text
  sum = (sum * 3 + byte(text, #text) + byte(text, 1)) % 1000003
end

for i = 1, n do
  local x = i * 0.37 + 0.001
  note(format("%5d|%-8s|%8.3f", i, "row", x))
  note(format("%x %X %o", i, i * 7, i % 512))
  note(format("%g %e %5.1f%%", x, x * 1000, i % 101))
  note(format("%q %c%s", "text", 65 + i % 26, ("="):rep(i % 5)))
  local text, float = tostring(i), tostring(x)
  note(text)
  note(float)
  back = back + tonumber(text) + tonumber("0x" .. format("%x", i % 255))
    + tonumber(format("%.2f", i / 4))
end

local result = format("%d %d %.2f", length, sum, back)

harness.finish("format_tostring", n, expected, result)
