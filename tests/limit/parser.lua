-- Sources that are deep, long, wide or broken: each compiles or is refused with
-- a message, in bounded time.

local function try(code)
  local f, message = load(code, "=deep")
  assert(f or type(message) == "string")
  return f, message
end

local function refused(code, text)
  local f, message = try(code)
  assert(not f, "compiled: " .. code:sub(1, 60))
  assert(message:find(text, 1, true), message:sub(1, 200))
end

-- Nesting: 30 levels compile, 100,000 are refused, nothing in between falls.
local nests = {
  {"return ", "(", "1", ")"},
  {"return ", "{", "", "}"},
  {"return ", "{a=", "1", "}"},
  {"return ", "{[", "1", "]=1}"},
  {"return ", "function() return ", "1", " end"},
  {"local f; return ", "f(", "1", ")"},
  {"local f; return ", "f{", "1", "}"},
  {"local t; return ", "t[", "1", "]"},
  {"return ", "- ", "1", ""},
  {"return ", "not ", "1", ""},
  {"return ", "~", "1", ""},
  {"return ", "#", "1", ""},
  {"return ", "-not#~", "1", ""},
  {"return ", "1 .. ", "1", ""},
  {"return ", "2 ^ ", "1", ""},
  {"return ", "(1 + ", "1", ")"},
  {"return ", "1 + (2 * ", "1", ")"},
  {"local a, b; return ", "a and (b or ", "1", ")"},
  {"", "do ", "", " end"},
  {"", "while a do ", "", " end"},
  {"", "repeat ", "", " until a"},
  {"", "for i = 1, 2 do ", "", " end"},
  {"", "for i in f do ", "", " end"},
  {"", "if a then ", "", " end"},
  {"", "if a then else ", "", " end"},
  {"", "if a then elseif b then ", "", " end"},
  {"", "function f() ", "", " end"},
  {"", "local function f() ", "", " end"},
  {"", "local x <close> = nil; do ", "", " end"},
  {"a = ", "function(...) local x = ", "1", " end"},
  {"", "a.b(function() ", "", " end)"},
}
for _, nest in ipairs(nests) do
  for _, depth in ipairs{30, 100, 180, 190, 195, 199, 200, 201, 250, 1000, 100000} do
    local code = nest[1] .. nest[2]:rep(depth) .. nest[3] .. nest[4]:rep(depth)
    local f, message = try(code)
    if depth == 30 then assert(f, message) end
    try(nest[1] .. nest[2]:rep(depth))             -- unfinished
    try(nest[1] .. nest[2]:rep(depth) .. nest[3] .. nest[4]:rep(depth + 1))
    if f then string.dump(f) end
  end
end

-- Chains without nesting compile at any length, or are refused.
local chains = {
  {"return 1", " + 1", ""}, {"local a = 1; return a", " - a", ""}, {"local a, b = 1; return a", " and a", ""},
  {"local a; return a", " or a", ""}, {"local a = 1; return a", " == a", ""}, {"local f, a; a = f", ".x", ""},
  {"local f; f", "()", ""}, {"local f; f", ":m()", ""}, {"local f; f", "'x'", ""}, {"local f; f", "[1]", " = 1"},
  {"local a ", "a = 1 ", ""}, {"local a ", "; ", ""}, {"local a ", "\n", ""}, {"return {", "1,", "}"},
  {"return {", "a=1,", "}"}, {"return {", "nil,", "}"}, {"return {", "[1.5]=2;", "}"}, {"if a then ", "elseif b then ", " end"},
  {"local t = {}; ", "t.x = t.x ", ""}, {"local x ", "do local y end ", ""}, {"", "::l%d:: ", ""}, {"", "goto e ", "::e::"},
  {"local a = 1 ", "if a then a = 2 end ", ""}, {"while a do ", "if b then break end ", "end"},
  {"x = ", "--[[ comment ]] ", "1"}, {"x = '", "\\x41\\u{7FFFFFFF}\\z  \\065", "'"}, {"x = [[", "]\n", "]]"},
}
for _, chain in ipairs(chains) do
  for _, count in ipairs{100, 254, 255, 256, 257, 10000, 100000} do
    local middle
    if chain[2]:find("%d", 1, true) then
      local t = {}
      for i = 1, count do t[i] = chain[2]:format(i) end
      middle = table.concat(t)
    else
      middle = chain[2]:rep(count)
    end
    local f, message = try(chain[1] .. middle .. chain[3])
    if count == 100 then assert(f, message) end
  end
end

-- Numbers of things: a limit each, with the message that PUC Lua has.
local function list(count, format, separator)
  local t = {}
  for i = 1, count do t[i] = format:format(i) end
  return table.concat(t, separator or ",")
end
assert(try("local " .. list(200, "a%d")))
refused("local " .. list(201, "a%d"), "too many local variables")
refused("return function(" .. list(201, "a%d") .. ") end", "too many local variables")
refused("local " .. list(150, "a%d") .. " for " .. list(60, "b%d") .. " in f do end", "too many local variables")
for _, names in ipairs{255, 256} do
  local code, at = {}, 0
  for level = 1, 3 do
    local n = math.min(100, names - at)
    code[#code + 1] = "local " .. list(n, "v" .. level .. "_%d") .. " = 1 return function() "
    at = at + n
  end
  code[#code + 1] = "return function() return "
  local uses = {}
  at = 0
  for level = 1, 3 do
    for i = 1, math.min(100, names - at) do uses[#uses + 1] = "v" .. level .. "_" .. i end
    at = at + math.min(100, names - at)
  end
  code[#code + 1] = "{" .. table.concat(uses, ",") .. "}"
  code[#code + 1] = " end" .. (" end"):rep(3)
  if names <= 255 then assert(try(table.concat(code)))
  else refused(table.concat(code), "too many upvalues") end
end
for _, count in ipairs{200, 249, 250, 254, 255, 256, 300, 70000} do
  local f = try("local f; f(" .. list(count, "%d") .. ")")
  local g = try("return " .. list(count, "%d"))
  local h = try(list(count, "t%d") .. " = " .. list(count, "%d"))
  if g then assert(select("#", g()) == count) end
  assert(count > 200 or f and g)
end
-- Constants, bodies that are jumped over, and what closures number.
for _, count in ipairs{255, 256, 257, 32768, 66000} do
  local f = assert(try("local t = {" .. list(count, "%d.5") .. "} return #t, t[#t]"))
  local n, last = f()
  assert(n == count and last == count + 0.5)
  f = try("return {" .. list(count, "function() return %d end") .. "}")
  assert(f and f()[count]() == count or not f and count > 65536)
end
local body = ("x = x + 1 "):rep(40000)
local jumps = assert(try("local x = 0; for i = 1, 2 do if i == 1 then " .. body ..
  " else goto out end end ::out:: while x < 0 do " .. body .. " end return x"))
assert(jumps() == 40000)

-- Lexical extremes.
for _, s in ipairs{"", "\0", "\xEF\xBB\xBF", "#!", "#\n", "'", '"', "[", "[=", "[[", "--[", "--[[", "--[==",
                   "'\\", "'\\x", "'\\xg'", "'\\u{", "'\\u{110000000}'", "'\\300'", "'\\z", "'\n'", "0x", "0xp1", "1e",
                   "1e+", "3..2", "...", "..", ":", "::", "::a", "goto", "a.", "a:", "~", "~=", "\x80", "\xFF", "@", "$", "`",
                   "return return", "break", "local function", "local x <", "local x <const", "local x <bad> = 1",
                   "for", "for x", "for x =", "for x = 1", "for x = 1,", "for x, y =", "for x.y in z do end", "a = = 1",
                   "a, b += 1", "1 = a", "a() = 1", "(a) = 1; (a", "f() f", "x y", "if", "if a", "else", "elseif", "until", "end",
                   "goto a; local b; ::a:: print(b)", "::a:: ::a::", "do ::a:: end goto a", "...a = 1", "function a.b:c.d() end"} do
  try(s)
  try("return " .. s)
  try("local a = 1 " .. s .. " a = 2")
end
local big = ("n"):rep(1 << 20)
assert(try(big .. " = 1 return " .. big))
_G[big] = nil
assert(select(2, try("x = " .. big .. " " .. big)):find("near", 1, true))
assert(try("return '" .. big .. "'")() == big)
assert(try("--" .. big .. "\nreturn 1")() == 1)
assert(try(("\n"):rep(1 << 20) .. "return 1")() == 1)
assert(try("return 1" .. ("0"):rep(100000))() == math.huge)
assert(try("return 0x" .. ("f"):rep(100000))() == -1)
assert(try("return 0." .. ("0"):rep(100000) .. "1")() == 0)
assert(try("return 1e" .. ("9"):rep(100000))() == math.huge)
try("return 0x." .. ("0"):rep(100000) .. "1p400000")
