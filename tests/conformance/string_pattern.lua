-- Patterns (manual 6.4.1): string.find, match, gmatch and gsub.

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

do  -- find, plain
  eq(p(string.find("123456789", "345")), 3, 5)
  eq(p(string.find("1234567890123456789", "345", 3)), 3, 5)
  eq(p(string.find("1234567890123456789", "345", 4)), 13, 15)
  eq(p(string.find("1234567890123456789", "346", 4)), nil)
  eq(p(string.find("1234567890123456789", ".45", -9)), 13, 15)
  eq(p(string.find("abcdefg", "\0", 5, true)), nil)
  eq(p(string.find("a\0b\0c", "\0", 3, true)), 4, 4)
  eq(p(string.find("a\0b\0c", "b\0c")), 3, 5)
  eq(p(string.find("", "")), 1, 0)
  eq(p(string.find("", "", 1)), 1, 0)
  eq(p(string.find("", "", 2)), nil)
  eq(p(string.find("", "aaa", 1)), nil)
  eq(p(string.find("alo", "", 4)), 4, 3)
  eq(p(string.find("alo", "", 5)), nil)
  eq(p(string.find("alo", "", -10)), 1, 0)
  eq(p(string.find("alo", "l", -1)), nil)
  eq(p(string.find("alo", "l", math.mininteger)), 2, 2)
  eq(p(string.find("alo", "l", math.maxinteger)), nil)
  eq(p(string.find("a.b*c", ".b*", 1, true)), 2, 4)
  eq(p(string.find("a+b", "+", 1, "plain")), 2, 2)
  eq(p(string.find("a+b", "+b", 1, false)), 2, 3)
  eq(p(string.find("a]b)c", "]b)")), 2, 4)
  eq(p(string.find(12345, 34)), 3, 4)
  eq(p(string.find("aXb", "X", "2")), 2, 2)
  eq(p(string.find(("a"):rep(1000) .. "b", "ab")), 1000, 1001)
  fails("bad argument #1 to 'string.find' (string expected, got no value)",
        string.find)
  fails("bad argument #2 to 'string.find' (string expected, got nil)",
        string.find, "a", nil)
  fails("number has no integer representation", string.find, "a", "a", 1.5)
end

do  -- single bytes and classes
  local function at(s, pattern, first, last)
    local i, j = s:find(pattern)
    assert(i == first and j == last, pattern .. " on " .. s .. ": " ..
           tostring(i) .. "," .. tostring(j))
  end
  at("hello", "l+", 3, 4)
  at("a\0b", "%z", 2, 2)
  at("a\0\0b", "%z+", 2, 3)
  at("a\0b", "[%z]", 2, 2)
  at("\0a", "%Z", 2, 2)
  at("x1", "%d", 2, 2)
  at("12x", "%D", 3, 3)
  at("ab C", "%u", 4, 4)
  at("AB", "%U", nil, nil)
  at("a.b", "%.", 2, 2)
  at("a%b", "%%", 2, 2)
  at("a b", "%s", 2, 2)
  at(" \t\n\v\f\rx", "%S", 7, 7)
  at("z-", "%x", nil, nil)
  at("\1\31\127", "%c+", 1, 3)
  at("a!~ ", "%g+", 1, 3)
  at("\228", "%a", nil, nil)
  at("\228", "%A", 1, 1)
  at("_x", "%w", 2, 2)
  at("%p_", "%p+", 1, 1)
  at("a$", "$", 3, 2)
  at("a$b", "$b", 2, 3)
  at("a^b", "a^b", 1, 3)
  at("]", "]", 1, 1)
  at("a-", "-", 2, 2)
  at("*", "*", 1, 1)
  at("a?b", "%?", 2, 2)
  at("\xe4\xf6", "\xf6", 2, 2)

  -- How many of the 256 bytes each class has.
  local all = {}
  for i = 0, 255 do all[#all + 1] = string.char(i) end
  all = table.concat(all)
  for class, count in pairs { a = 52, c = 33, d = 10, g = 94, l = 26, p = 32,
                              s = 6, u = 26, w = 62, x = 22 } do
    assert(select(2, all:gsub("%" .. class, "")) == count, class)
    assert(select(2, all:gsub("%" .. class:upper(), "")) == 256 - count)
    assert(select(2, all:gsub("[%" .. class .. "]", "")) == count)
    assert(select(2, all:gsub("[^%" .. class .. "]", "")) == 256 - count)
  end
  assert(all:gsub("[^\0-\255]", "") == all)
  assert(#all:match("[\0-\127]*") == 128)
  assert(all:match("[\128-\255]+") == all:sub(129))
  assert(#all:gsub("[%w_]", "") == 256 - 63)
end

do  -- sets
  local function m(s, pattern, want)
    local got = s:match(pattern)
    assert(got == want, pattern .. " on " .. s .. ": " .. tostring(got))
  end
  m("abc^d", "[%^]", "^")
  m("abc^d", "[a^]+$", nil)
  m("a^", "[a^]+", "a^")
  m("ab]c", "[]]", "]")
  m("]]x", "[^]]", "x")
  m("a-b", "[a-]+", "a-")
  m("a-b", "[-a]+", "a-")
  m("a-b", "[%a-]+", "a-b")
  m("ab-] z", "[]-a]+", "a")
  m("-x5", "[%a-z]+", "-x")
  m("a]", "[a-%%]", "]")
  m("0123456789", "[5-9]+", "56789")
  m("aZ", "[a-zA-Z]+", "aZ")
  m("hello world", "[^%s]+", "hello")
  m("x[", "[[]", "[")
  m("[[:alpha:]]", "[[:alpha:]]", ":]")
  m("1.5e+10;", "[%d.eE+-]+", "1.5e+10")
  m("cba", "[c-a]", nil)
  m("\0\1", "[\0-\1]+", "\0\1")
  m("a\0b", "[^\0]+", "a")
  m("abc]", "[%]]", "]")
  m("a.b", "[.]", ".")
end

do  -- repetitions, greedy and lazy
  local function m(s, pattern, ...)
    eq(p(s:match(pattern)), ...)
  end
  m("aaab", ".*b", "aaab")
  m("aaa", ".*a", "aaa")
  m("aaa", ".*b", nil)
  m("aaab", ".+b", "aaab")
  m("b", ".+b", nil)
  m("aaab", ".?b", "ab")
  m("b", ".?b", "b")
  m("alo xyzK", "(%w+)K", "xyz")
  m("254 K", "(%d*)K", "")
  m("alo ", "(%w*)$", "")
  m("alo wo", "(%w+)$", "wo")
  m("aaa", "^.-$", "aaa")
  m("aaa", "a-", "")
  m("aaab", "a-b", "aaab")
  m("/* a */ b */", "/%*.-%*/", "/* a */")
  m("/* a */ b */", "/%*.*%*/", "/* a */ b */")
  m("x = 10", "^(%w+)%s*=%s*(%w+)$", "x", "10")
  m("  trim me  ", "^%s*(.-)%s*$", "trim me")
  m("    ", "^%s*(.-)%s*$", "")
  m("key=val=ue", "([^=]*)=(.*)", "key", "val=ue")
  m("a,b,,c", "^([^,]*),([^,]*),([^,]*),([^,]*)$", "a", "b", "", "c")
  m("2024-02-29", "(%d+)-(%d+)-(%d+)", "2024", "02", "29")
  m("aab", "a?a?a?b", "aab")
  m("aaa", "a?a?", "aa")
  m("-12", "[+-]?%d+", "-12")
  m("a**", "a**", "a*")
  m("a++", "a++", "a+")
  m("foo.bar.baz", "(.+)%.(.+)", "foo.bar", "baz")
  m("foo.bar.baz", "(.-)%.(.+)", "foo", "bar.baz")
  m("((", "(%(*)", "((")
  m("aXbX", "(.-)X(.-)X", "a", "b")
  m(("a"):rep(1000) .. "b", "a*b", ("a"):rep(1000) .. "b")
  m("\0\0a", "%z*(.)", "a")
end

do  -- anchors
  eq(p(("ab"):find("^b")), nil)
  eq(p(("ab"):find("^a")), 1, 1)
  eq(p(("ab"):find("^b", 2)), 2, 2)
  eq(p(("ab"):find("b$")), 2, 2)
  eq(p(("abab"):find("ab$")), 3, 4)
  eq(p(("ab"):find("^ab$")), 1, 2)
  eq(p((""):find("^$")), 1, 0)
  eq(p(("ab"):find("^")), 1, 0)
  eq(p(("ab"):find("$")), 3, 2)
  eq(p(("ab"):find("^", 3)), 3, 2)
  eq(p(("a\n"):find("a$")), nil)
  eq(p(("a^"):find("%^")), 2, 2)
  eq(p(("^^a"):find("^^")), 1, 1)
  eq(p(("a$"):find("a%$$")), 1, 2)
end

do  -- captures
  eq(p(("abc"):find("(b)")), 2, 2, "b")
  eq(p(("abc"):find("()b()")), 2, 2, 2, 3)
  eq(p(("abc"):match("()")), 1)
  eq(p(("abc"):match("()$")), 4)
  eq(p(("abc"):match("((a)(b))")), "ab", "a", "b")
  eq(p(("alo"):match("()()()")), 1, 1, 1)
  eq(p(("a"):match("(a)(b*)")), "a", "")
  eq(p(("one two"):match("(%a+) (%a+)")), "one", "two")
  eq(p(("0x1F"):match("^0[xX](%x+)$")), "1F")
  local pattern = ("(.)"):rep(32)
  assert(select("#", ("x"):rep(32):match(pattern)) == 32)
  assert(select("#", ("x"):rep(32):find(pattern)) == 34)
  -- References.
  eq(p(("=[==[x]==]"):match("%[(=*)%[(.-)%]%1%]")), "==", "x")
  eq(p(("'a\"b' c"):match("(['\"])(.-)%1")), "'", 'a"b')
  eq(p(("abab"):find("(ab)%1")), 1, 4, "ab")
  eq(p(("abcabc"):match("(.-)%1")), "")
  eq(p(("hello hello"):match("(%w+) %1")), "hello")
  eq(p(("aXa"):match("^(.)X%1$")), "a")
  eq(p(("x"):match("()%1")), nil)
  eq(p(("a\0a\0"):match("(a\0)%1")), "a\0")
end

do  -- %b and %f
  eq(p(("f(a(b)c)d"):match("%b()")), "(a(b)c)")
  eq(p(("((a)"):match("%b()")), "(a)")
  eq(p(("(("):match("%b()")), nil)
  eq(p(("|a|b|"):match("%b||")), "|a|")
  eq(p(("x{a}{b}"):match("%b{}(.*)")), "{b}")
  eq(p(("\0a\1"):match("%b\0\1")), "\0a\1")
  eq(p(("[[a]]"):match("%b[]")), "[[a]]")
  eq(p(("THE (quick) fox"):find("%f[%a]%a+%f[%A]")), 1, 3)
  eq(p(("THE (quick) fox"):find("%f[%l]%l+")), 6, 10)
  eq(p(("aXb"):find("%f[%u]")), 2, 1)
  eq(p((""):find("%f[%z]")), nil)
  eq(p(("a"):find("%f[%z]")), 2, 1)
  eq(p(("a"):find("%f[\0]")), 2, 1)
  eq(p(("[["):find("%f[[]")), 1, 0)
  assert(("one two"):gsub("%f[%w]%w+", "<%0>") == "<one> <two>")
  assert(("aba"):gsub("%f[a]", "|") == "|ab|a")
  assert(("foo.bar"):gsub("%f[%w_]", "^") == "^foo.^bar")
  eq(p(("a b"):match("%f[%S]%f[%w]b")), "b")
end

do  -- malformed patterns
  local function bad(text, pattern, s)
    fails(text, string.match, s or "a", pattern)
    fails(text, string.gsub, s or "a", pattern, "%1")
    fails(text, function() for _ in (s or "a"):gmatch(pattern) do end end)
  end
  bad("malformed pattern (ends with '%')", "%")
  bad("malformed pattern (ends with '%')", "a%")
  bad("malformed pattern (missing ']')", "[a")
  bad("malformed pattern (missing ']')", "[")
  bad("malformed pattern (missing ']')", "[]")
  bad("malformed pattern (missing ']')", "[^]")
  bad("malformed pattern (missing ']')", "[a%]")
  bad("malformed pattern (missing ']')", "[a%")
  bad("malformed pattern (missing ']')", "%f[a")
  bad("missing '[' after '%f' in pattern", "%f")
  bad("missing '[' after '%f' in pattern", "%fa")
  bad("malformed pattern (missing arguments to '%b')", "%b")
  bad("malformed pattern (missing arguments to '%b')", "%ba")
  bad("unfinished capture", "(a")
  bad("unfinished capture", "(")
  bad("unfinished capture", "(()")
  bad("invalid pattern capture", "a)")
  bad("invalid pattern capture", ".)")
  bad("invalid pattern capture", ".*)")
  bad("invalid capture index %1", "%1")
  bad("invalid capture index %0", "%0")
  bad("invalid capture index %1", "(%1)")
  bad("invalid capture index %2", "(a)%2")
  bad("too many captures", ("()"):rep(33))
  bad("too many captures", ("(a)"):rep(33), ("a"):rep(50))
  -- What the match never reaches is not looked at.
  assert(("b"):match("a%") == nil)
  assert(("b"):match("a[") == nil)
  assert(("b"):match("a(") == nil)
end

do  -- gmatch
  local function all(...)
    local t = {}
    for a, b in string.gmatch(...) do
      t[#t + 1] = b and a .. "," .. b or a
      assert(#t < 1000, "endless")
    end
    return table.concat(t, ";")
  end
  assert(all("one two three", "%a+") == "one;two;three")
  assert(all("k=v, x=y", "(%w+)=(%w+)") == "k,v;x,y")
  assert(all("abc", "") == ";;;")
  assert(all("abc", "()") == "1;2;3;4")
  assert(all("abc", "()", 2) == "2;3;4")
  assert(all("abc", "()", -1) == "3;4")
  assert(all("abc", "()", -100) == "1;2;3;4")
  assert(all("abc", "()", 4) == "4")
  assert(all("abc", "()", 5) == "")
  assert(all("abc", ".", math.maxinteger) == "")
  assert(all("hello", "l*") == ";;ll;")
  assert(all("aaa", "^a") == "")
  assert(all("x^ay", "^a") == "^a")
  assert(all("", "") == "")
  assert(all("", ".") == "")
  assert(all("a\0b", "%Z") == "a;b")
  assert(all(1213, "1.") == "12;13")
  assert(all("ab ab", "(%w)(%w)") == "a,b;a,b")
  assert(all("xuxx uu ppar r", "()(.)%2") == "3,x;6,u;9,p")
  assert(all("1,2,,3", "([^,]*)") == "1;2;;3")
  local n = 0
  for _ in string.gmatch("abcde", "()") do n = n + 1 end
  assert(n == 6)
  local f = string.gmatch("ab", ".")
  assert(type(f) == "function")
  eq(p(f(1, 2)), "a")
  eq(p(f()), "b")
  eq(p(f()))
  eq(p(f()))
  -- Iterators are independent of each other, and keep their strings.
  local function make() return (("x"):rep(50) .. "y"):gmatch("x" .. "y?") end
  local a, b = make(), make()
  collectgarbage()
  for i = 1, 49 do assert(a() == "x") end
  collectgarbage()
  assert(a() == "xy" and a() == nil and b() == "x")
  local t = {}
  for i in string.gmatch("xuxx uu ppar r", "()(.)%2") do t[#t + 1] = i end
  assert(table.concat(t, " ") == "3 6 9")
  fails("bad argument #2 to 'string.gmatch'", string.gmatch, "x")
  fails("bad argument #3 to 'string.gmatch'", string.gmatch, "x", "y", {})
end

do  -- gsub with strings
  eq(p(("hello"):gsub("l", "L")), "heLLo", 2)
  eq(p(("hello"):gsub("l", "L", 1)), "heLlo", 1)
  eq(p(("hello"):gsub("l", "L", 0)), "hello", 0)
  eq(p(("hello"):gsub("l", "L", -1)), "hello", 0)
  eq(p(("hello"):gsub("l", "L", math.mininteger)), "hello", 0)
  eq(p(("hello"):gsub("l", "L", "1")), "heLlo", 1)
  eq(p(("hello"):gsub("x", "y")), "hello", 0)
  eq(p(("hello"):gsub("", "-")), "-h-e-l-l-o-", 6)
  eq(p(("hello"):gsub("", "-", 2)), "-h-ello", 2)
  eq(p((""):gsub("", "x")), "x", 1)
  eq(p((""):gsub(".", "x")), "", 0)
  eq(p(("abc"):gsub("^", "-")), "-abc", 1)
  eq(p(("abc"):gsub("$", "-")), "abc-", 1)
  eq(p(("aaa"):gsub("^a", "b")), "baa", 1)
  eq(p(("abc"):gsub("b*", "x")), "xaxcx", 3)
  eq(p(("hello world"):gsub("o*", "x")), "xhxexlxlx xwxrxlxdx", 10)
  eq(p(("abc"):gsub("%w", "%0%0")), "aabbcc", 3)
  eq(p(("abc"):gsub("%w", "%1")), "abc", 3)
  eq(p(("abc"):gsub("%w", "%%%0")), "%a%b%c", 3)
  eq(p(("hello world"):gsub("(%w+) (%w+)", "%2 %1")), "world hello", 1)
  eq(p(("abc"):gsub("()", "%1")), "1a2b3c4", 4)
  eq(p(("abc"):gsub("b", 12)), "a12c", 1)
  eq(p(("abc"):gsub("b", 1.5)), "a1.5c", 1)
  eq(p(("a b  c"):gsub("%s+", "")), "abc", 2)
  eq(p(("alo úlo  "):gsub(" +$", "")), "alo úlo", 1)
  eq(p(("  alo alo  "):gsub("^%s*(.-)%s*$", "%1")), "alo alo", 1)
  eq(p(("a\0b"):gsub("\0", "\0\0")), "a\0\0b", 1)
  eq(p(("first second word"):gsub("%w+", "%0 %0", 1)),
     "first first second word", 1)
  eq(p(("abc=xyz"):gsub("(%w*)(%p)(%w+)", "%3%2%1")), "xyz=abc", 1)
  eq(p(("x"):rep(1000):gsub("x", "yy")), ("y"):rep(2000), 1000)
  eq(p(string.gsub(1234, 2, 9)), "1934", 1)
  fails("invalid capture index %2", string.gsub, "alo", ".", "%2")
  fails("invalid capture index %9", string.gsub, "alo", "(.)", "%9")
  fails("invalid use of '%' in replacement string", string.gsub, "alo", ".",
        "%x")
  fails("invalid use of '%' in replacement string", string.gsub, "alo", ".",
        "%")
  fails("invalid use of '%' in replacement string", string.gsub, "alo", ".",
        "a%\0")
  assert(("alo"):gsub("x", "%") == "alo")  -- never used, never looked at
  fails("bad argument #3 to 'string.gsub' (string/function/table expected, " ..
        "got no value)", string.gsub, "alo", ".")
  fails("bad argument #3 to 'string.gsub' (string/function/table expected, " ..
        "got boolean)", string.gsub, "alo", ".", true)
  fails("bad argument #4 to 'string.gsub' (number expected, got string)",
        string.gsub, "alo", ".", true, "x")
end

do  -- gsub with tables
  eq(p(("abc"):gsub("%w", { a = "1", b = 2, c = 3.5 })), "123.5", 3)
  eq(p(("abc"):gsub("%w", {})), "abc", 3)
  eq(p(("abc"):gsub("%w", { a = false })), "abc", 3)
  eq(p(("$name is $age"):gsub("%$(%w+)", { name = "X", age = 7 })),
     "X is 7", 2)
  eq(p(("abc"):gsub("()", { [1] = "<", [4] = ">" })), "<abc>", 4)
  local t = setmetatable({}, { __index = function(_, k) return k:upper() end })
  eq(p(("abc"):gsub("%l", t)), "ABC", 3)
  fails("invalid replacement value (a table)", string.gsub, "a", ".",
        { a = {} })
  fails("invalid replacement value (a boolean)", string.gsub, "a", ".",
        { a = true })
end

do  -- gsub with functions
  eq(p(("abc"):gsub("%w", string.upper)), "ABC", 3)
  eq(p(("abc"):gsub("%w", function() end)), "abc", 3)
  eq(p(("abc"):gsub("%w", function() return false end)), "abc", 3)
  eq(p(("abc"):gsub("%w", function(c) return c:byte() end)), "979899", 3)
  eq(p(("a=1"):gsub("(%w)=(%w)", function(a, b) return b .. a end)), "1a", 1)
  eq(p(("abc"):gsub("()(b)", function(i, c) return i .. c end)), "a2bc", 1)
  local n = 0
  ;("abc"):gsub("", function(...)
    n = n + 1
    assert(select("#", ...) == 1 and ... == "")
  end)
  assert(n == 4)
  -- A gsub inside a gsub, with collections.
  eq(p(("a.b c.d"):gsub("%S+", function(word)
    collectgarbage()
    return (word:gsub("%.", function() collectgarbage() return "," end))
  end)), "a,b c,d", 2)
  local long = ("word "):rep(2000)
  eq(p(long:gsub("%w+", function(w) return w .. w end)),
     ("wordword "):rep(2000), 2000)
  fails("invalid replacement value (a function)", string.gsub, "a", ".",
        function() return print end)
  fails("my error", string.gsub, "a", ".", function() error("my error") end)
  local ok, e = pcall(string.gsub, "a", ".", function() error({ 7 }) end)
  assert(not ok and e[1] == 7)
  assert(select("#", ("abc"):gsub("b", function() return "x", "y" end)) == 2)
end

do  -- bounds
  local a, long = ("a"):rep(100000), ("a?"):rep(100000)
  for _ = 1, 2 do
    fails("pattern too complex", function()
      for _ in string.gmatch(a, long) do end
    end)
  end
  assert(#a:match(("a?"):rep(150)) == 150)
  fails("pattern too complex", string.match, a, ("a?"):rep(250))
  fails("pattern too complex", string.find, a, ("a-"):rep(1000))
  assert(a:match(a) == a)
  assert(a:match("^a*$") == a and a:match("^a-$") == a)
  assert(a:match("^(a*)%1$") == ("a"):rep(50000))
end
