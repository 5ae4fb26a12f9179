-- The string library (manual 6.4): everything but patterns, format and pack;
-- the arithmetic of numeric strings.

local maxi, mini = math.maxinteger, math.mininteger

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "an error was expected: " .. text)
  assert(string.find(message, text, 1, true),
         "expected '" .. text .. "', got '" .. tostring(message) .. "'")
end

-- All results of a call against the values wanted, types included.
local function eq(got, ...)
  local want = table.pack(...)
  assert(got.n == want.n, got.n .. " results, not " .. want.n)
  for i = 1, want.n do
    assert(got[i] == want[i] and math.type(got[i]) == math.type(want[i]),
           "result " .. i .. ": " .. tostring(got[i]) .. " is not " ..
           tostring(want[i]))
  end
end
local p = table.pack

do  -- len
  eq(p(string.len("")), 0)
  eq(p(string.len("abc")), 3)
  eq(p(string.len("a\0b\0")), 4)
  eq(p(string.len(123)), 3)
  eq(p(string.len(1.0)), 3)
  eq(p(("x"):len()), 1)
  assert(#"\0\0\0" == 3)
  assert(#("x"):rep(1000) == 1000)
  fails("bad argument #1 to 'string.len' (string expected, got no value)",
        string.len)
  fails("string expected, got table", string.len, {})
  fails("string expected, got nil", string.len, nil)
  fails("string expected, got boolean", string.len, true)
end

do  -- sub
  local s = "123456789"
  local function sub(want, ...)
    local got = s:sub(...)
    assert(got == want, "'" .. got .. "' is not '" .. want .. "'")
  end
  sub("234", 2, 4)
  sub("789", 7)
  sub("", 7, 6)
  sub("7", 7, 7)
  sub("", 0, 0)
  sub(s, -10, 10)
  sub(s, 1, 9)
  sub("", -10, -20)
  sub("9", -1)
  sub("6789", -4)
  sub("456", -6, -4)
  sub("123456", mini, -4)
  sub(s, mini, maxi)
  sub("", mini, mini)
  sub("", maxi, maxi)
  sub(s, 0)
  sub("23", "2", 3.0)
  sub("", 10)
  assert(("\000123456789"):sub(3, 5) == "234")
  assert(("\000123456789"):sub(8) == "789")
  assert(("x"):rep(100):sub(11, 60) == ("x"):rep(50))
  assert(string.sub(12345, 2, 3) == "23")
  fails("bad argument #2 to 'string.sub' (number expected, got no value)",
        string.sub, "x")
  fails("number has no integer representation", string.sub, "x", 1.5)
  fails("number expected, got string", string.sub, "x", "y")
end

do  -- upper, lower, reverse
  assert(("hEllo 1\200\0z"):upper() == "HELLO 1\200\0Z")
  assert(("hEllo 1\200\0Z"):lower() == "hello 1\200\0z")
  assert((""):upper() == "" and (""):lower() == "" and (""):reverse() == "")
  assert(("aB"):rep(100):upper() == ("AB"):rep(100))
  assert(("aB"):rep(100):lower() == ("ab"):rep(100))
  assert(("\0\1\2\3"):reverse() == "\3\2\1\0")
  assert(("ab"):rep(100):reverse() == ("ba"):rep(100))
  assert(string.reverse(123) == "321")
  for c = 0, 127 do
    local char = string.char(c)
    if c >= 97 and c <= 122 then
      assert(char:upper():byte() == c - 32)
    else
      assert(char:upper() == char)
    end
    if c >= 65 and c <= 90 then
      assert(char:lower():byte() == c + 32)
    else
      assert(char:lower() == char)
    end
  end
  fails("bad argument #1 to 'string.upper'", string.upper)
  fails("bad argument #1 to 'string.reverse'", string.reverse, {})
end

do  -- rep
  eq(p(string.rep("teste", 0)), "")
  eq(p(string.rep("tés\00tê", 2)), "tés\0têtés\000tê")
  eq(p(string.rep("", 10)), "")
  eq(p(string.rep("ab", 3)), "ababab")
  eq(p(string.rep("ab", -1)), "")
  eq(p(string.rep("ab", mini)), "")
  eq(p(string.rep("ab", 3, "")), "ababab")
  eq(p(string.rep("ab", 3, ", ")), "ab, ab, ab")
  eq(p(string.rep("ab", 1, ", ")), "ab")
  eq(p(string.rep("ab", 0, ", ")), "")
  eq(p(string.rep("", 4, "x")), "xxx")
  eq(p(string.rep("x", "3")), "xxx")
  eq(p(string.rep("x", 2.0)), "xx")
  eq(p(string.rep(1, 3, 2)), "12121")
  for i = 0, 100 do assert(#string.rep("a", i) == i) end
  for i = 1, 50 do
    local s = string.rep("abc", i, "-")
    assert(#s == 4 * i - 1)
    for k = 1, i do assert(s:sub(4 * k - 3, 4 * k - 1) == "abc") end
    for k = 1, i - 1 do assert(s:sub(4 * k, 4 * k) == "-") end
  end
  fails("resulting string too large", string.rep, "x", 1 << 31)
  fails("resulting string too large", string.rep, "xx", 1 << 30)
  fails("resulting string too large", string.rep, "x", maxi)
  fails("resulting string too large", string.rep, "", maxi, "x")
  fails("resulting string too large", string.rep, "abc", maxi // 2, "xy")
  fails("bad argument #2 to 'string.rep' (number expected, got no value)",
        string.rep, "x")
  fails("bad argument #3 to 'string.rep' (string expected, got table)",
        string.rep, "x", 2, {})
end

do  -- byte and char
  eq(p(string.byte("a")), 97)
  eq(p(string.byte("\xe4")), 228)
  eq(p(string.byte("hi", 1, -1)), 104, 105)
  eq(p(string.byte("hi", -1)), 105)
  eq(p(string.byte("hi", -10, 100)), 104, 105)
  eq(p(string.byte("hi", 3)))
  eq(p(string.byte("hi", 0)))
  eq(p(string.byte("")))
  eq(p(string.byte("hi", -3)))
  eq(p(string.byte("hi", 2, 1)))
  eq(p(string.byte("\0\255\0", 1, -1)), 0, 255, 0)
  eq(p(string.byte("hi", nil, 2)), 104, 105)
  eq(p(string.byte("hi", mini, maxi)), 104, 105)
  eq(p(string.byte("hi", maxi, mini)))
  assert(select("#", string.byte(("x"):rep(1000), 1, -1)) == 1000)
  fails("number has no integer representation", string.byte, "x", 1.2)

  eq(p(string.char()), "")
  eq(p(string.char(0, 255, 0)), "\0\255\0")
  eq(p(string.char(104.0, "105")), "hi")
  local all = {}
  for i = 0, 255 do all[#all + 1] = i end
  local s = string.char(table.unpack(all))
  assert(#s == 256)
  eq(p(string.byte(s, 1, -1)), table.unpack(all))
  fails("bad argument #1 to 'string.char' (value out of range)", string.char,
        256)
  fails("bad argument #2 to 'string.char' (value out of range)", string.char,
        1, -1)
  fails("value out of range", string.char, maxi)
  fails("value out of range", string.char, mini)
  fails("number expected, got string", string.char, "x")
end

do  -- dump
  local function f(a, b) return a + b end
  local dumped = string.dump(f)
  assert(dumped:sub(1, 4) == "\27Lua")
  assert(load(dumped, "f", "b")(2, 3) == 5)
  assert(load(string.dump(f, true))(20, 3) == 23)
  assert(load(dumped, "f", "t") == nil)
  assert(load(string.dump(function(...) return ... end))(1) == 1)
  -- Upvalues are nil in the copy, the first one of a chunk is its _ENV.
  local up = 10
  local copy = load(string.dump(function() return up end))
  assert(type(copy) == "function" and copy() ~= 10)
  assert(load(string.dump(load("x = 1; return x + 1")))() == 2)
  x = nil
  fails("unable to dump given function", string.dump, print)
  fails("bad argument #1 to 'string.dump' (function expected, got no value)",
        string.dump)
  fails("function expected, got string", string.dump, "x")
end

do  -- the metatable of strings
  local mt = getmetatable("")
  assert(mt.__index == string)
  assert(("x"):rep(3) == "xxx")
  assert((""):len() == 0)
  assert(("abc").foo == nil)
  assert(("x").len == string.len)
  for _, event in ipairs { "add", "sub", "mul", "mod", "pow", "div", "idiv",
                           "unm" } do
    assert(type(mt["__" .. event]) == "function", event)
  end
  for _, event in ipairs { "band", "shl", "concat", "lt", "eq", "len",
                           "newindex", "tostring", "name" } do
    assert(mt["__" .. event] == nil, event)
  end
  fails("attempt to index a string value",
        function() local s = "x"; s.y = 1 end)
  string.twice = function(s) return s .. s end
  assert(("ab"):twice() == "abab")
  string.twice = nil
  -- Methods count their arguments without the object.
  fails("bad argument #1 to 'rep'", function() return ("x"):rep({}) end)
  fails("calling 'len' on bad self",
        function() local t = { len = string.len }; return t:len() end)
end

do  -- arithmetic on numeric strings
  eq(p("10" + 1), 11)
  eq(p(1 + "10"), 11)
  eq(p("10" + "1"), 11)
  eq(p("10" + 1.0), 11.0)
  eq(p("1.0" + 1), 2.0)
  eq(p("0x10" + 1), 17)
  eq(p(" 10 " + 1), 11)
  eq(p("\t1e1\n" + 1), 11.0)
  eq(p("3" - "5"), -2)
  eq(p("3" * "5"), 15)
  eq(p("7" / "2"), 3.5)
  eq(p("6" / 2), 3.0)
  eq(p("7" // 2), 3)
  eq(p("-7" // "2"), -4)
  eq(p("7" // "2.0"), 3.0)
  eq(p("7" % 4), 3)
  eq(p("-7" % "4"), 1)
  eq(p("5.5" % 2), 1.5)
  eq(p("2" ^ 3), 8.0)
  eq(p(2 ^ "0.5"), 2 ^ 0.5)
  eq(p(-"2"), -2)
  eq(p(-"2.0"), -2.0)
  eq(p(- -"0x1p4"), 16.0)
  eq(p("9223372036854775807" + 1), mini)
  eq(p("9223372036854775808" + 0), 2.0 ^ 63)
  eq(p(10 .. 20), "1020")
  fails("attempt to perform 'n%0'", function() return "1" % 0 end)
  fails("attempt to divide by zero", function() return "1" // "0" end)
  assert("1" // 0.0 == math.huge)

  fails("attempt to add a 'string' with a 'number'",
        function() return "abc" + 1 end)
  fails("attempt to add a 'number' with a 'string'",
        function() return 1 + "abc" end)
  fails("attempt to sub a 'string' with a 'string'",
        function() return "abc" - "1" end)
  fails("attempt to mul a 'table' with a 'string'",
        function() return {} * "1" end)
  fails("attempt to idiv a 'string' with a 'nil'",
        function() return "1" // nil end)
  fails("attempt to unm a 'string' with a 'string'",
        function() return -"abc" end)
  fails("attempt to add a 'string' with a 'number'",
        function() return "1 2" + 1 end)
  fails("attempt to add a 'string' with a 'number'",
        function() return "" + 1 end)
  fails("attempt to add a 'string' with a 'number'",
        function() return "1\0" + 1 end)
  fails("attempt to add a 'string' with a 'number'",
        function() return "inf" + 1 end)
  fails("attempt to add a 'string' with a 'number'",
        function() return "0x" + 1 end)

  -- The other operand's metamethods.
  local mt = {}
  local t = setmetatable({}, mt)
  mt.__add = function(a, b) return a == t and "left" or "right", 2 end
  mt.__unm = function() return "minus" end
  assert(t + "x" == "left" and "x" + t == "right")
  assert("1" + t == "right")
  assert(select("#", getmetatable("").__add("x", t)) == 1)
  assert(-t == "minus")
  fails("attempt to sub a 'string' with a 'table'",
        function() return "x" - t end)

  -- Called directly.
  local smt = getmetatable("")
  assert(smt.__add("1", "2") == 3)
  assert(smt.__add(1, 2) == 3)
  assert(smt.__unm("3", "3") == -3 and smt.__unm("3") == -3)
  fails("attempt to add a 'nil' with a 'nil'", smt.__add)
  fails("attempt to add a 'table' with a 'string'", smt.__add, {}, "x")

  -- Programs may give strings an arithmetic of their own.
  local saved = smt.__mul
  smt.__mul = function(a, b) return string.rep(a, b) end
  assert("ab" * 3 == "ababab")
  smt.__mul = saved
  assert("2" * 3 == 6)
end

do  -- comparison and conversion of strings
  assert("a" < "b" and "a" < "aa" and "" < "a" and "a\0a" < "a\0b")
  assert("a\0" > "a" and not ("a" < "a") and "a" <= "a")
  assert("\0" < "\1" and "a\0\0b" < "a\0\0c" and "a\0b" < "ab")
  assert("10" ~= 10 and 10 .. "" == "10")
  assert(tostring(-0.0) == "-0.0" and tostring(1e15) == "1e+15")
  assert(tostring(2^53) == "9.007199254741e+15")
  assert(1.5 .. "|" .. 100 == "1.5|100")
  fails("attempt to compare string with number",
        function() return "1" < 2 end)
  assert(("x"):rep(41) == ("x"):rep(40) .. "x")
  local t = {}
  t[("k"):rep(100)] = 1
  assert(t[("k"):rep(50) .. ("k"):rep(50)] == 1)
end
