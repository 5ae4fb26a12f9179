-- Patterns that recurse, backtrack or are broken, over subjects of every size.

local functions = {
  find = string.find,
  match = string.match,
  gmatch = function(s, p) for a in s:gmatch(p) do if a == nil then break end end end,
  gsub = function(s, p) return s:gsub(p, "%0") end,
  gsub_table = function(s, p) return s:gsub(p, {}) end,
  gsub_function = function(s, p) return s:gsub(p, function() end) end,
}
local function try(s, p)
  for _, f in pairs(functions) do
    local ok, message = pcall(f, s, p)
    assert(ok or type(message) == "string")
  end
end

-- Long ones; each element may be a level of recursion.
for _, element in ipairs{"a?", "a*", "a-", "(", ")", "(a", "a)", "()", "(a)", "%b()", "%f[a]", "[a]", "[^a]",
                         "%1", "%a", ".", ".-", "[", "]", "%", "^", "$", "[%a-z]", "\0", "[]]", "[^]]"} do
  for _, size in ipairs{1, 31, 32, 33, 199, 200, 201, 5000} do
    try(("a"):rep(size), element:rep(size))
  end
  try(("a"):rep(100000), element:rep(100000))
end
-- Deep subjects.
for _, case in ipairs{
  {("("):rep(200000) .. (")"):rep(200000), "%b()"}, {("("):rep(5000), "%b()"}, {("x"):rep(200000), "%bxx"},
  {("a"):rep(3000), ".-b"}, {("a"):rep(200), ".*.*b"}, {("a"):rep(300000), "(.-)$"}, {("a"):rep(300000), "^(.*)$"},
  {("ab"):rep(100000), "(a)(b)"}, {("a"):rep(300000), "%f[b]"}, {("a"):rep(100000), "()"}, {("a\0"):rep(10000), "[%z\0]+"},
  {("a"):rep(300) .. "b", "(a*)%1b"}, {("a"):rep(300), "(a*)(a*)%1%2"}, {("a"):rep(18), ("a+"):rep(18) .. "b"},
} do
  pcall(string.find, case[1], case[2])
  pcall(string.gsub, case[1], case[2], "")
end
-- Broken ones.
for _, p in ipairs{"%", "[", "[a", "[^", "[^]", "[%", "[%]", "[a-", "[a-%", "(", ")", "(()", "())", "%b", "%bx", "%f", "%fa",
                   "%f[", "%0", "%1", "%9", "(%1)", "(a)%2", "[[:", "%g%", "(a*", "a)", "a**", "a+-", "^*", "$$", "^^", "(?)",
                   "\0%", "[\0", "[%a-]", "[a-%z]", "[z-a]", "[--a]", "[a--]"} do
  for _, s in ipairs{"", "a", "]", "aaa\0bbb", ("a]"):rep(100)} do try(s, p) end
end
-- Replacement strings and the places where gmatch and find begin.
for _, r in ipairs{"%", "%2", "%%", "%0%1", "%9", "%a", "\0", ("%0"):rep(1000)} do
  pcall(string.gsub, "hello", "(l)", r)
  pcall(string.gsub, "hello", "", r)
end
for _, i in ipairs{0, 1, -1, 5, 6, 7, 100, math.maxinteger, math.mininteger, -5, -6} do
  for _, p in ipairs{"", "l", "()", "^h", "%f[%a]", "$"} do
    assert(pcall(string.find, "hello", p, i) and pcall(string.find, "hello", p, i, true))
    assert(pcall(string.gmatch, "hello", p, i))
    local n = 0
    for _ in ("hello"):gmatch(p, i) do n = n + 1 end
    assert(n <= 6)
    assert(pcall(string.gsub, "hello", p, "x", i) and pcall(string.match, "hello", p, i))
  end
end
-- Callbacks that change what is going on.
local s = ("word "):rep(100)
local calls = 0
local iterator = s:gmatch("%a+")
local function busy(w)
  calls = calls + 1
  collectgarbage("step")
  iterator()
  if calls == 5 then error({w}) end
  if calls % 3 == 0 then return calls % 2 == 0 and w .. calls or 7 end
  return string.gsub(w, "o", function() return ("x"):rep(100) end) and nil
end
assert(not pcall(string.gsub, s, "%a+", busy))
assert(pcall(string.gsub, s, "%a+", busy))
for _, bad in ipairs{true, {}, print, coroutine.create(print)} do
  local ok, message = pcall(string.gsub, "x", "x", function() return bad end)
  assert(not ok and message:find("invalid replacement value", 1, true))
end
assert(not coroutine.wrap(function() return pcall(string.gsub, "x", "x", coroutine.yield) end)())
local lying = setmetatable({}, {__index = function(t, k) setmetatable(t, nil) collectgarbage() return k .. k end})
assert(string.gsub("abc", "%a", lying) == "aabc")
local self = setmetatable({}, {})
getmetatable(self).__index = self
assert(not pcall(string.gsub, "abc", "%a", self))
