-- The string library, utf8 and string.pack at their extremes.

local function fails(f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok and type(message) == "string", "no error")
  return message
end
local huge = {math.maxinteger, math.mininteger, 1 << 62, 1 << 53, 1 << 40, -1, 0, 1, 2 ^ 53, -2 ^ 63, 2 ^ 63, 0 / 0, 1 / 0, 0.5}

-- Sizes.
for _, n in ipairs{1 << 40, 1 << 62, math.maxinteger} do
  fails(string.rep, "x", n)
  fails(string.rep, "xx", n, ",")
  fails(string.rep, "", n, ",")
  assert(string.rep("", 1000) == "")
end
fails(string.rep, ("x"):rep(1 << 20), (1 << 43) + 1)
assert(pcall(string.rep, "x", 1 << 25))
for _, n in ipairs(huge) do
  for _, m in ipairs(huge) do
    pcall(string.sub, "hello", n, m)
    pcall(string.byte, "hello", n, m)
    pcall(utf8.codepoint, "héllo", n, m)
    pcall(utf8.len, "héllo", n, m)
    pcall(utf8.offset, "héllo", n, m)
    pcall(utf8.char, n, m)
    pcall(string.char, n, m)
    pcall(string.unpack, "i4", "hello", n)
    pcall(select, n, m)
    pcall(math.random, n, m)
    pcall(math.fmod, n, m)
    pcall(math.tointeger, n)
    pcall(string.format, "%d %x %c %g %a %s %q", n, m, n, m, n, m, n)
    pcall(tostring, n)
  end
  pcall(string.rep, "", n)
end
fails(string.byte, ("x"):rep(1 << 25), 1, -1)
fails(function() return ("x"):rep(1 << 20):byte(1, -1) end)
fails(table.unpack, {}, 1, 1e8)

-- Formats.
for _, f in ipairs{"%99999d", "%100d", "%.100f", "%0000000001d", "%-+ #0123d", "%", "%y", "%1", "%.", "%1.", "%.1.1f", "%ll",
                   "%99.99f%99.99f", "%#q", "%5q", "%.3q", "%99.100s", "%100s", "%1$d", "%*d", "%n", "%hd", "%c%", "%.99999s"} do
  pcall(string.format, f, 1, 2, 3)
  pcall(string.format, f, "s", "s")
  pcall(string.format, ("%5s"):rep(100) .. f, table.unpack({}, 1, 101))
end
for _, f in ipairs{"%99999d", "%100d", "%.100f", "%", "%y", "%.", "%*d", "%n", "%100s", "%.99999s", "%#q", "%5q"} do
  fails(string.format, f, 1)
end
assert(#string.format("%s", ("x"):rep(1 << 20)) == 1 << 20 and #string.format("%99.99f", 1e308) == 409)
assert(string.format("%.20s", ("x"):rep(1 << 20)) == ("x"):rep(20))
fails(string.format, "%10s", "a\0b")
fails(string.format, "%q", {})
fails(string.format, "%d", 1.5)
fails(string.format, "%s")
fails(string.format, "%s", setmetatable({}, {__tostring = function() return {} end}))
fails(string.format, "%s", setmetatable({}, {__tostring = function() error("tostring") end}))
for _, f in ipairs{"%q"} do
  for _, v in ipairs{1 / 0, -1 / 0, 0 / 0, math.mininteger, math.maxinteger, 5e-324, 1.7976931348623157e308, "\0001\r\n\\\"", false} do
    local s = string.format(f, v)
    local back = load("return " .. s)()
    assert(back == v or v ~= v and back ~= back)
  end
end

-- Packing.
for _, f in ipairs{"i0", "i17", "i99999999999999999999", "!0", "!17", "!3i4", "Xz", "X", "Xi17", "x", "c", "c-1", "s0", "s17", "z", "!8!16!1",
                   "i", "I", "j", "J", "T", "f", "d", "n", "b", "B", "h", "H", "l", "L", "s1", "s2", "s", "c0", "c10", "<>=!", " ", "\0", "Q", "i16", "I16",
                   "!16Xi16", "!2Xi8", "!7i3", ("i"):rep(300), ("!"):rep(300), ("<"):rep(10000)} do
  for _, v in ipairs{0, -1, math.maxinteger, math.mininteger, "", ("x"):rep(300), 1.5, 1e308, "a\0b", "12"} do
    local ok, packed = pcall(string.pack, f, v)
    if ok then
      pcall(string.unpack, f, packed)
      for cut = 0, math.min(#packed, 20) do pcall(string.unpack, f, packed:sub(1, cut)) end
    end
  end
  pcall(string.packsize, f)
  for at = -20, 20 do pcall(string.unpack, f, ("\xff"):rep(17), at) end
  for _, at in ipairs(huge) do pcall(string.unpack, f, ("\xff"):rep(40), at) end
end
fails(string.unpack, "s8", "\xff\xff\xff\xff\xff\xff\xff\x7f")
fails(string.unpack, "s8", "\xff\xff\xff\xff\xff\xff\xff\xff")
fails(string.unpack, "s4", "\xff\xff\xff\xff1234")
fails(string.unpack, "c4294967296", "x")
fails(string.unpack, "z", ("x"):rep(1000))
fails(string.unpack, ("I1"):rep(300), ("x"):rep(299))
fails(string.unpack, ("I1"):rep(2000000), ("x"):rep(2000000))
fails(string.pack, "s1", ("x"):rep(256))
fails(string.unpack, "i16", ("\xff"):rep(15) .. "\x7f")
assert(string.unpack("i16", ("\xff"):rep(16)) == -1)

-- Numerals.
for _, s in ipairs{"", " ", "0x", "1e", "1e+", "--1", "1 1", "\0", "1\0", "0x1p", "0x.p1", ".", "inf", "nan", "1_0", "١", ("1"):rep(5000),
                   "0x" .. ("f"):rep(5000), "1e" .. ("1"):rep(5000), (" "):rep(100000) .. "1" .. (" "):rep(100000), "1e-99999999999", "0x1p-99999999999",
                   "0x" .. ("0"):rep(5000) .. ".8p4"} do
  tonumber(s)
  pcall(function() return s + 1 end)
  pcall(function() return s | 1 end)
  for base = 2, 36, 17 do tonumber(s:gsub("%z", "_"), base) end
end
for _, base in ipairs(huge) do pcall(tonumber, "10", base) end

-- Concatenation of very many, and string coercions that call nothing.
local many = {}
for i = 1, 190 do many[i] = "a" .. i end
local f = load("local " .. table.concat(many, ",") .. " = ... return " .. ("a1 .. "):rep(199) .. "a1")
assert(not f or #f(("x"):rep(1000)) == 200000)
f = load("local a1 = ... return " .. ("a1 .. "):rep(149) .. "a1")
assert(f and #f(("x"):rep(1000)) == 150000)
fails(f, {})
local s = ("x"):rep(1 << 20)
for _ = 1, 4 do s = s .. s end
assert(#s == 1 << 24)
