-- find, match, gmatch, gsub: classes, anchors, captures, errors.

local function show(...)
  local out = table.pack(...)
  for i = 1, out.n do
    out[i] = type(out[i]) == "string" and ("%q"):format(out[i]) or tostring(out[i])
  end
  print(table.concat(out, " ", 1, out.n))
end
local function try(f, ...) show(select(2, pcall(f, ...)), (pcall(f, ...))) end

local subject = "The quick brown fox, 42 jumps (over) the 3.14 lazy dogs!"
for _, p in ipairs {
  "%a+", "%d+", "%d+%.%d+", "(%w+) (%w+)", "^%a+", "%a+!$", "^$", "()", "().-()q",
  "%b()", "%((.-)%)", "[^%s]+$", "[aeiou]+", "[%d.]+", "%f[%w]%w+%f[%W]",
  "(.)%1", "x*", "q.-k", "q.*k", "[A-Z][a-z]*", "%s*,%s*", "(%w+)%p", "o[vx]",
  ".", "%u", "%l%l%l%l%l", "%x+", "%c", "[%]x]", "[]x]", "[^]x]", "[a-]", "[%a-z]",
  "quick", "a?b?c?d", "%-", "(()())", "((%a)(%a))", "$", "^", "fox$", "\0"} do
  show(p, subject:find(p))
  show(p, subject:match(p))
  show(p, subject:gsub(p, "<%0>"))
end

show(("hello world"):find("o w", 1, true)); show(("a.b"):find(".", 1, true))
show(("a.b"):find("", 10)); show(("a.b"):find("", 4)); show(("abc"):find("b", -1))
show(("abc"):find("b", -10)); show((""):find("")); show((""):match(".-"))
show(("a\0b\0c"):find("\0", 3)); show(("a\0b"):gsub("%z", "-"))
show(("key = value"):match("^(%w+)%s*=%s*(%w+)$"))
show(("  trim  "):match("^%s*(.-)%s*$"))
show(("2024-05-17"):match("(%d+)-(%d+)-(%d+)"))
show(("abcabc"):gsub("b", "%%")); show(("abc"):gsub("%w", "%0%0", 2))
show(("abc"):gsub("", "-")); show(("hello"):gsub("l*", "x"))
show(("abc def"):gsub("(%w+) (%w+)", "%2 %1"))
show(("$name is $age"):gsub("%$(%w+)", {name = "Lua", age = 30}))
show(("$name is $who"):gsub("%$(%w+)", {name = false, who = 1}))
show(("abc"):gsub("%w", function(c) if c == "b" then return nil end return c:upper() end))
show(("abc"):gsub("()(%w)", function(i, c) return i .. c end))
show(("x=1, y=2"):gsub("(%w)=(%w)", function(k, v) return v .. "=" .. k end, 1))
show(("f(a(b)c)d"):match("%b()")); show(("[[x]]"):find("[[]", 2))
show(("THE (quick) fox"):find("%((%a+)%)"))
show(("äöü"):len(), ("äöü"):match("[\xc3]."))
show(("abc"):gsub(".", {a = 1, b = 2.5, c = false}))

for k, v in ("a=1, b=2, c=3"):gmatch("(%w+)=(%w+)") do io.write(k, v, ";") end print()
for w in ("one  two"):gmatch("%a*") do io.write("<", w, ">") end print()
for p in ("abc"):gmatch("()") do io.write(p, " ") end print()
for w in ("hello"):gmatch("l", 4) do io.write(w, " ") end print()
for a in ("abab"):gmatch("^a") do io.write(a, " ") end print()

for _, p in ipairs {"(", ")", "%", "[", "[a", "[^", "(()", "%b", "%bx", "%f", "%fa",
                    "%1", "(%1)", "(a)%2", "[%", "[a-%", "a%"} do
  try(string.find, "aaa", p); try(string.gsub, "aaa", p, "")
end
try(string.gsub, "abc", "b", "%2"); try(string.gsub, "abc", "b", "%x")
try(string.gsub, "abc", "b", "%"); try(string.gsub, "abc", "(b)", "%1%1")
try(string.gsub, "abc", "b", function() return {} end)
try(string.gsub, "abc", "b", {b = print}); try(string.gsub, "abc", "b", true)
try(string.gsub, "abc", "b"); try(string.rep); try(string.find, "x"); try(string.find)
try(string.match, "x", ("(x?)"):rep(33)); show(("x"):match(("(x?)"):rep(32)))
show(#(("a"):rep(20000):match(".-$"))); show(("a"):rep(1000):find(("a?"):rep(3) .. "$"))

show(("x"):rep(3, ", "), ("x"):rep(0), ("x"):rep(-1), ("x"):rep(1, "sep"), (""):rep(1000))
show(("hello"):sub(2), ("hello"):sub(-3), ("hello"):sub(2, -2), ("hello"):sub(0),
     ("hello"):sub(10), ("hello"):sub(-100, 100), ("hello"):sub(3, 2),
     ("hello"):sub(math.mininteger, math.maxinteger))
show(("hello"):byte(), ("hello"):byte(-1), ("hello"):byte(10), ("hello"):byte(1, -1))
show(string.char(), string.char(72, 105), ("Hi"):upper(), ("Hi"):lower(), ("Hi"):reverse())
try(string.char, 256); try(string.char, -1); try(string.char, "x")
show("a" < "b", "a" < "B", "" < "a", "a\0b" < "a\0c", "a" < "a\0", "Z" < "a", "10" < "9")
