-- Errors in the handling of errors, values of errors of every kind, and stack
-- overflow in every kind of function.

local function outcome(...) return select("#", ...), ... end
-- Handlers that raise, recur, overflow, yield, collect.
local function forever() return 1 + forever() end
for _, value in ipairs{"message", 1, {}, print, true, setmetatable({}, {__tostring = error}), coroutine.create(print)} do
  for _, handler in ipairs{error, forever, print ~= nil and tostring, debug.traceback, coroutine.yield, collectgarbage, pcall,
                           function(m) error(m) end, function(m) error({m}) end, function(m) return m, m end, function() end,
                           function(m) return xpcall(error, debug.traceback, m) end, function(m) return pcall(forever) end,
                           function(m) debug.sethook() return m end, function(m) setmetatable({}, {__gc = error}) collectgarbage() return m end,
                           function(m) return table.unpack({}, 1, 1e6) end, function(m) return select("#", m) end} do
    local n, ok = outcome(xpcall(error, handler, value))
    assert(not ok and n == 2)
    n, ok = outcome(coroutine.wrap(function() return xpcall(function() return pcall(error, value), error(value) end, handler) end)())
    assert(not ok and n == 2)
  end
end
for _, value in ipairs{false, 0, "", {}} do
  for level = -3, 300, 7 do
    local ok, e = pcall(error, value, level)
    assert(not ok and (type(value) == "string" or e == value))
  end
end
for _, level in ipairs{math.maxinteger, math.mininteger, 1 << 31, -1 << 31, 1 << 32} do
  pcall(error, "x", level)
  pcall(debug.traceback, "x", level)
  pcall(debug.getinfo, level)
end
assert(select("#", pcall(error)) == 2)

-- Overflow by each road; the error is ordinary and the next attempt is as good.
local roads = {}
local function road(f) roads[#roads + 1] = f end
road(function() local function f() return 1 + f() end return f() end)
road(function() local function f(...) return 1 + f(1, ...) end return f() end)
road(function() local function f() local a, b, c, d, e, g; return (f()) end return f() end)
for _, event in ipairs{"add", "concat", "unm", "len", "eq", "lt", "le", "index", "newindex", "call", "close", "band", "idiv"} do
  road(function()
    local mt, x = {}, {}
    local expressions = {
      add = function() return x + 1 end, concat = function() return x .. "a" end, unm = function() return -x end, len = function() return #x end,
      eq = function() return x == setmetatable({}, mt) end, lt = function() return x < x end, le = function() return x <= x end,
      index = function() return x.y end, newindex = function() x.y = 1 end, call = function() return (x()) end,
      close = function() local _ <close> = x end, band = function() return x & 1 end, idiv = function() return 1 // x end}
    mt["__" .. event] = function() local r = expressions[event]() return r end
    setmetatable(x, mt)
    return expressions[event]()
  end)
end
road(function() local x = setmetatable({}, {}) getmetatable(x).__index = function(_, k) return x[k] .. "" end return x.y end)
road(function() local function f() return pcall(f) end assert(f()) assert(select(-2, f())) end)
road(function() local function f() return xpcall(f, f) end f() assert(false) end)
road(function() local function f() string.gsub("a", "a", f) end f() end)
road(function() local function f() table.sort({1, 2}, f) end f() end)
road(function() local function f() return tostring(setmetatable({}, {__tostring = f})) end f() end)
road(function() local function f() for _ in f do end end f() end)
road(function() local function f() for _ in pairs(setmetatable({}, {__pairs = f})) do end end f() end)
road(function() local function f() local _ <close> = setmetatable({}, {__close = f}) error("x") end f() end)
road(function() local function f() coroutine.wrap(f)() end f() end)
road(function() local function f(...) return select(2, f(...), 1) end f(table.unpack({}, 1, 100)) end)
road(function() local t = setmetatable({}, {__len = function(t) return #t end}) return #t end)
road(function() local t = {} for i = 1, 3000 do t = setmetatable({}, {__index = t}) end assert(t.x == nil) end)
road(function() local t = setmetatable({}, {}) getmetatable(t).__index = t return t.x end)
road(function() local t = setmetatable({}, {}) getmetatable(t).__newindex = t t.x = 1 end)
road(function() local c = {} for i = 1, 1000 do c = setmetatable({}, {__call = c}) end c() end)
road(function() local c = setmetatable({}, {}) getmetatable(c).__call = c c() end)
road(function() local a, b = setmetatable({}, {}), setmetatable({}, {}) getmetatable(a).__index = b getmetatable(b).__index = a return a.x end)
road(function() return (table.unpack({}, 1, 999999)) + select("#", table.unpack({}, 1, 1e7)) end)
road(function() string.rep("x", 100, ("x"):rep(1 << 60)) end)
road(function() local t = {} for i = 1, 1e5 do t = {t} end local s = 0 while t do t = t[1] s = s + 1 end collectgarbage() error(s) end)
for i, f in ipairs(roads) do
  local first
  for _ = 1, 2 do
    local ok, message = pcall(f)
    assert(not ok, "road " .. i .. " came to an end")
    first = first or tostring(message):sub(1, 10)
    assert(tostring(message):sub(1, 10) == first, "road " .. i .. " ended in another way the second time")
  end
  coroutine.resume(coroutine.create(f))
  local handled
  local ok = xpcall(f, function(m) handled = true return m end)
  assert(not ok)
end
-- __index chains: a loop is named.
local loop = setmetatable({}, {})
getmetatable(loop).__index, getmetatable(loop).__newindex = loop, loop
local ok, message = pcall(function() return loop.x end)
assert(message:find("'__index' chain too long", 1, true))
ok, message = pcall(function() loop.x = 1 end)
assert(message:find("'__newindex' chain too long", 1, true))
-- After an overflow there is as much stack as before, and not more; an overflow
-- that is handled where the stack is full leaves it so.
do
  local depth, deepest, turn = 0, 0, nil
  local function down()
    depth = depth + 1
    if depth > deepest then deepest = depth end
    if depth == turn then
      local ok, handled = xpcall(down, function(m)
        assert(m:find("stack overflow", 1, true))
        return #debug.traceback(m) > 100
      end)
      assert(not ok and handled, "the handler has room of its own")
      depth = turn - 1
      turn = nil
    end
    return (down())
  end
  local function overflow(at)
    depth, deepest, turn = 0, 0, at
    local ok, message = pcall(down)
    assert(not ok and message:find("stack overflow", 1, true))
    return deepest
  end
  local first = overflow()
  for i = 1, 3 do
    assert(math.abs(overflow() - first) < 100, "the stack shrinks, or grows, by overflows")
    local full = overflow(first - 2 * i)
    assert(math.abs(full - first) < 100, full .. " levels, without xpcall " .. first)
  end
end
-- Names in messages of stripped functions, and tracebacks of huge stacks.
local function deep(n) if n == 0 then return debug.traceback("t") end return (deep(n - 1)) end
assert(#deep(10000) < 5000)
local stripped = load(string.dump(load("local a = ... ; local t = {} ; return function() return t.x.y + a.b:c(t) end"), true))(nil)
ok, message = pcall(stripped)
assert(not ok and #message > 10)
