-- table.sort (manual 6.6).

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "an error was expected: " .. text)
  assert(string.find(tostring(message), text, 1, true),
         "expected '" .. text .. "', got '" .. tostring(message) .. "'")
end

local function check(t, less)
  less = less or function(a, b) return a < b end
  for i = 2, #t do assert(not less(t[i], t[i - 1]), i) end
end

-- A small generator, so that the lists are the same everywhere.
local seed = 1
local function random(n)
  seed = (seed * 1103515245 + 12345) & 0x7fffffff
  return (seed >> 8) % n
end

local function random_list(n, make)
  local t = {}
  for i = 1, n do t[i] = make(random(n)) end
  return t
end

-- Same elements, however often each.
local function same_elements(a, b)
  local count = {}
  for _, v in ipairs(a) do count[v] = (count[v] or 0) + 1 end
  for _, v in ipairs(b) do count[v] = count[v] - 1 end
  for _, n in pairs(count) do assert(n == 0) end
  assert(#a == #b)
end

local makers = {
  function(n) return n end,
  function(n) return n + 0.5 end,
  function(n) return n % 2 == 0 and n or n + 0.5 end,
  function(n) return "s" .. n end,
  function(n) return ("common prefix "):rep(3) .. n .. "\0" .. n % 7 end,
  function(n) return -n end,
  function(n) return string.char(n % 256, n // 256 % 256) end,
}
for _, make in ipairs(makers) do
  for _, n in ipairs{0, 1, 2, 3, 4, 5, 10, 33, 100, 101, 1000} do
    local t = random_list(n, make)
    local copy = table.move(t, 1, n, 1, {})
    assert(select("#", table.sort(t)) == 0)
    check(t)
    same_elements(t, copy)
    table.sort(t, function(a, b) return b < a end)
    check(t, function(a, b) return b < a end)
    same_elements(t, copy)
    table.sort(copy, nil)
    check(copy)
  end
end

do  -- patterns that are hard for quicksort
  local n = 3000
  local patterns = {
    function(i) return i end,
    function(i) return n - i end,
    function() return 7 end,
    function(i) return i % 2 end,
    function(i) return i <= n // 2 and i or n - i end,
    function(i) return i * 7919 % n end,
    function(i) return i % 2 == 0 and i or n - i end,
  }
  for _, pattern in ipairs(patterns) do
    local t, u = {}, {}
    for i = 1, n do t[i] = pattern(i); u[i] = {key = pattern(i)} end
    table.sort(t)
    check(t)
    local comparisons = 0
    table.sort(u, function(a, b)
      comparisons = comparisons + 1
      return a.key < b.key
    end)
    for i = 1, n do assert(u[i].key == t[i]) end
    assert(comparisons < 30 * n, comparisons)
  end
end

do  -- an adversary: the order is made up as it is asked for ("antiquicksort")
  local n = 2000
  local values, t, solid, candidate, gas, comparisons = {}, {}, 0, 1, n + 1, 0
  for i = 1, n do values[i] = gas; t[i] = i end
  table.sort(t, function(x, y)
    comparisons = comparisons + 1
    if values[x] == gas and values[y] == gas then
      solid = solid + 1
      values[x == candidate and x or y] = solid
    end
    if values[x] == gas then candidate = x
    elseif values[y] == gas then candidate = y end
    return values[x] < values[y]
  end)
  for i = 2, n do assert(values[t[i - 1]] <= values[t[i]]) end
end

do  -- extreme numbers
  local t = {math.mininteger, math.maxinteger, 0, -1, 1, 1 / 0, -1 / 0, 2^63,
             -2^63, 0.0, -0.0, 2^53, 2^53 + 1}
  table.sort(t)
  check(t)
  assert(t[1] == -1 / 0 and t[#t] == 1 / 0)
  t = {3.5, 0 / 0, 1.5, 0 / 0, 2.5}
  pcall(table.sort, t)  -- no order, but no harm either
  assert(#t == 5)
end

do  -- elements that compare equal end up where PUC Lua puts them
  local t = {}
  for i = 1, 12 do t[i] = {key = i * 5 % 4, i} end
  table.sort(t, function(a, b) return a.key < b.key end)
  local order = {}
  for i = 1, 12 do order[i] = t[i].key .. ":" .. t[i][1] end
  assert(table.concat(order, " ") == "0:12 0:4 0:8 1:9 1:5 1:1 2:6 2:10 2:2 3:3 3:11 3:7",
         table.concat(order, " "))
  t = {}
  for i = 1, 200 do t[i] = {key = i * 13 % 10, i} end
  table.sort(t, function(a, b) return a.key < b.key end)
  local sum = 0
  for i = 1, 200 do sum = (sum * 31 + t[i][1]) % 1000003 end
  assert(sum == 31313, sum)
end

do  -- errors
  fails("table expected, got no value", table.sort)
  fails("table expected, got number", table.sort, 5)
  fails("function expected, got number", table.sort, {1, 2}, 3)
  fails("function expected, got table", table.sort, {1, 2},
        setmetatable({}, {__call = print}))
  table.sort({1}, 3)  -- nothing to sort: not looked at
  fails("attempt to compare string with number", table.sort, {1, "x"})
  fails("attempt to compare two table values", table.sort, {{}, {}})
  fails("attempt to compare", table.sort, {1, 2, nil, 4, 5, "x"})
  fails("array too big", table.sort,
        setmetatable({}, {__len = function() return math.maxinteger end}))
  table.sort(setmetatable({}, {__len = function() return -1 end}), error)
  local function always(a, b) assert(a and b) return true end
  for n = 3, 60 do
    local t = {}
    for i = 1, n do t[i] = i end
    if n > 3 then
      fails("invalid order function for sorting", table.sort, t, always)
    end
  end
  -- the error of the order function comes through as it is
  local mark = {}
  local ok, e = pcall(table.sort, {3, 2, 1}, function() error(mark) end)
  assert(not ok and e == mark)
end

do  -- order functions that are none: anything may come out, nothing breaks
  local functions = {
    function() return false end,
    function() return random(2) == 0 end,
    function(a, b) return a <= b end,
    function(a, b) return a ~= b end,
    function(a, b) return (a or 0) % 3 < (b or 0) % 2 end,
    function() return nil end,
    function() return 1 end,
  }
  for _, f in ipairs(functions) do
    for n = 1, 150, 7 do
      local t = {}
      for i = 1, n do t[i] = random(20) end
      pcall(table.sort, t, f)
      assert(#t == n)
    end
  end
end

do  -- order functions that change the table under the sort
  local t = {}
  for i = 1, 100 do t[i] = {i * 37 % 101} end
  local calls = 0
  pcall(table.sort, t, function(a, b)
    calls = calls + 1
    if calls == 20 then
      for i = 1, 100 do t[i] = nil end
      for i = 1, 50 do t["x" .. i] = i end
      collectgarbage()
    end
    if a == nil or b == nil then return false end
    return a[1] < b[1]
  end)
  t = {}
  for i = 1, 100 do t[i] = {i * 37 % 101} end
  table.sort(t, function(a, b)
    for i = 101, 120 do t[i] = {i} end  -- grows meanwhile
    if calls % 50 == 0 then collectgarbage() end
    calls = calls + 1
    return a[1] < b[1]
  end)
  for i = 2, 100 do assert(t[i - 1][1] <= t[i][1]) end
  t = {}
  for i = 1, 50 do t[i] = {i * 37 % 51} end
  local made = false
  table.sort(t, function(a, b)
    if not made then
      made = true
      setmetatable(t, {__index = function() return {0} end,
                       __newindex = function() end})
    end
    return a[1] < b[1]
  end)
end

do  -- sorting inside of a sort, and in a coroutine
  local t = {}
  for i = 1, 20 do t[i] = {i * 7 % 20} end
  table.sort(t, function(a, b)
    local inner = {a[1], b[1], 5}
    table.sort(inner, function(x, y) return x > y end)
    return a[1] < b[1]
  end)
  for i = 2, 20 do assert(t[i - 1][1] <= t[i][1]) end
  local co = coroutine.wrap(function()
    local u = {3, 1, 2}
    table.sort(u, function(a, b) return a < b end)
    coroutine.yield(table.concat(u))
    table.sort(u, function() coroutine.yield() end)
  end)
  assert(co() == "123")
  fails("attempt to yield across a C-call boundary", co)
end

do  -- __lt
  local mt = {__lt = function(a, b) return a.v < b.v end}
  local t = {}
  for i = 1, 30 do t[i] = setmetatable({v = i * 11 % 31}, mt) end
  table.sort(t)
  for i = 2, 30 do assert(t[i - 1].v < t[i].v) end
end

print("OK")
