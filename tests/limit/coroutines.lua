-- Coroutines that resume, close and wrap each other in every wrong way, and
-- yields across everything.

local create, resume, yield, wrap, close, status =
  coroutine.create, coroutine.resume, coroutine.yield, coroutine.wrap, coroutine.close, coroutine.status
local function closer(f) return setmetatable({}, {__close = f}) end
local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok and tostring(message):find(text, 1, true), tostring(message))
end

-- Wrong states.
fails("cannot close a running coroutine", close, coroutine.running())
local outer
outer = create(function()
  fails("cannot close a running coroutine", close, outer)
  wrap(function() fails("cannot close a normal coroutine", close, outer) end)()
  fails("cannot resume non-suspended coroutine", assert, resume(outer))
  return "done"
end)
assert(select(2, resume(outer)) == "done")
assert(not resume(outer) and close(outer) and status(outer) == "dead")
fails("attempt to yield from outside a coroutine", yield)
fails("nil", wrap(error))
for _, bad in ipairs{1, {}, "x", false, print} do
  for _, f in ipairs{resume, close, status, coroutine.isyieldable} do assert(not pcall(f, bad) or f == coroutine.isyieldable) end
end
for _, f in ipairs{rawequal, yield, wrap, create, pcall, error, next, select, string.gsub, coroutine.running, setmetatable, collectgarbage} do
  resume(create(f))
  resume(create(f), f)
  resume(create(f), create(f))
  resume(create(f), f, f, f)
  local co = create(f)
  resume(co)
  resume(co, co)
  close(co)
end
assert(resume(create(pcall), resume, create(pcall), yield, 1))

-- Chains of resumes without end, with and without values.
for _, link in ipairs{
  function(f) return wrap(f)() end, function(f) return resume(create(f)) end, function(f) return assert(resume(create(f))) end,
  function(f) return pcall(wrap(f)) end, function(f) local x <close> = closer(wrap(f)) end,
  function(f) return wrap(function() return pcall(f) end)() end,
  function(f) return table.unpack({wrap(f)()}, 1, 200) end, function(f) return close(create(f)), wrap(f)() end,
} do
  local depth = 0
  local function f() depth = depth + 1 return link(f) end
  pcall(f)
  assert(depth > 20 and depth < 100000)
end
-- A chain that is alive all at once, closed and collected.
local chain
for i = 1, 5000 do
  local before = chain
  chain = create(function() local x <close> = closer(function() chain = before end) yield(before) end)
  resume(chain)
end
collectgarbage()
local n = 0
while chain do n = n + 1 assert(close(chain)) end
assert(n == 5000)

-- close: errors, yields and closings inside __close.
local log = {}
local co = create(function()
  local a <close> = closer(function(_, e) log[#log + 1] = e error("a", 0) end)
  local b <close> = closer(function(_, e) log[#log + 1] = e error({"b"}) end)
  local c <close> = closer(function(_, e) log[#log + 1] = tostring(e) yield("in close") end)
  yield()
end)
resume(co)
local ok, e = close(co)
assert(not ok and e == "a" and log[1] == "nil" and type(log[2]) == "string" or type(log[2]) == "nil" or type(log[2]) == "table")
assert(status(co) == "dead" and close(co))
co = create(function()
  local x <close> = closer(function() wrap(function() close(co) end)() end)
  yield()
end)
resume(co)
assert(not close(co))
co = wrap(function()
  for i = 1, 100 do
    local x <close> = closer(function() yield(i) end)
    if i % 3 == 0 then goto continue end
    pcall(function() local y <close> = closer(function() yield(-i) error("x") end) error("y") end)
    ::continue::
  end
  return "end"
end)
local sum = 0
for v in co do if v == "end" then break end sum = sum + v end
assert(sum == 3 * (33 * 34 // 2))

-- Yields across everything that may be crossed …
local mt = {}
for _, event in ipairs{"add", "sub", "mul", "div", "mod", "pow", "unm", "idiv", "band", "bor", "bxor", "shl", "shr", "bnot", "concat", "len",
                       "eq", "lt", "le", "index", "newindex", "call", "close"} do
  mt["__" .. event] = function(...) return yield(event, ...) end
end
local x, y = setmetatable({}, mt), setmetatable({}, mt)
local everything = {
  function() return x + y, 1 + x, x + 1.5 end, function() return x - y, x * y, x / y, x % y, x ^ y, x // y end,
  function() return -x, ~x, #x, x & y, x | 1, 1 ~ x, x << y, x >> 1 end, function() return x .. "a" .. 1 .. y .. x end,
  function() return x == y, x ~= y, x < y, x <= y, x > 1, "a" >= x end, function() if x < y and not (x <= y) or x == y then return 1 end end,
  function() return x.a, x[1], x[y], x:m(1) end, function() x.a = 1; x[1] = 2; x[y], x.b = 3, 4 end, function() return x(1, 2), pcall(x, 1) end,
  function() for a, b in x, y do return a end end, function() for i = 1, 3 do local z <close> = x end end,
  function() return pcall(pcall, pcall, yield, 1) end, function() return xpcall(yield, print, 1) end,
  function() for k in pairs(setmetatable({}, {__pairs = function() return yield end})) do break end end,
  function() return (function(...) return ..., x() end)(x, y) end, function() return {x(), [x.k] = x.v, x()} end,
  function() while x < y do break end repeat until x <= y end, function() return select(2, x(), x()) end,
}
for _, f in ipairs(everything) do
  for _, answer in ipairs{true, false, 1, "s", {}} do
    local co = create(f)
    local steps = 0
    local ok = true
    while ok and status(co) ~= "dead" and steps < 50 do
      ok = resume(co, steps % 7 == 6 and nil or answer)
      steps = steps + 1
      if steps % 5 == 0 then collectgarbage("step") end
    end
    close(co)
  end
end
-- … and across what may not.
for _, f in ipairs{
  function() table.sort({1, 2, 3}, yield) end, function() string.gsub("a", "a", yield) end, function() assert(load(yield)) end,
  function() table.concat(setmetatable({}, {__index = yield, __len = function() return 2 end})) end,
  function() return tostring(setmetatable({}, {__tostring = yield})) end, function() require("x") end,
  function() debug.sethook(yield, "l") local a = 1 a = 2 error("boundary") end, function() setmetatable({}, {__gc = yield}) collectgarbage() error("boundary") end,
  function() xpcall(error, function() yield() end) error("boundary") end,
} do
  package.searchers[5] = yield
  fails("", function() assert(resume(create(f))) end)
  package.searchers[5] = nil
end
-- Very many values through resume, yield and return.
local many = wrap(function(...)
  local n = select("#", ...)
  while true do n = select("#", yield(table.unpack({}, 1, n))) end
end)
for _, count in ipairs{0, 1, 100, 255, 256, 10000, 200000, 3} do assert(select("#", many(table.unpack({}, 1, count))) == count) end
assert(not pcall(function() return many(table.unpack({}, 1, 999990)) end))
