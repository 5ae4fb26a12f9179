-- Formats of file:read (manual, file:read).

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "an error was expected: " .. text)
  assert(string.find(message, text, 1, true),
         "expected '" .. text .. "', got '" .. tostring(message) .. "'")
end

local function same(wanted, ...)
  local got = table.pack(...)
  assert(got.n == wanted.n, "count " .. got.n)
  for i = 1, got.n do
    assert(got[i] == wanted[i] and math.type(got[i]) == math.type(wanted[i]),
           i .. ": " .. tostring(got[i]))
  end
end

local function file(text)
  local f = assert(io.tmpfile())
  f:write(text)
  f:seek("set")
  return f
end

do  -- lines
  local f = file("one\n\nth\0ree\n\0\nlast")
  same({"one", "", "th\0ree\n", n = 3}, f:read("l", "*l", "L"))
  same({"\0", "last", nil, n = 3}, f:read("l", "l", "l"))
  same({nil, n = 1}, f:read())
  same({nil, n = 1}, f:read("L"))
  f:close()
  -- lengths around those of internal pieces
  for _, n in ipairs{0, 1, 100, 254, 255, 256, 509, 510, 511, 512, 513, 1021,
                     1022, 1023, 1024, 1025, 4095, 4096, 5000, 100000} do
    for _, c in ipairs{"x", "\0"} do
      local line = c:rep(n)
      f = file(line .. "\n" .. line .. "\nz\n" .. line)
      assert(f:read("l") == line and f:read("L") == line .. "\n")
      assert(f:read() == "z")
      assert(f:read("L") == (n > 0 and line or nil))
      f:seek("set")
      assert(f:read(n) == line or n == 0)
      f:seek("set")
      assert(#f:read("a") == 3 * n + 4)
      f:close()
    end
  end
end

do  -- counts and "a"
  local f = file("abcdefghij")
  same({"abc", "", "d", n = 3}, f:read(3, 0, 1))
  same({"efghij", "", nil, n = 3}, f:read("a", "*a", 1))
  same({nil, n = 1}, f:read(0))
  same({"", n = 1}, f:read("a"))
  f:seek("set")
  same({"abcdefghij", n = 1}, f:read(1000000))
  f:close()
  for _, n in ipairs{4095, 4096, 8191, 8192, 8193, 16383, 16384, 16385, 32768,
                     32769, 100000} do
    local text = {}
    for i = 1, n do text[i] = string.char(i * 7 % 256) end
    text = table.concat(text)
    f = file(text)
    assert(f:read("a") == text)
    f:seek("set")
    assert(f:read(n) == text and f:read(1) == nil)
    f:seek("set")
    assert(f:read(n - 1) == text:sub(1, -2) and f:read(n) == text:sub(-1))
    f:close()
  end
end

do  -- numbers
  local f = file("0x1p4 -5 +7 .5 5. 1e+5x")
  same({16.0, -5, 7, 0.5, 5.0, 1e5, n = 6},
       f:read("n", "n", "n", "n", "n", "n"))
  same({"x", n = 1}, f:read("a"))
  f:close()
end

do
  local function number(text, wanted, rest)
    local f <close> = file(text)
    same({wanted, n = 1}, f:read("n"))
    same({rest, n = 1}, f:read("a"))
  end
  number("  \n\t 12", 12, "")
  number("12 34", 12, " 34")
  number("12,34", 12, ",34")
  number("0x", nil, "")
  number("0xg", nil, "g")
  number("0x.8p1", 1.0, "")
  number("0xffffffffffffffffff", -1, "")
  number("0x1P+3z", 8.0, "z")
  number("0xp1", nil, "p1")
  number("1e5e", 100000.0, "e")
  number("1e", nil, "")
  number("1e+", nil, "")
  number("1.2.3", 1.2, ".3")
  number(".", nil, "")
  number(".e1", nil, "e1")
  number("-", nil, "")
  number("+-5", nil, "-5")
  number("- 5", nil, " 5")
  number("nan", nil, "nan")
  number("inf", nil, "inf")
  number("x", nil, "x")
  number("", nil, "")
  number("99999999999999999999", 1e20, "")
  number("9223372036854775807", math.maxinteger, "")
  number("9223372036854775808", 2^63, "")
  number("00012", 12, "")
  number("1_000", 1, "_000")
  number(("1"):rep(200), tonumber(("1"):rep(200)), "")
  number(("1"):rep(201) .. "x", nil, "1x")
  number(("0"):rep(190) .. "1.5e3x", 1500.0, "x")
  number(("0"):rep(500), nil, ("0"):rep(300))
end

do  -- combinations stop at the first failure
  local f = file("12 13 zz 5")
  same({12, 13, nil, n = 3}, f:read("n", "n", "n", "n"))
  same({"zz", n = 1}, f:read("l") and "zz")
  f:close()
  f = file("8 line\nrest")
  same({8, " line", "r", "est", n = 4}, f:read("n", "l", 1, "a"))
  f:close()
end

do  -- errors
  local f = file("text")
  fails("invalid format", f.read, f, "x")
  fails("invalid format", f.read, f, "")
  fails("invalid format", f.read, f, "*")
  fails("invalid format", f.read, f, "5")
  fails("string expected, got table", f.read, f, {})
  fails("string expected, got nil", f.read, f, nil)
  fails("no integer representation", f.read, f, 1.5)
  fails("not enough memory", f.read, f, -1)
  local ok, message = pcall(function() f:read("x") end)
  assert(message:find("bad argument #1 to 'read' (invalid format)", 1, true))
  assert(f:read("lines") == "text")  -- only the first letter counts
  f:close()
  f = assert(io.open("/tmp"))
  same({nil, "Is a directory", 21, n = 3}, f:read())
  same({nil, "Is a directory", 21, n = 3}, f:read("n"))
  same({nil, "Is a directory", 21, n = 3}, f:read("a"))
  same({nil, "Is a directory", 21, n = 3}, f:read(0))
  f:close()
end

do  -- an end of file is no state: what is appended is read
  local name = os.tmpname()
  local out = assert(io.open(name, "w"))
  out:setvbuf("no")
  local f = assert(io.open(name))
  assert(f:read() == nil and f:read() == nil)
  out:write("more\n")
  assert(f:read() == "more" and f:read() == nil)
  out:close()
  f:close()
  os.remove(name)
end

print("OK")
