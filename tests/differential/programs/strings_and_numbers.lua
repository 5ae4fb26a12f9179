-- string.pack, utf8, gsub with every kind of replacement, conversions, dates.
local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
local function try(f, ...) print(select(2, pcall(f, ...))) end
for _, case in ipairs {
  {"<i1", -1}, {"<i2", -2}, {">i2", 258}, {"<i3", -70000}, {"<I4", 4000000000}, {">i8", math.mininteger}, {"<i16", -5}, {">I16", 5}, {"<j", 7}, {"<J", 7}, {"<T", 9}, {"b", 127}, {"B", 255}, {"<h", -3}, {"<H", 65535}, {"<l", 1}, {"<L", 1},
  {"<f", 1.5}, {">d", -2.25}, {"<n", 0.1}, {"z", "abc"}, {"s1", "abc"}, {"<s2", "hi"}, {"<s", ""}, {"c5", "ab"}, {"c0", ""}, {"<!4 i1 i4", 1, 2}, {"<!8 b Xi8 i8", 1, 2}, {"<i1 x i1", 1, 2}, {">!2 i1 !1 i2", 1, 2}, {"=I2", 1}, {"<i7", -1}, {" < i2 > i2 ", 1, 1},
} do
  local packed = string.pack(table.unpack(case))
  print(case[1], hex(packed), #packed, string.unpack(case[1], packed))
end
for _, case in ipairs {{"i1", 200}, {"I1", -1}, {"i17", 1}, {"i0", 1}, {"s1", ("x"):rep(300)}, {"z", "a\0b"}, {"c2", "abc"}, {"i4", 1.5}, {"i4", "x"}, {"q", 1}, {"!3 i4", 1}, {"Xz"}, {"X"}, {"d", "x"}, {"i4"}, {"!17", 1}, {"<!4 Xi3"}} do try(string.pack, table.unpack(case)) end
for _, case in ipairs {{"i4", "abc"}, {"z", "abc"}, {"s1", "\5ab"}, {"<i9", ("\xff"):rep(8) .. "\1"}, {"<I9", ("\xff"):rep(9)}, {"i4", "abcd", 2}, {"i1", "abc", -1}, {"i1", "abc", 5}, {"i1", "abc", -5}, {"c10", "abc"}} do try(string.unpack, table.unpack(case)) end
for _, fmt in ipairs {"<i4i8", "!8 i1 i8", "b h i", "<!4 b Xd", "s", "z", "c10", "<d f j", "i16 i16"} do print(fmt, pcall(string.packsize, fmt)) end
-- utf8
for _, s in ipairs {"", "abc", "\u{e9}\u{20ac}\u{10348}", "\u{7fffffff}", "\xff", "\xc0\x80", "\u{d800}", "\xf4\x90\x80\x80", "\xe2\x82"} do
  print(hex(s), utf8.len(s)) print("", pcall(utf8.len, s, 1, -1, true)) print("", pcall(utf8.codepoint, s, 1, -1)) print("", pcall(utf8.codepoint, s, 1, -1, true))
  print("", pcall(function() local out = {} for p, c in utf8.codes(s) do out[#out + 1] = p .. ":" .. c end return table.concat(out, " ") end))
  print("", pcall(function() local out = {} for p, c in utf8.codes(s, true) do out[#out + 1] = p .. ":" .. c end return table.concat(out, " ") end))
end
for n = -4, 4 do print(n, pcall(utf8.offset, "a\u{e9}\u{20ac}b", n)) end
for i = 1, 8 do print(i, pcall(utf8.offset, "a\u{e9}\u{20ac}b", 0, i), pcall(utf8.offset, "a\u{e9}\u{20ac}b", 1, i)) end
print(utf8.char(), utf8.char(72, 228, 8364, 0x10FFFF), hex(utf8.char(0x7fffffff)), utf8.charpattern == "[\0-\x7F\xC2-\xFD][\x80-\xBF]*") try(utf8.char, -1) try(utf8.char, 0x80000000) try(utf8.len, "abc", 5) try(utf8.len, "abc", 3, 9)
-- gsub
for _, replacement in ipairs {"<%0>", "<%1>", "%%", "", "%2", "%", "%x", {a = "A", b = 1, c = false, d = true}, function(x) if x == "a" then return "F" elseif x == "b" then return nil elseif x == "c" then return false end return 2.5 end, 7, 1.5} do
  print(type(replacement), pcall(string.gsub, "abcd", "(%w)", replacement)) print("", pcall(string.gsub, "a b", "%w", replacement, 1))
end
try(string.gsub, "abc", "b", function() return {} end) try(string.gsub, "abc", "b", {b = print}) try(string.gsub, "abc", "b") try(string.gsub, "abc", "(", "x") try(string.gsub, "abc", "%", "x") try(string.gsub, "abc", "[a", "x") try(string.gsub, "abc", "%f", "x") try(string.gsub, "abc", "(()", "x") try(string.gsub, "x", "%1", "") try(string.gsub, "x", "(x)(%3)", "")
print(("hello world"):gsub("o", "0", 1), ("abc"):gsub("", "-"), ("abc"):gsub(".", {b = "B"}), ("x = 1"):gsub("(%w+) = (%w+)", "%2 = %1"), ("THE (quick) fox"):find "%((%a+)%)", ("f(a(b)c)d"):match "%b()", ("THE (quick) fox"):gsub("%f[%a]%a+", string.lower))
print(("key=val; k2=v2"):gsub("(%w+)=(%w+)", {key = "K", k2 = false}), ("abc"):gsub("()", "%1"), ("aaa"):gsub("a-", "x"), ("aaa"):gsub("a*", "x"), ("  trim  "):gsub("^%s+", ""), ("a.b"):gsub("%.", "%%"))
for k, v in ("a=1, b=2"):gmatch "(%w+)=(%w+)" do io.write(k, v, ";") end for p in ("abc"):gmatch "()" do io.write(p, ",") end for w in ("one two"):gmatch("%a+", 3) do io.write(w, ".") end for m in ("abab"):gmatch "^ab" do io.write("[", m, "]") end print()
-- Numbers and strings.
for _, s in ipairs {"10", " 10 ", "0x10", "1e1", "0x1p4", "0x.8", ".5", "5.", "1e", "0x", "", " ", "1 2", "1_0", "inf", "nan", "0x1p", "1e+5", "-0", "-0x10", "- 1", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "0xffffffffffffffff", "0x1ffffffffffffffff", "1e400", "1\0", "\t1\n", "0b1", "1e-400", "123456789012345678901234567890", "0x1.8p1", "1E5", "0XAp-1"} do
  local n = tonumber(s) print(("%q"):format(s), n, math.type(n), pcall(function() return s + 0 end))
end
for base = 2, 36, 5 do print(base, tonumber("10", base), tonumber("zz", base), tonumber("-1", base), tonumber(" 11 ", base), tonumber("1.0", base)) end try(tonumber, "1", 1) try(tonumber, 1, 10) try(tonumber) try(tonumber, {}, 10)
for _, v in ipairs {0, -0.0, 1, 1.0, 1.5, -1e15, 1e15, 1e16, 123456789012, 1e100, 0.1, 1 / 3, 2^53, 2^63, -2^63, 1e-5, 12345678.9, 5e-324, 1.7976931348623157e308, 1 / 0, -1 / 0, math.maxinteger, math.mininteger, 100000000000000, 1e14, 3.14159265358979} do
  print(v, tostring(v), v .. "", ("%g %.14g %.17g %5.1f %e %a"):format(v, v, v, v, v, v), math.tointeger(v), ("%q"):format(v), v == v // 1, pcall(string.format, "%d", v))
end
for _, f in ipairs {"%5d|%-5d|%05d|%+d|% d", "%x|%X|%#x|%o|%#o|%5.3d", "%i|%u|%c"} do print(pcall(string.format, f, 42, 42, 42, 42, 42, 42)) end
print(("%s %10s %-10s| %.2s %q"):format("abc", "abc", "abc", "abc", "a\n\0b\r\"\\\1272")) print(("%q %q %q %q"):format(1, 1.5, true, nil), ("%-5s|%5s"):format(true, nil), ("%%"):format(), ("%5.1f|%-8.3e|%+g"):format(2.25, 12345.678, 0.5))
for _, f in ipairs {"%", "%y", "%10.123f", "%0100d", "%d", "%s", "%.3q", "%-+ #0d", "%#s", "%123d", "%5c"} do try(string.format, f) try(string.format, f, 65) end
print(10 // 3, -10 // 3, 10 // -3, -10 // -3, 10 % 3, -10 % 3, 10 % -3, -10 % -3, 10.5 // 3, -10.5 // 3, 10.5 % 3, -10.5 % 3, 10.5 % -3, 5 % math.huge, -5 % math.huge, 5 // math.huge, -5 // math.huge, 5 // 0.0, -5 // 0.0, 0 // 0.0 ~= 0 // 0.0, 5 % 0.0 ~= 5 % 0.0)
print(math.mininteger // -1, math.mininteger % -1, math.maxinteger + 1 == math.mininteger, math.mininteger * -1, 7 // 0.5, 1e308 * 10, "10" + 5, "0x10" * 2, "3" ^ 2, 10 .. 20, "5" // 2, "7" % "4", -"2", "1.5" + 1) try(function() return 1 // 0 end) try(function() return 1 % 0 end) try(function() return "a" + 1 end) try(function() return 1.5 & 1 end) try(function() return "1.5" | 1 end) try(function() return 2^63 | 0 end) try(function() return "3" | 4 end) try(function() local s = "0xff" return s & 15, ~s end) print(1 << 63, 1 << 64, 1 << -1, -1 >> 1, -1 >> 64, 1 >> -3, ~0, 2.0 ~ 3)
print(1 == 1.0, 2^53 == 2^53 + 1, math.maxinteger + 0.0 == math.maxinteger, math.maxinteger < math.maxinteger + 0.0, math.mininteger <= -2^63, "a" < "b", "a\0b" < "a\0c", "" < "a", "Z" < "a", "10" < "9", math.ult(1, -1), 1 < 1.5, -1 < -0.5)
for _, t in ipairs {0, 86399, 951782400, 1e9, 1709210096, -1, 2147483648, 253402300799} do try(os.date, "!%Y-%m-%d %H:%M:%S %j %a %A %b %B %d %e %I %p %y %U %W %w %C %D %F %G %g %h %R %T %u %V %x %X %n%t%%", t // 1) local d = os.date("!*t", t // 1) print(d.year, d.month, d.day, d.hour, d.min, d.sec, d.wday, d.yday, d.isdst, pcall(os.time, d)) end
for _, d in ipairs {{year = 2024, month = 2, day = 30}, {year = 2024, month = 14, day = -3, hour = 25, min = 61, sec = 61}, {year = 1970, month = 1, day = 1, hour = 0}, {year = 2024, month = 1}, {year = "2020", month = "3", day = "4"}, {year = 2020, month = 1.5, day = 1}, {year = 1e15, month = 1, day = 1}, {year = 2020, month = "x", day = 1}} do print(pcall(os.time, d)) end try(os.date, "%Ez", 0) try(os.date, "%Q", 0) try(os.date, "%", 0) try(os.date, "*t", 2^60) try(os.date, "%c", "x") print(os.difftime(10, 5), pcall(os.difftime))
