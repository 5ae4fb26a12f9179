-- string.format (manual 6.4).

local format = string.format

local function is(got, want)
  assert(got == want, "'" .. tostring(got) .. "' is not '" .. want .. "'")
end

local function fails(text, ...)
  local ok, message = pcall(format, ...)
  assert(not ok, "an error was expected: " .. text)
  assert(string.find(message, text, 1, true),
         "expected '" .. text .. "', got '" .. tostring(message) .. "'")
end

do  -- text without conversions
  is(format(""), "")
  is(format("abc"), "abc")
  is(format("%%"), "%")
  is(format("%%d %%"), "%d %")
  is(format("a\0b"), "a\0b")
  is(format("a\0%d", 1), "a\0001")
  is(format("x", 1, 2, 3), "x")
  is(format(12), "12")
end

do  -- %d %i
  is(format("%d", 42), "42")
  is(format("%i", -42), "-42")
  is(format("%d", 3.0), "3")
  is(format("%d", "10"), "10")
  is(format("%d", "0x10"), "16")
  is(format("%d", "1e1"), "10")
  is(format("%d", math.mininteger), "-9223372036854775808")
  is(format("%d", math.maxinteger), "9223372036854775807")
  is(format("%5d|%-5d|%05d", 42, 42, 42), "   42|42   |00042")
  is(format("%+d|%+d|% d|% d", 1, -1, 1, -1), "+1|-1| 1|-1")
  is(format("%5.3d|%-7.3d|%.0d|%.d|", 7, 7, 0, 0), "  007|007    |||")
  is(format("%05.3d|", 7), "  007|")
  is(format("%-05d|%- 5d|%+ d", 3, 4, 5), "3    | 4   |+5")
  is(format("%--5d|", 7), "7    |")
  is(format("%099d", 3), ("0"):rep(98) .. "3")
  is(format("%.99d", -5), "-" .. ("0"):rep(98) .. "5")
  is(format("%3d", 12345), "12345")
  is(format("%-16c|", 97), "a               |")
end

do  -- %x %X %o %u
  is(format("%x %X", 255, 255), "ff FF")
  is(format("%#x %#X", 255, 255), "0xff 0XFF")
  is(format("%x", -1), "ffffffffffffffff")
  is(format("%o", 8), "10")
  is(format("%#o", 8), "010")
  is(format("%#x", 0), "0")
  is(format("%#o", 0), "0")
  is(format("%#.0x|%#.0o|", 0, 0), "|0|")
  is(format("%08x", 0xbeef), "0000beef")
  is(format("%#010x", 0xbeef), "0x0000beef")
  is(format("%-8x|%8.4X|", 10, 10), "a       |    000A|")
  is(format("%x", 2^31), "80000000")
  is(format("%x", "-1"), "ffffffffffffffff")
  is(format("%o", -1), "1777777777777777777777")
  is(format("%#.3o", 8), "010")
end

do  -- floats
  is(format("%f", 1), "1.000000")
  is(format("%f", "1e1"), "10.000000")
  is(format("%.3f", 2/3), "0.667")
  is(format("%.0f %.0f %.0f", 0.5, 1.5, 2.5), "0 2 2")
  is(format("%#.0f", 3), "3.")
  is(format("%8.2f|%-8.2f|%08.2f", 3.14159, 3.14159, 3.14159),
     "    3.14|3.14    |00003.14")
  is(format("%+.1f|% .1f|%+.1f", 1, 1, -1), "+1.0| 1.0|-1.0")
  is(format("%010.2f|%-10.2f|%+010.2f", -3.14159, 3.14159, 3.14159),
     "-000003.14|3.14      |+000003.14")
  is(format("%e", 12345.678), "1.234568e+04")
  is(format("%.2E", 12345.678), "1.23E+04")
  is(format("%.0e", 15), "2e+01")
  is(format("%g %g %g %g", 100000, 1e6, 1e-4, 1e-5), "100000 1e+06 0.0001 1e-05")
  is(format("%G", 1e-10), "1E-10")
  is(format("%#g", 1.5), "1.50000")
  is(format("%.14g", 0.1), "0.1")
  is(format("%.17g", 0.1), "0.10000000000000001")
  is(format("%.3g", 1e20), "1e+20")
  is(format("%.20f", 0.1), "0.10000000000000000555")
  is(format("%g", -0.0), "-0")
  is(format("%f %g %e", math.huge, -math.huge, math.huge), "inf -inf inf")
  is(format("%5f|%-8g|%+g|%05f", 1/0, -1/0, 1/0, 1/0), "  inf|-inf    |+inf|  inf")
  is(format("%E %G", 1/0, -1/0), "INF -INF")
  assert(format("%f", 0/0):match("^%-?nan$"))
  is(format("%.99f", 1/3):sub(1, 20), "0.333333333333333314")
  assert(#format("%99.99f", -1e308) == 1 + 309 + 1 + 99)
  is(format("%5.1f", 1e15), "1000000000000000.0")
  is(format("%a", 1), "0x1p+0")
  is(format("%a", 0.5), "0x1p-1")
  is(format("%A", -1.5), "-0X1.8P+0")
  is(format("%.3a", 1/3), "0x1.555p-2")
  is(format("%20a|%-20a|%+a", 1.5, 1.5, 1.5),
     "            0x1.8p+0|0x1.8p+0            |+0x1.8p+0")
  is(format("%a", 1/0), "inf")
  assert(tonumber(format("%a", 0.1)) == 0.1)
  for _, d in ipairs { 0.1, 1/3, 1e300, 5e-324, 123456.789, -2.5e-10 } do
    assert(tonumber(format("%.17g", d)) == d)
    assert(tonumber(format("%a", d)) == d)
    assert(tonumber(format("%.16e", d)) == d)
  end
end

do  -- %c
  is(format("%c", 65), "A")
  is(format("%c%c%c", 0, 255, 10), "\0\255\n")
  is(format("%5c|%-5c|", 65, 66), "    A|B    |")
  is(format("%c", "65"), "A")
  is(format("%c", 256 + 65), "A")
end

do  -- %s
  is(format("%s", "abc"), "abc")
  is(format("%s %s", 1, 2.0), "1 2.0")
  is(format("%s %s %s", nil, true, false), "nil true false")
  is(format("%s", "a\0b"), "a\0b")
  is(format("%5s|%-5s|%5.1s|%.2s|%.0s|%.s|", "a", "b", "cd", "efg", "h", "i"),
     "    a|b    |    c|ef|||")
  is(format("%3s", "abcdef"), "abcdef")
  is(format("%.20s", "abc"), "abc")
  is(format("%5s", ("x"):rep(100)), ("x"):rep(100))
  is(format("%.5s", ("x"):rep(200)), "xxxxx")
  is(format("%99.99s", ("x"):rep(200)), ("x"):rep(99))
  is(format("%-60s|", ("x"):rep(50)), ("x"):rep(50) .. (" "):rep(10) .. "|")
  local t = setmetatable({}, { __tostring = function() return "object" end })
  is(format("%s|%8s|%.3s", t, t, t), "object|  object|obj")
  local named = setmetatable({}, { __name = "My.Type" })
  assert(format("%s", named):find("^My%.Type: 0x%x+$") or
         format("%s", named):find("^My%.Type: "))
  assert(format("%s", print):find("^function: "))
  local one, other = {}, {}  -- both alive, so at different addresses
  assert(format("%s", one) ~= format("%s", other))
  is(format("%s %s", 1.5, -0.0), "1.5 -0.0")
  is(format("%s", ("y"):rep(10000)), ("y"):rep(10000))
  local bad = setmetatable({}, { __tostring = function() return {} end })
  fails("'__tostring' must return a string", "%s", bad)
  local throws = setmetatable({}, { __tostring = function() error("E!") end })
  fails("E!", "%s", throws)
end

do  -- %q
  is(format("%q", "abc"), '"abc"')
  is(format("%q", 'a"b\\c\nd'), '"a\\"b\\\\c\\\nd"')
  is(format("%q", "\0"), '"\\0"')
  is(format("%q", "\0001"), '"\\0001"')
  is(format("%q", "\r\t\1272\200"), '"\\13\\9\\1272\200"')
  is(format("%q", ""), '""')
  is(format("%q %q %q", nil, true, false), "nil true false")
  is(format("%q", 10), "10")
  is(format("%q", -10), "-10")
  is(format("%q", math.mininteger), "0x8000000000000000")
  is(format("%q", math.maxinteger), "9223372036854775807")
  is(format("%q", 0.5), "0x1p-1")
  is(format("%q", 2.0), "0x1p+1")
  is(format("%q", 1/0), "1e9999")
  is(format("%q", -1/0), "-1e9999")
  is(format("%q", 0/0), "(0/0)")
  for _, v in ipairs { "a\0b\r\n\"\\\1279", 1/3, -1e300, 5e-324, true,
                       math.mininteger, math.maxinteger, 1/0, -0.0 } do
    local back = load("return " .. format("%q", v))()
    assert(back == v and math.type(back) == math.type(v))
  end
  fails("value has no literal form", "%q", {})
  fails("value has no literal form", "%q", print)
  fails("value has no literal form", "%q", coroutine.create(print))
  fails("specifier '%q' cannot have modifiers", "%10q", "x")
  fails("specifier '%q' cannot have modifiers", "%.1q", "x")
  fails("specifier '%q' cannot have modifiers", "%-q", "x")
end

do  -- %p
  is(format("%p", 1), "(null)")
  is(format("%p", nil), "(null)")
  is(format("%10p|%-10p|", true, 1.5), "    (null)|(null)    |")
  local t = {}
  is(format("%p", t), tostring(t):match("0x%x+"))
  is(format("%p", print), tostring(print):match("0x%x+"))
  assert(format("%p", t) ~= format("%p", {}))
  assert(format("%p", "abc") == format("%p", "a" .. "bc"))
  assert(format("%p", "abc") ~= format("%p", "abd"))
  assert(#format("%30p", t) == 30 and format("%-30p", t):sub(-1) == " ")
end

do  -- errors
  fails("bad argument #1 to 'string.format' (string expected, got no value)")
  fails("bad argument #2 to 'string.format' (no value)", "%d")
  fails("bad argument #3 to 'string.format' (no value)", "%d %d", 1)
  fails("bad argument #2 to 'string.format' (no value)", "%")
  fails("bad argument #2 to 'string.format' (no value)", "%y")
  fails("bad argument #2 to 'string.format' (number expected, got string)",
        "%d", "x")
  fails("bad argument #2 to 'string.format' (number expected, got table)",
        "%c", {})
  fails("bad argument #3 to 'string.format' (number expected, got nil)",
        "%d %f", 1, nil)
  fails("number has no integer representation", "%d", 1.5)
  fails("number has no integer representation", "%x", 2^63)
  fails("number has no integer representation", "%d", "1.5")
  fails("string contains zeros", "%5s", "a\0b")
  fails("string contains zeros", "%.1s", "a\0b")
  fails("invalid conversion '%' to 'format'", "%", 1)
  fails("invalid conversion '%y' to 'format'", "%y", 1)
  fails("invalid conversion '%F' to 'format'", "%F", 1)
  fails("invalid conversion '%10' to 'format'", "%10", 1)
  fails("invalid conversion '%l' to 'format'", "%ld", 1)
  fails("invalid conversion '%5.' to 'format'", "%5.", 1)
  fails("invalid conversion '%*' to 'format'", "%*d", 1)
  fails("invalid conversion '%'' to 'format'", "%'d", 1)
  fails("invalid conversion '%5' to 'format'", "%5\0d", 1)
  for _, f in ipairs { "%100d", "%.100d", "%10.123d", "%#d", "%#i", "%+x",
                       "% x", "%+s", "%#s", "% s", "%0s", "%05s", "%010c",
                       "%.10c", "%0.34s", "%3.1p", "%05p", "%100.3d",
                       "%1.100d", "%123d", "%100c", "%.3c" } do
    fails("invalid conversion specification: '" .. f .. "'", f, 1)
  end
  fails("invalid format (too long)", "%" .. ("0"):rep(21) .. "d", 1)
  fails("invalid format (too long)", "%0" .. ("1"):rep(600) .. "d", 1)
  fails("invalid format (too long)", "%" .. ("-"):rep(100), 1)
  is(format("%" .. ("0"):rep(20) .. "d", 7), "7")
  -- Methods count without the object.
  local ok, message = pcall(function() return ("%d"):format("x") end)
  assert(message:find("bad argument #1 to 'format' (number expected, got " ..
                      "string)", 1, true))
end

do  -- many conversions, long results
  local parts, values, want = {}, {}, {}
  for i = 1, 200 do
    parts[i], values[i], want[i] = "%d:%s ", i, nil
  end
  local f = table.concat(parts)
  local args = {}
  for i = 1, 200 do
    args[#args + 1] = i
    args[#args + 1] = ("s"):rep(i)
    want[i] = i .. ":" .. ("s"):rep(i) .. " "
  end
  is(format(f, table.unpack(args)), table.concat(want))
end
