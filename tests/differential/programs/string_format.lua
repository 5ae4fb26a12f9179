-- string.format, tostring, tonumber: every conversion with flags and extremes.

local function try(fmt, ...)
  local ok, r = pcall(string.format, fmt, ...)
  print(fmt, ok and "[" .. r .. "]" or "error: " .. r)
end

local integers = {0, 1, -1, 42, 255, math.maxinteger, math.mininteger, 3.0}
for _, f in ipairs {"%d", "%i", "%5d", "%-5d|", "%05d", "%+d", "% d", "%.3d",
                    "%8.4d", "%x", "%X", "%#x", "%o", "%#o", "%u", "%c"} do
  for _, n in ipairs(integers) do
    if not (f == "%c" and (n > 127 or n < 32)) then try(f, n) end
  end
end
local floats = {0.0, -0.0, 1.5, -2.25, 1e100, 1e-10, 123456789.125, 0.1,
                math.huge, -math.huge, math.pi, 2^53, 5e-324, 7}
for _, f in ipairs {"%f", "%.2f", "%10.3f", "%-12.1f|", "%+.0f", "%e", "%.3E",
                    "%g", "%.10g", "%G", "%#.3g", "%a", "%A", "%.3a", "%.14g",
                    "%.17g", "%012.4f", "%s", "%q"} do
  for _, n in ipairs(floats) do try(f, n) end
end
for _, s in ipairs {"", "hello", "two\nlines", "quote\"back\\slash", "nul\0in",
                    "\1\0029\r\t", "caf\u{e9}"} do
  try("%s", s); try("%10s|", s); try("%-10s|", s); try("%.3s", s)
  try("%5.1s|", s); try("%q", s)
end
try("%q", 1); try("%q", math.mininteger); try("%q", 1 / 3); try("%q", true)
try("%q", nil); try("%q", {}); try("%q", 0 / 0 ~= 0 / 0)
try("%s %s", nil, true)
try("%s", setmetatable({}, {__tostring = function() return "object" end}))
try("%s", setmetatable({}, {__tostring = function() return 1 end}))
print((string.format("%s", setmetatable({}, {__name = "My.Type"})):gsub("0x%x+", "ADDR")))
try("%%"); try("100%% %s", "sure"); try("%5%")

-- Errors.
try("%d", 1.5); try("%d", "10"); try("%d", "1.5"); try("%d", "x"); try("%d")
try("%y", 1); try("%", 1); try("%10q", "x"); try("%.200d", 1); try("%200d", 1)
try("%0000000005d", 1); try("%s"); try("%x", 1e100); try("%c", "a"); try("%f", "z")
try("%#d", 1); try("%+s", "x"); try("%.20s", "abc"); try("%p", 1); try("%i", 3.0)
try("%-+ #0d", 1); try("%.99f", 1 / 3); try("%99.99f", -1e15)
try("%s", ("x"):rep(1000)); try("%.5s|%5s", "abcdefghij", "k")

-- tostring and tonumber.
for _, v in ipairs {1, 1.0, -0.0, 1e15, 1e16, 1e100, 2^63, -2^63, 2^53,
                    123456.789e3, 0.1, 1 / 3, math.huge, -math.huge, 3.14159265358979,
                    math.maxinteger, math.mininteger, 100000000000000, 1e14} do
  print(tostring(v), math.type(v), v)
end
for _, s in ipairs {"10", " 10 ", "0x10", "0xA.8p1", "1e2", ".5", "5.", "0x", "",
                    " ", "1 2", "1e", "0x1p", "1e+5", "- 1", "-0x10", "+7", "inf",
                    "nan", "9223372036854775807", "9223372036854775808",
                    "0xffffffffffffffff", "0x1ffffffffffffffff", "1_000", "1e400",
                    "0x.1", "0x1.", "\t7\n", "7\0", "1e-400", "00012", "--1"} do
  print(("%q"):format(s), tonumber(s), math.type(tonumber(s)))
end
for _, c in ipairs {{"ff", 16}, {"zz", 36}, {"777", 8}, {"8", 8}, {"-101", 2},
                    {" 11 ", 2}, {"", 10}, {"7fffffffffffffff", 16},
                    {"ffffffffffffffff", 16}, {"1.0", 10}, {"Z", 36}} do
  print(c[1], c[2], tonumber(c[1], c[2]))
end
print(pcall(tonumber, "10", 1)); print(pcall(tonumber, "10", 37))
print(pcall(tonumber, 10, 10)); print(pcall(tonumber)); print(pcall(tostring))
print(tonumber(nil), tonumber({}), tonumber(true))
print(10 .. "", 1.0 .. "", -0.0 .. "", 2^63 .. "", 1e100 .. "")

-- One-digit widths and precisions, and what looks like them, with every kind of
-- number.
do
  local values = {
    0, 1, -1, 12345, 123456789012, -5, 0.0, -0.0, 1.5, -2.25, 1e15, 1e300, 1 / 0, -1 / 0, "7", "x",
    math.mininteger,
  }
  for _, f in ipairs({
    "%5d", "%05d", "%1d", "%9d", "%.2f", "%.0f", "%.9f", "%0d", "%d", "%5.2f", "%-5d", "%.f", "%.3d",
    "%5s", "%00d", "%.2d", "%.12f", "%5", "%.2", "%05", "%0", "%.",
  }) do
    for _, v in ipairs(values) do
      print(f, v, select(2, pcall(string.format, f, v)))
    end
  end
end
