-- Loops: the borders of what the handlers of `for` do themselves.  Guards
-- m3style/ops/loop.h.

local max, min = math.maxinteger, math.mininteger

-- The values of the variable, at most ten.
local function values(first, last, step)
  local seen = {}
  for i = first, last, step or 1 do
    seen[#seen + 1] = tostring(i)
    if #seen == 10 then break end
  end
  return table.concat(seen, " ")
end
for _, case in ipairs{
  {"1 2 3", 1, 3}, {"", 1, 0}, {"1", 1, 1}, {"3 2 1", 3, 1, -1},
  {"1 3", 1, 4, 2}, {"4 1", 4, 0, -3},
  {"1 2", 1, 2.9}, {"3", 3, 2.1, -1}, {"1.0 2.0", 1.0, 2},
  {"1.0 1.5 2.0", 1, 2, 0.5}, {"", 1.0, 0.5}, {"0.0 -1.0", 0.0, -1, -1},
  {max - 1 .. " " .. max, max - 1, max}, {min .. "", min, min},
  {min + 1 .. " " .. min, min + 1, min, -1},
  {max - 1 .. " " .. max, max - 1, math.huge}, {"", 1, -math.huge},
  {min + 1 .. " " .. min, min + 1, -math.huge, -1},
  {min .. " -1 " .. max - 1, min, max, max}, {max .. " 0", max, min + 2, -max},
  {"", 1, 0 / 0}, {"1", 1, 2, max}, {"0", 0, -1, min},
} do
  local got = values(table.unpack(case, 2, 4))
  assert(got == case[1], case[1] .. " expected, but got " .. got)
end
for _, case in ipairs{
  {"'for' step is zero", 1, 2, 0}, {"'for' step is zero", 1.0, 2, 0},
  {"bad 'for' initial value", {}, 2},
  {"bad 'for' limit", 1, {}},
  {"bad 'for' step", 1, 2, {}},
} do
  local ok, message = pcall(values, table.unpack(case, 2, 4))
  assert(not ok and message:find(case[1], 1, true), message)
end

-- A variable that the body or a closure assigns is a copy, whatever is put
-- there.
local rounds = 0
for i = 1, 3 do rounds = rounds + i; i = i * 10 end
assert(rounds == 6)
for i = 1, 3 do i = "text"; rounds = rounds + 1 end
for i = 1.0, 3 do i = nil; rounds = rounds + 1 end
assert(rounds == 12)
for i = 1, 3 do
  local function set() i = i + 10 end
  set()
  rounds = rounds + i
end
assert(rounds == 12 + 36, "what the closure assigned")

-- Closures see a variable of their own round.
local getters = {}
for i = 1, 3 do getters[i] = function() return i end end
for i = 1.0, 3 do getters[i + 3] = function() i = i + 0.5; return i end end
assert(getters[1]() == 1 and getters[3]() == 3 and getters[2]() == 2)
assert(getters[4]() == 1.5 and getters[4]() == 2.0 and getters[5]() == 2.5)

-- pairs, while fields are removed and assigned; next with a foreign key.
local t = {1, 2, 3, x = 4, y = 5}
local count = 0
for k, v in pairs(t) do
  assert(v == 1 or k ~= 1)
  t[k] = nil
  count = count + 1
end
assert(count == 5 and next(t) == nil)
t = {a = 1, b = 2, c = 3}
local sum = 0
for k, v in next, t do t[k] = v * 10; sum = sum + t[k] end
assert(sum == 60)
for k in next, {1, 2}, 2 do error("there is nothing behind " .. k) end
assert(not pcall(function() for _ in next, {}, "no key" do end end))

-- ipairs, while the table grows and shrinks, and with __index.
t = {1, 2}
count = 0
for i, v in ipairs(t) do
  count = count + v
  if i < 6 then t[i + 1] = i + 1 end
  if i == 5 then t[6] = nil end
end
assert(count == 15)
count = 0
local with_index = setmetatable({1}, {__index = function(_, i)
  if i <= 4 then return i end
end})
for _, v, third in ipairs(with_index) do
  count = count + v
  assert(third == nil)
end
assert(count == 10)

-- Iterators that are no functions, that yield, and with more variables.
local callable = setmetatable({}, {__call = function(_, s, c)
  if c < s then return c + 1, "second" end
end})
count = 0
for i, second, third in callable, 3, 0 do
  assert(second == "second" and third == nil)
  count = count + i
end
assert(count == 6)
local co = coroutine.wrap(function()
  for i in function(_, c) coroutine.yield(c); if c < 2 then return c + 1 end end,
      nil, 0 do
    coroutine.yield("round " .. i)
  end
  return "end"
end)
local trace = {}
repeat trace[#trace + 1] = tostring(co()) until trace[#trace] == "end"
assert(table.concat(trace, ", ") == "0, round 1, 1, round 2, 2, end")
assert(not pcall(function() for _ in nil do end end))
