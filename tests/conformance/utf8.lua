-- The utf8 library (manual 6.5).

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

-- Every function about a string whose codes are known.
local function check(s, codes, lax)
  assert(utf8.len(s, 1, -1, lax) == #codes)
  local got = { utf8.codepoint(s, 1, -1, lax) }
  assert(#got == #codes)
  for i = 1, #codes do assert(got[i] == codes[i]) end
  assert(utf8.char(table.unpack(codes)) == s)
  local i = 0
  for at, code in utf8.codes(s, lax) do
    i = i + 1
    assert(code == codes[i])
    assert(at == utf8.offset(s, i) and at == utf8.offset(s, i - #codes - 1))
    assert(utf8.codepoint(s, at, at, lax) == code)
    local size = #utf8.char(code)
    for inside = at, at + size - 1 do
      assert(utf8.offset(s, 0, inside) == at)
    end
    assert(utf8.len(s, at, -1, lax) == #codes - i + 1)
    assert(utf8.len(s, 1, at + size - 1, lax) == i)
    assert(utf8.offset(s, 2, at) == at + size)
  end
  assert(i == #codes)
  if not lax then
    i = 0
    for c in s:gmatch(utf8.charpattern) do
      i = i + 1
      assert(c == utf8.char(codes[i]))
    end
    assert(i == #codes)
  end
end

check("", {})
check("a", { 97 })
check("hello World", { ("hello World"):byte(1, -1) })
check("\0 \x7F\z
       \u{80} \u{7FF}\z
       \u{800} \u{FFFF}\z
       \u{10000} \u{10FFFF}",
      { 0, 32, 0x7F, 0x80, 32, 0x7FF, 0x800, 32, 0xFFFF, 0x10000, 32,
        0x10FFFF })
check("汉字/漢字", { 27721, 23383, 47, 28450, 23383 })
check("𣲷𠜎𠱓𡁻𠵼ab𠺢",
      { 0x23CB7, 0x2070E, 0x20C53, 0x2107B, 0x20D7C, 97, 98, 0x20EA2 })
check("\u{D7FF}\u{E000}", { 0xD7FF, 0xE000 })
check("\u{D800}\u{DFFF}", { 0xD800, 0xDFFF }, true)
check("\u{110000}\u{1FFFFF}\u{200000}\u{3FFFFFF}\u{4000000}\u{7FFFFFFF}",
      { 0x110000, 0x1FFFFF, 0x200000, 0x3FFFFFF, 0x4000000, 0x7FFFFFFF },
      true)

do  -- char
  eq(p(utf8.char()), "")
  eq(p(utf8.char(0)), "\0")
  eq(p(utf8.char(72, "105", 33.0)), "Hi!")
  eq(p(utf8.char(0x7FFFFFFF)), "\xFD\xBF\xBF\xBF\xBF\xBF")
  eq(p(utf8.char(0xD800)), "\xED\xA0\x80")
  assert(#utf8.char(0x7FF) == 2 and #utf8.char(0x800) == 3)
  assert(#utf8.char(0xFFFF) == 3 and #utf8.char(0x10000) == 4)
  assert(#utf8.char(0x1FFFFF) == 4 and #utf8.char(0x200000) == 5)
  assert(#utf8.char(0x3FFFFFF) == 5 and #utf8.char(0x4000000) == 6)
  fails("bad argument #1 to 'utf8.char' (value out of range)", utf8.char, -1)
  fails("bad argument #2 to 'utf8.char' (value out of range)", utf8.char, 1,
        0x80000000)
  fails("number expected, got string", utf8.char, "x")
end

assert(utf8.charpattern == "[\0-\x7F\xC2-\xFD][\x80-\xBF]*")

do  -- len
  local s = "äöü"
  eq(p(utf8.len(s)), 3)
  eq(p(utf8.len(s, 3)), 2)
  eq(p(utf8.len(s, -2)), 1)
  eq(p(utf8.len(s, 7)), 0)
  eq(p(utf8.len(s, 1, 1)), 1)
  eq(p(utf8.len(s, 1, 0)), 0)
  eq(p(utf8.len(s, 5, 2)), 0)
  eq(p(utf8.len(s, 2)), nil, 2)
  eq(p(utf8.len("", 1)), 0)
  eq(p(utf8.len("abc\xE3def")), nil, 4)
  eq(p(utf8.len("\xF4\x9F\xBF")), nil, 1)
  eq(p(utf8.len("\xF4\x9F\xBF\xBF")), nil, 1)
  eq(p(utf8.len("ab\xFFc", 1, 2)), 2)
  eq(p(utf8.len("\u{D800}")), nil, 1)
  eq(p(utf8.len("\u{D800}", 1, -1, true)), 1)
  eq(p(utf8.len(123)), 3)
  fails("bad argument #2 to 'utf8.len' (initial position out of bounds)",
        utf8.len, "abc", 0)
  fails("initial position out of bounds", utf8.len, "abc", 5)
  fails("initial position out of bounds", utf8.len, "abc", -4)
  fails("initial position out of bounds", utf8.len, "", 2)
  fails("initial position out of bounds", utf8.len, "abc", mini)
  fails("bad argument #3 to 'utf8.len' (final position out of bounds)",
        utf8.len, "abc", 1, 4)
  fails("final position out of bounds", utf8.len, "abc", 1, maxi)
end

do  -- codepoint
  local s = "äöü"
  eq(p(utf8.codepoint(s)), 228)
  eq(p(utf8.codepoint(s, 3)), 246)
  eq(p(utf8.codepoint(s, -2)), 252)
  eq(p(utf8.codepoint(s, 1, -1)), 228, 246, 252)
  eq(p(utf8.codepoint(s, 1, 2)), 228)
  eq(p(utf8.codepoint(s, 3, 1)))
  eq(p(utf8.codepoint("abc", 3, 2)))
  eq(p(utf8.codepoint("", 1, 0)))
  assert(select("#", utf8.codepoint(("ä"):rep(1000), 1, -1)) == 1000)
  fails("invalid UTF-8 code", utf8.codepoint, s, 2)
  fails("invalid UTF-8 code", utf8.codepoint, "a\xFF", 1, -1)
  fails("bad argument #2 to 'utf8.codepoint' (out of bounds)", utf8.codepoint,
        "abc", 0)
  fails("out of bounds", utf8.codepoint, "abc", -4)
  fails("bad argument #3 to 'utf8.codepoint' (out of bounds)", utf8.codepoint,
        "abc", 1, 4)
  fails("out of bounds", utf8.codepoint, "abc", 4)
  fails("out of bounds", utf8.codepoint, "")
end

do  -- invalid sequences
  for _, s in ipairs { "\x80", "\xBF", "\xFE", "\xFF",        -- never start one
                       "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF",
                       "\xF0\x8F\xBF\xBF", "\xF8\x87\xBF\xBF\xBF",
                       "\xFC\x83\xBF\xBF\xBF\xBF",            -- overlong
                       "\xE4", "\xE4\x80", "\xE4\x80z", "\xC3",  -- cut short
                       "\xC3(", "\xF0\x9F\x98" } do
    for _, lax in ipairs { false, true } do
      eq(p(utf8.len(s, 1, -1, lax)), nil, 1)
      fails("invalid UTF-8 code", utf8.codepoint, s, 1, 1, lax)
    end
  end
  for _, s in ipairs { "\u{D800}", "\u{DBFF}", "\u{DC00}", "\u{DFFF}",
                       "\u{110000}", "\u{7FFFFFFF}" } do
    eq(p(utf8.len(s)), nil, 1)
    eq(p(utf8.len(s, 1, -1, true)), 1)
    fails("invalid UTF-8 code", utf8.codepoint, s)
    assert(utf8.codepoint(s, 1, 1, true) >= 0xD800)
  end
end

do  -- offset
  local s = "aäö€😀"  -- at 1, 2, 4, 6, 9; 12 bytes
  eq(p(utf8.offset(s, 1)), 1)
  eq(p(utf8.offset(s, 2)), 2)
  eq(p(utf8.offset(s, 5)), 9)
  eq(p(utf8.offset(s, 6)), 13)
  eq(p(utf8.offset(s, 7)), nil)
  eq(p(utf8.offset(s, -1)), 9)
  eq(p(utf8.offset(s, -5)), 1)
  eq(p(utf8.offset(s, -6)), nil)
  eq(p(utf8.offset(s, 0)), 1)
  eq(p(utf8.offset(s, 0, 3)), 2)
  eq(p(utf8.offset(s, 0, 12)), 9)
  eq(p(utf8.offset(s, 2, 4)), 6)
  eq(p(utf8.offset(s, -1, 4)), 2)
  eq(p(utf8.offset(s, 1, 13)), 13)
  eq(p(utf8.offset(s, 2, 13)), nil)
  eq(p(utf8.offset(s, 1, -4)), 9)
  eq(p(utf8.offset(s, maxi)), nil)
  eq(p(utf8.offset(s, mini)), nil)
  eq(p(utf8.offset("", 1)), 1)
  eq(p(utf8.offset("", 0)), 1)
  eq(p(utf8.offset("", 2)), nil)
  eq(p(utf8.offset("\x80\x80", 0, 2)), 1)
  fails("initial position is a continuation byte", utf8.offset, s, 1, 3)
  fails("initial position is a continuation byte", utf8.offset, s, -1, 12)
  fails("initial position is a continuation byte", utf8.offset, "\x80", 1)
  fails("bad argument #3 to 'utf8.offset' (position out of bounds)",
        utf8.offset, "abc", 1, 5)
  fails("position out of bounds", utf8.offset, "abc", 1, -4)
  fails("position out of bounds", utf8.offset, "abc", 1, 0)
  fails("position out of bounds", utf8.offset, "", 1, 2)
  fails("bad argument #2 to 'utf8.offset' (number expected, got no value)",
        utf8.offset, "abc")
end

do  -- codes
  local function walk(s, lax)
    local t = {}
    for at, code in utf8.codes(s, lax) do t[#t + 1] = at .. ":" .. code end
    return table.concat(t, " ")
  end
  assert(walk("aä€😀") == "1:97 2:228 4:8364 7:128512")
  assert(walk("") == "")
  assert(walk("\u{D800}", true) == "1:55296")
  for _, s in ipairs { "ab\xff", "\u{D800}", "\u{110000}", "\xE4",
                       "in\xE4valid", "\xC0\x80" } do
    fails("invalid UTF-8 code", walk, s)
  end
  fails("invalid UTF-8 code", walk, "ab\xff", true)
  local f, s, i = utf8.codes("abc")
  assert(type(f) == "function" and s == "abc" and i == 0)
  eq(p(f("abc", 0)), 1, 97)
  eq(p(f("abc", 1)), 2, 98)
  eq(p(f("abc", 3)))
  eq(p(f("abc", 10)))
  eq(p(f("abc", -1)))
  eq(p(f("", 2)))
  eq(p(f("", mini)))
  eq(p(f("äb", 1)), 3, 98)
  fails("string expected, got no value", utf8.codes)
end
