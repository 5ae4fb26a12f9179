-- string.pack, packsize and unpack (manual 6.4.2), for a 64-bit little-endian
-- machine.

local pack, packsize, unpack = string.pack, string.packsize, string.unpack
local maxi, mini = math.maxinteger, math.mininteger

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "an error was expected: " .. text)
  assert(string.find(message, text, 1, true),
         "expected '" .. text .. "', got '" .. tostring(message) .. "'")
end

local p = table.pack
local function eq(got, ...)
  local want = p(...)
  assert(got.n == want.n, got.n .. " results, not " .. want.n)
  for i = 1, want.n do
    assert(got[i] == want[i] and math.type(got[i]) == math.type(want[i]),
           "result " .. i .. ": " .. tostring(got[i]) .. " is not " ..
           tostring(want[i]))
  end
end

local function hex(want, ...)
  local got = pack(...):gsub(".", function(c)
    return string.format("%02x", c:byte())
  end)
  want = want:gsub(" ", "")
  assert(got == want, got .. " is not " .. want)
end

do  -- native sizes
  assert(packsize("b") == 1 and packsize("B") == 1)
  assert(packsize("h") == 2 and packsize("H") == 2)
  assert(packsize("i") == 4 and packsize("I") == 4)
  assert(packsize("l") == 8 and packsize("L") == 8)
  assert(packsize("j") == 8 and packsize("J") == 8 and packsize("T") == 8)
  assert(packsize("f") == 4 and packsize("d") == 8 and packsize("n") == 8)
  assert(packsize("") == 0 and packsize(" < > = ! ") == 0)
  assert(packsize("x") == 1 and packsize("c0") == 0 and packsize("c10") == 10)
  for i = 1, 16 do
    assert(packsize("i" .. i) == i and packsize("I" .. i) == i)
  end
end

do  -- integers
  hex("01", "b", 1)
  hex("ff", "b", -1)
  hex("ff", "B", 255)
  hex("0100 0001", "<h>h", 1, 1)
  hex("01000000 00000001", "<i4>i4", 1, 1)
  hex("feffff fffffe", "<i3>i3", -2, -2)
  hex("ffffffffffffffffffffffffffffffff", "<i16", -1)
  hex("ffffffffffffffff0000000000000000", "<I16", -1)
  hex("00000000000000000001", ">I10", 1)
  hex("0000000000000080", "<j", mini)
  hex("7fffffffffffffff", ">j", maxi)
  hex("ffffffffffffffff", "J", -1)
  hex("01 02 03", "bbb", 1, "2", 3.0)
  hex("01000000", "=i4", 1)
  for size = 1, 16 do
    for _, order in ipairs { "<", ">", "=" } do
      local f = order .. "i" .. size
      local limit = size < 8 and 1 << (size * 8 - 1) or maxi
      for _, n in ipairs { 0, 1, -1, 100, -100, limit - 1, -limit } do
        local s = pack(f, n)
        assert(#s == size)
        eq(p(unpack(f, s)), n, size + 1)
      end
      f = order .. "I" .. size
      local last = size < 8 and (1 << (size * 8)) - 1 or maxi
      for _, n in ipairs { 0, 1, 200, last } do
        eq(p(unpack(f, pack(f, n))), n, size + 1)
      end
      if size > 1 then assert(pack("<i" .. size, 77):reverse() ==
                              pack(">i" .. size, 77)) end
    end
  end
  for size = 1, 7 do
    local limit = 1 << (size * 8 - 1)
    fails("integer overflow", pack, "<i" .. size, limit)
    fails("integer overflow", pack, ">i" .. size, -limit - 1)
    fails("unsigned overflow", pack, "I" .. size, 2 * limit)
    fails("unsigned overflow", pack, "I" .. size, -1)
  end
  fails("bad argument #2 to 'string.pack' (integer overflow)", pack, "b", 128)
  fails("bad argument #3 to 'string.pack' (unsigned overflow)", pack, "bB", 1,
        256)
  eq(p(unpack("<I8", ("\xff"):rep(8))), -1, 9)
end

do  -- integers wider than ours
  eq(p(unpack("<i9", ("\xff"):rep(9))), -1, 10)
  eq(p(unpack("<i16", ("\xff"):rep(16))), -1, 17)
  eq(p(unpack("<I9", ("\xff"):rep(8) .. "\0")), -1, 10)
  eq(p(unpack(">I9", "\0" .. ("\xff"):rep(8))), -1, 10)
  eq(p(unpack("<i16", ("\128"):rep(8) .. ("\255"):rep(8))),
     -9187201950435737472, 17)
  fails("9-byte integer does not fit into Lua Integer", unpack, "<i9",
        ("\xff"):rep(8) .. "\1")
  fails("16-byte integer does not fit into Lua Integer", unpack, "i16",
        ("\3"):rep(16))
  for size = 9, 16 do
    fails("does not fit", unpack, "<I" .. size, ("\0"):rep(size - 1) .. "\1")
    fails("does not fit", unpack, ">i" .. size, "\1" .. ("\0"):rep(size - 1))
  end
end

do  -- floats
  hex("0000803f 3f800000", "<f>f", 1, 1)
  hex("000000000000f03f 3ff0000000000000", "<d>n", 1, 1)
  hex("000000000000f07f", "<d", math.huge)
  for _, d in ipairs { 0.0, -0.0, 1.5, -2.5, 1e300, 5e-324, math.huge, 0.1 } do
    for _, f in ipairs { "<d", ">d", "<n", ">n" } do
      eq(p(unpack(f, pack(f, d))), d, 9)
    end
  end
  assert(1 / unpack("d", pack("d", -0.0)) == -math.huge)
  local nan = unpack("<d", pack("<d", 0 / 0))
  assert(nan ~= nan)
  for _, d in ipairs { 0.0, 1.5, -2.5, 1024.25, math.huge } do
    eq(p(unpack("<f", pack("<f", d))), d, 5)
    eq(p(unpack(">f", pack(">f", d))), d, 5)
  end
  assert(unpack("f", pack("f", 0.1)) ~= 0.1)
  assert(unpack("f", pack("f", 1e300)) == math.huge)
  hex("000000000000f03f", "<d", "1")
end

do  -- strings
  hex("02 6162", "s1", "ab")
  hex("0200 6162", "<s2", "ab")
  hex("0002 6162", ">s2", "ab")
  hex("0200000000000000 6162", "<s", "ab")
  hex("616200", "z", "ab")
  hex("61620000", "c4", "ab")
  hex("", "c0", "")
  hex("00", "z", "")
  hex("00", "s1", "")
  hex("31 00", "z", 1)
  local long = ("x"):rep(1000)
  for _, f in ipairs { "s", "s2", "s4", "z", ">s3", "<s16" } do
    eq(p(unpack(f, pack(f, long))), long, #pack(f, long) + 1)
    eq(p(unpack(f, pack(f, ""))), "", #pack(f, "") + 1)
  end
  eq(p(unpack("c3", "abcd")), "abc", 4)
  eq(p(unpack("z", "ab\0cd")), "ab", 4)
  eq(p(unpack("s1", "\3a\0b")), "a\0b", 5)
  eq(p(unpack("zz", "a\0\0")), "a", "", 4)
  fails("string longer than given size", pack, "c3", "1234")
  fails("string longer than given size", pack, "c0", "a")
  fails("string length does not fit in given size", pack, "s1",
        ("x"):rep(256))
  fails("string contains zeros", pack, "z", "a\0")
  fails("unfinished string for format 'z'", unpack, "z", "abc")
  fails("unfinished string for format 'z'", unpack, "z", "")
  fails("data string too short", unpack, "s1", "\5ab")
  fails("data string too short", unpack, "s", ("\xff"):rep(8))
  fails("data string too short", unpack, "s8", ("\xff"):rep(7) .. "\x7fabc")
  fails("data string too short", unpack, "c5", "abcd")
  fails("data string too short", unpack, "c200000000", "abcd")
end

do  -- alignment and padding
  hex("01000002", "bxxb", 1, 2)
  hex("01 02000000", "bi4", 1, 2)
  hex("01000000 02000000", "!4bi4", 1, 2)
  hex("01000000 0200000000000000", "<!4bi8", 1, 2)
  hex("0100000000000000 0200000000000000", "<!bi8", 1, 2)
  hex("0100 0200 03", "<!2bi2b", 1, 2, 3)
  hex("0100 02000000", "<!2bi4", 1, 2)
  hex("01 000000 02", "!bXi4b", 1, 2)
  hex("01 02", "bXi4b", 1, 2)
  hex("01 02", "!bXbb", 1, 2)
  hex("", "!Xd")
  hex("01000000 03 616263", "!4bXi4s1", 1, "abc")
  hex("01000000 61", "!4 b Xi4 c1", 1, "a")
  assert(packsize("!8 b i8") == 16 and packsize("!16 b i16") == 32)
  assert(packsize("!8 b i16") == 24 and packsize("< !4 b d") == 12)
  assert(packsize("!bXd") == 8 and packsize("i7") == 7)
  assert(packsize("!1 b i8") == 9 and packsize("!2 b i8 b") == 11)
  assert(packsize("!4 c3 i4 c1 Xi4") == 12)
  eq(p(unpack("!4 i1 i4", "\1\0\0\0\2\0\0\0")), 1, 2, 9)
  eq(p(unpack("!4 Xi4 b", "a")), 97, 2)
  eq(p(unpack("!4 Xi4 b", "abcde", 2)), 101, 6)
  eq(p(unpack("x", "a")), 2)
  fails("data string too short", unpack, "x", "")
  fails("data string too short", unpack, "!4 i1 i4", "\1\0\0\0\2\0\0")
  fails("format asks for alignment not power of 2", pack, "!4i3", 0)
  fails("format asks for alignment not power of 2", pack, "!3i4", 0)
  fails("format asks for alignment not power of 2", packsize, "!bXi3")
  assert(packsize("i3") == 3 and packsize("!2i3") == 4 - 1)
  for _, f in ipairs { "X", "XXi", "X i", "Xc1", "Xz", "X!", "X<" } do
    fails("invalid next option for option 'X'", pack, f)
    fails("invalid next option for option 'X'", unpack, f, "")
  end
end

do  -- unpack: positions
  local s = pack("<i4i4i4", 1, 2, 3)
  eq(p(unpack("<i4", s)), 1, 5)
  eq(p(unpack("<i4", s, 5)), 2, 9)
  eq(p(unpack("<i4", s, -4)), 3, 13)
  eq(p(unpack("<i4", s, "9")), 3, 13)
  eq(p(unpack("", s, 13)), 13)
  eq(p(unpack("c0", "abc", 4)), "", 4)
  eq(p(unpack("c0", "abc", -3)), "", 1)
  eq(p(unpack("c0", "abc", -4)), "", 1)
  eq(p(unpack("c0", "abc", 0)), "", 1)
  eq(p(unpack("c1", "abc", mini)), "a", 2)
  fails("bad argument #3 to 'string.unpack' (initial position out of string)",
        unpack, "c0", "abc", 5)
  fails("initial position out of string", unpack, "c0", "abc", maxi)
  fails("bad argument #2 to 'string.unpack' (data string too short)", unpack,
        "i4", "abc")
  fails("data string too short", unpack, "i4", "abcd", 3)
  local list = {}
  local pos = 1
  for i = 1, 3 do list[i], pos = unpack("<i4", s, pos) end
  eq(p(table.unpack(list)), 1, 2, 3)
  assert(select("#", unpack(("B"):rep(3000), ("x"):rep(3000))) == 3001)
  eq(p(select(-2, unpack(("B"):rep(3000), ("x"):rep(2999) .. "y"))), 121, 3001)
end

do  -- errors of formats
  fails("integral size (0) out of limits [1,16]", pack, "i0", 0)
  fails("integral size (17) out of limits [1,16]", pack, "i17", 0)
  fails("integral size (17) out of limits [1,16]", pack, "!17", 0)
  fails("integral size (0) out of limits [1,16]", packsize, "!0")
  fails("integral size (17) out of limits [1,16]", pack, "Xi17")
  fails("integral size (100) out of limits [1,16]", pack, "s100", "alo")
  fails("invalid format option 'r'", pack, "i3r", 0)
  fails("invalid format option '4'", pack, "i 4", 0)
  fails("invalid format option 'r'", unpack, "r", "")
  fails("invalid format option 'r'", packsize, "r")
  fails("missing size for format option 'c'", pack, "c", "")
  fails("missing size for format option 'c'", packsize, "c")
  fails("invalid format option '0'", packsize, "c1" .. ("0"):rep(40))
  fails("invalid format option '7'", packsize, "c2147483647")
  fails("bad argument #1 to 'string.packsize' (variable-length format)",
        packsize, "s")
  fails("variable-length format", packsize, "i4z")
  local big = ("c268435456"):rep(7)
  assert(packsize(big .. "c268435455") == 0x7fffffff)
  fails("format result too large", packsize, big .. "c268435456")
  fails("bad argument #2 to 'string.pack' (number expected, got nil)", pack,
        "i4")
  fails("bad argument #3 to 'string.pack' (number expected, got nil)", pack,
        "i4i4", 1)
  fails("bad argument #2 to 'string.pack' (string expected, got nil)", pack,
        "z")
  fails("bad argument #2 to 'string.pack' (string expected, got table)", pack,
        "s", {})
  fails("bad argument #2 to 'string.pack' (number expected, got string)", pack,
        "i", "x")
  fails("number has no integer representation", pack, "i", 1.5)
  fails("number expected, got string", pack, "d", "x")
  fails("bad argument #1 to 'string.pack' (string expected, got no value)",
        pack)
  fails("bad argument #2 to 'string.unpack' (string expected, got no value)",
        unpack, "i")
end

do  -- a longer record
  local f = ">!4 b i2 z s2 x Xi4 d c3 =I4"
  local s = pack(f, -1, 300, "name", "value", 2.5, "abc", 77)
  eq(p(unpack(f, s)), -1, 300, "name", "value", 2.5, "abc", 77, #s + 1)
end
