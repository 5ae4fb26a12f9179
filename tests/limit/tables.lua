-- The table library with extreme ranges and with metamethods that lie, raise,
-- yield, or change the table under the function's feet; next and sort too.

local max, min = math.maxinteger, math.mininteger
local edges = {max, max - 1, min, min + 1, 0, 1, -1, 3, 4, 1 << 31, 1 << 40}

local function fails(f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "no error")
  return message
end

-- Ranges; those that would take for ever do nothing or are refused.
local function proxy(length, get, set)
  return setmetatable({}, {__len = function() return length end, __index = get, __newindex = set})
end
local function stop() error("stop") end
for _, i in ipairs(edges) do
  for _, j in ipairs(edges) do
    local wide = math.ult(1 << 20, j - i) and i < j
    if not wide then
      pcall(table.concat, {}, ",", i, j)
      pcall(table.unpack, {}, i, j)
    else
      fails(table.unpack, {}, i, j)
      fails(table.concat, {}, ",", i, j)
    end
    for _, k in ipairs(edges) do
      pcall(table.move, proxy(0, stop), i, j, k)
      pcall(table.move, proxy(0, function() return 1 end, stop), i, j, k)
    end
    pcall(table.insert, proxy(i, stop, stop), j, 1)
    pcall(table.remove, proxy(i, stop, stop), j)
  end
  pcall(table.insert, proxy(i, stop, stop), 1)
  pcall(table.remove, proxy(i, stop, stop))
  pcall(table.sort, proxy(i, stop, stop))
  pcall(table.concat, proxy(i, stop))
  pcall(table.unpack, proxy(i, stop))
  pcall(ipairs, proxy(i, stop))
  pcall(next, {}, i)
end
for _, length in ipairs{"x", {}, 1.5, false, 2 ^ 63, 0 / 0, -1 / 0} do
  for _, name in ipairs{"concat", "unpack", "insert", "remove", "sort"} do
    if not (name == "unpack" and length == false) then
      fails(table[name], proxy(length, nil, nil), name == "insert" and 1 or nil)
    end
  end
end

-- Lying metamethods: what is read changes at each read.
local function shrinking(n)
  local t = {}
  for i = 1, n do t[i] = i end
  return setmetatable({}, {
    __len = function() return #t end,
    __index = function(_, k)
      for _ = 1, 5 do t[#t] = nil end
      collectgarbage("step")
      return t[k]
    end,
    __newindex = function(_, k, v) t[k] = v; t[#t] = nil end,
  })
end
for _, f in ipairs{table.concat, table.unpack, table.remove, table.sort, function(t) table.insert(t, 1, "x") end,
                   function(t) return table.move(t, 1, 50, 10) end, function(t) for _ in ipairs(t) do end end} do
  if f == nil then break end
  local t = shrinking(100)
  if f then pcall(f, t) end
end
-- Yields and errors out of each.
for _, f in ipairs{table.concat, table.unpack, table.remove, table.sort, function(t) table.insert(t, 1, 1) end,
                   function(t) table.move(t, 1, 5, 2) end} do
  for _, bad in ipairs{coroutine.yield, error, function() return nil end, function() return {} end} do
    local t = setmetatable({}, {__len = function() return 5 end, __index = bad, __newindex = bad})
    local co = coroutine.create(f)
    local ok, message = coroutine.resume(co, t)
    if bad == coroutine.yield then
      assert(not ok and message:find("attempt to yield across a C-call boundary", 1, true), message)
    end
    co = coroutine.create(f)
    coroutine.resume(co, setmetatable({}, {__len = bad}))
  end
end

-- Sorting with orders that are none.
math.randomseed(7)
local orders = {
  function() return true end, function() return false end, function() return nil end,
  function(a, b) return a <= b end, function() return math.random(2) == 1 end, function(a, b) return a ~= b end,
  function(a, b) return (a + b) % 3 == 0 end, function(a, b) return a < b, 1, 2, 3 end,
}
for _, size in ipairs{0, 1, 2, 3, 4, 10, 99, 100, 101, 1000, 5000} do
  for _, order in ipairs(orders) do
    local t, sum = {}, 0
    for i = 1, size do t[i] = math.random(50); sum = sum + t[i] end
    local ok, message = pcall(table.sort, t, order)
    assert(ok or message:find("invalid order function", 1, true) or message:find("compare", 1, true)
           or message:find("arithmetic on a nil", 1, true), message)
    if ok then
      for i = 1, size do sum = sum - t[i] end
      assert(sum == 0 and #t == size, "an element was lost")
    end
  end
end
-- Orders that change the list.
for _, change in ipairs{
  function(t) t[#t] = nil end, function(t) t[#t + 1] = 1 end, function(t) for k in pairs(t) do t[k] = nil end end,
  function(t) t[1] = nil end, function(t) table.sort(t) end, function(t) setmetatable(t, {__index = function() return 1 end}) end,
  function(t) setmetatable(t, {__newindex = function() end, __len = function() return 1 end}) end,
  function(t) for i = 1, 100 do t["k" .. i] = i end collectgarbage() end,
  function(t) table.move(t, 1, #t, 2) end, function() error({}) end, function() coroutine.yield() end,
} do
  for _, size in ipairs{2, 5, 30, 300} do
    local t, calls = {}, 0
    for i = 1, size do t[i] = (i * 7919) % 101 end
    local co = coroutine.create(function()
      table.sort(t, function(a, b)
        calls = calls + 1
        if calls % 7 == 3 then change(t) end
        return type(a) == "number" and type(b) == "number" and a < b
      end)
    end)
    coroutine.resume(co)
  end
end
fails(table.sort, {1, "x", 2})
fails(table.sort, {{}, {}})
fails(table.sort, {1, 2}, 5)
assert(pcall(table.sort, {0 / 0, 1, 0 / 0, 2, 0 / 0, 3}) ~= nil)

-- Traversals during which the table changes.
for size = 0, 40, 4 do
  local t = {}
  for i = 1, size do t[i] = i; t["k" .. i] = i; t[{}] = i end
  local count = 0
  for k in pairs(t) do
    t[k] = nil                 -- allowed
    count = count + 1
    if count % 3 == 0 then collectgarbage("step") end
  end
  assert(count == 3 * size and next(t) == nil)
  for i = 1, size do t[i] = i; t["k" .. i] = i end
  count = 0
  pcall(function()
    for k in pairs(t) do       -- not allowed: any order, or an error, in bounded time
      count = count + 1
      t[{}] = true
      t[count + 1000] = k
      if count > 500 then break end
    end
  end)
end
for _, key in ipairs{0, 1, -1, 1.5, 2 ^ 53, max, min, "x", true, print, {}} do
  fails(next, {}, key)
  fails(next, {1, 2, 3, x = 1, key ~= "x" and 5 or nil}, {})
end
fails(function() local t = {}; t[nil] = 1 end)
fails(function() local t = {}; t[0 / 0] = 1 end)
fails(rawset, {}, nil, 1)
fails(rawset, {}, 0 / 0, 1)
assert(({})[nil] == nil and ({})[0 / 0] == nil)
-- Floats that are integers, and integers beside them.
local t = {}
for _, e in ipairs(edges) do t[e] = e; t[e + 0.0] = t[e + 0.0] or false end
for _, e in ipairs(edges) do assert(t[e] == e) end

-- Integer loops at the edges.
local function count(a, b, c) local n = 0 for _ = a, b, c do n = n + 1 if n > 10 then break end end return n end
assert(count(max - 2, max, 1) == 3 and count(min + 2, min, -1) == 3 and count(max, max + 1.0, 1) == 1)
assert(count(min, max, max) == 3 and count(max, min, min) == 2 and count(min, max, 1 << 62) == 4)
assert(count(1, 0 / 0, 1) == 0 and count(1, 1 / 0, 1) == 11 and count(1, -1 / 0, -1) == 11 and count(max, 1 / 0, max) == 1)
assert(count(0.0, 1 / 0, 1 / 0) == 11 and count(1.0, 2.0, 0.25) == 5 and count(2 ^ 53, 2 ^ 53 + 4, 1.0) == 11)
fails(count, 1, 2, 0)
fails(count, 1.0, 2, 0.0)
fails(count, "x", 2, 1)
fails(count, {}, 2, 1)
