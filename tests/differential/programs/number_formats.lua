-- tostring, %d %i %u %c %x %X %o %a %A %e %E %f %F %g %G %q %s with every flag over many numbers; string -> number; arithmetic of extremes
local numbers = {0, -0.0, 0.0, 1, -1, 1.0, -1.0, 0.1, 1/3, 2/3, 1e15, 1e14, 123456789012345.0, 1234567890123456.0, 1e16, 1e17, 1e100, 1e308, 1.7976931348623157e308, 2.2250738585072014e-308, 5e-324, 4.9e-324, 1e-5, 1e-4, 0.0001234, 123456.789, 99999999999999.9, 999999999999999.9, 0.99999999999999, 0.999999999999999, 2^53, 2^53 + 1, 2^63, -2^63, 2^64, 1e300 * 1e10, -1e300 * 1e10, 0/0, -(0/0), math.maxinteger, math.mininteger, math.maxinteger + 0.0, math.mininteger + 0.0, 42, 255, 65536, 3.14159265358979, 100.0, 1e2, 12345678.5, 0.5, 1.5, 2.5, 1e1, 123e-7}
for _, n in ipairs(numbers) do
  print(n, -n, n + 0.0, tostring(n), n .. "", math.type(n), #tostring(n), string.format("%q", n), string.format("%s", n), n // 1, n % 7, n ~= n or n // 0.0, math.tointeger(n))
end
local flags = {"", "-", "+", " ", "#", "0", "-+", "+0", " 0", "#0", "-#", "+ ", "-0"}
local sizes = {"", "5", "20", ".0", ".3", ".14", ".17", "20.5", "1.1", ".20", "99.99"}
local seen = {}
for _, conversion in ipairs{"d", "i", "u", "c", "x", "X", "o", "a", "A", "e", "E", "f", "F", "g", "G", "s", "q", "n", "5"} do
  for _, flag in ipairs(flags) do for _, size in ipairs(sizes) do
    local format = "%" .. flag .. size .. conversion
    local line = {format}
    for _, n in ipairs{0, 1, -1, 42, 1.0, -0.0, 1.5, 1e15, 1e100, 255, 0/0, 1/0, -1/0, math.mininteger, 3.999, 1e-10, "10", "0x10", "abc"} do
      local ok, r = pcall(string.format, format, n); line[#line + 1] = ok and "[" .. r:gsub("%z", "\\0") .. "]" or r:gsub("^.-: ", "")
    end
    print(table.concat(line, " "))
  end end
end
for _, f in ipairs{"%", "%%", "%5%", "%-5%", "%0.5.5d", "%123d", "%.123d", "%5.", "%y", "%ld", "%lld", "% ", "%\0", "%d%", "%-+ #0d", "%-+ #00d", "%+++++++++d", "%-10c|", "%5c|", "%.3s|", "%10.3s|", "%-10.3s|", "%q %q", "%10q", "%i"} do print(f:gsub("%z", "\\0"), pcall(string.format, f, 65, 66)) end
for _, v in ipairs{true, false, {}, print, "a\0b", "a\nb\r\t\"\\\1\0012\200", ("x"):rep(120)} do for _, f in ipairs{"%q", "%s", "%10s", "%.5s", "%-8s|", "%d", "%x", "%c", "%g", "%a"} do
  local ok, r = pcall(string.format, f, v); print(f, ok, (r:gsub("0x%x+", "ADDR"))) end end
print(pcall(string.format, "%s")); print(pcall(string.format, "%d")); print(pcall(string.format, "%s %s", 1)); print(pcall(string.format, "%.3s|", nil)); print(string.format("%s %s %s", nil, true, 1, 2)); print(pcall(string.format, "%s", setmetatable({}, {__tostring = function() return 1 end}))); print(string.format("%s|%10s", setmetatable({}, {__tostring = function() return "T" end}), setmetatable({}, {__name = "N"})))
for _, s in ipairs{"0", "-0", "+1", "1.", ".5", ".", "1e", "1e+", "1e5", "1E-5", "0x", "0x.p1", "0x.8", "0xA.8p1", "0x1p", "0xffffffffffffffff", "0x1ffffffffffffffff", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "1e400", "-1e400", "1e-400", "inf", "nan", "0b1", "1_000", " 1 ", "\t1\n", "1 2", "1\0", "\0", "", " ", "- 1", "--1", "0x-1", "-0x1", "+0x1p-2", "1e1.5", "1f", "1L", "١", "0x1P+3", "1e0005", "00012", "0000.5", "12e1000000000000", "0.0000000000000000000000000000000000000000001e43", "1" .. ("0"):rep(400), "0x" .. ("f"):rep(100), "0x0." .. ("0"):rep(100) .. "1p400", ("9"):rep(300) .. "e-299"} do
  print((s:gsub("%z", "\\0"):sub(1, 30)), tonumber(s), math.type(tonumber(s)), pcall(function() return s + 0 end), pcall(function() return s | 0 end), math.tointeger(s)) end
for _, s in ipairs{"10", "zz", "ZZ", "-ff", " 11 ", "1.0", "", "8", "7fffffffffffffff", "ffffffffffffffff", "1" .. ("0"):rep(20), "1e1", "+1", "1 1"} do for _, base in ipairs{2, 8, 10, 16, 36} do io.write(tostring(tonumber(s, base)), " ") end print() end
local ops = {["+"] = function(a, b) return a + b end, ["-"] = function(a, b) return a - b end, ["*"] = function(a, b) return a * b end, ["/"] = function(a, b) return a / b end, ["//"] = function(a, b) return a // b end, ["%"] = function(a, b) return a % b end, ["^"] = function(a, b) return a ^ b end, ["&"] = function(a, b) return a & b end, ["|"] = function(a, b) return a | b end, ["~"] = function(a, b) return a ~ b end, ["<<"] = function(a, b) return a << b end, [">>"] = function(a, b) return a >> b end, ["<"] = function(a, b) return a < b end, ["<="] = function(a, b) return a <= b end, ["=="] = function(a, b) return a == b end, [".."] = function(a, b) return a .. b end}
local names = {}; for k in pairs(ops) do names[#names + 1] = k end table.sort(names)
local operands = {0, -0.0, 1, -1, 2, 3, -3, 1.5, -2.5, 63, 64, -64, math.maxinteger, math.mininteger, 2^53, 2^63, 1e308, 5e-324, 1/0, -1/0, 0/0, "10", "-0x3", "1.5", "abc", true, {}}
for _, name in ipairs(names) do for _, a in ipairs(operands) do local line = {}
  for i, b in ipairs(operands) do local ok, r = pcall(ops[name], a, b); r = tostring(r):gsub("^[^:]+:%d+: ", ""); if r == "nan" then r = "-nan" end line[i] = r end
  print(name, type(a) == "table" and "table" or a, table.concat(line, " ")) end end
