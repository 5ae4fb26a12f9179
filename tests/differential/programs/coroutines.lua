-- Coroutines: values both ways, errors, wrap, close, yields across pcall,
-- metamethods, iterators and sort.

local function show(label, ...)
  local out = table.pack(...)
  for i = 1, out.n do out[i] = tostring(out[i]) end
  print(label, out.n, table.concat(out, " ", 1, out.n))
end

local co = coroutine.create(function(a, b)
  show("start", a, b)
  show("second", coroutine.yield(a + b))
  show("third", coroutine.yield())
  return "end", nil, 3
end)
show("resume", coroutine.resume(co, 1, 2))
show("resume", coroutine.resume(co, nil, nil))
print(coroutine.status(co))
show("resume", coroutine.resume(co, "x"))
print(coroutine.status(co))
show("resume", coroutine.resume(co))
show("resume main", coroutine.resume((coroutine.running())))
show("self", select(2, coroutine.running()), coroutine.isyieldable())
show("outside", pcall(coroutine.yield, 1))
show("bad", pcall(coroutine.resume, 1))
show("bad", pcall(coroutine.create))

-- wrap: values, errors with position, death.
local gen = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i, i * i) end end)
for i, s in gen do io.write(i, ":", s, " ") end
print()
show("dead wrap", pcall(gen))
show("error", pcall(coroutine.wrap(function() error("oops") end)))
show("error", pcall(coroutine.wrap(function() error({}) end)) == false)
show("error", coroutine.resume(coroutine.create(function() local x = nil; x.y = 1 end)))

-- Yield across pcall, error after it, xpcall with a handler.
co = coroutine.wrap(function()
  show("pcall", pcall(function()
    show("in", coroutine.yield("first"))
    error("later", 0)
  end))
  show("xpcall", xpcall(function(...)
    local v = coroutine.yield(...)
    return v .. "!", #v
  end, debug.traceback, "second", 2))
  show("xpcall", xpcall(function() coroutine.yield("third"); error("E", 0) end,
    function(m) return "handled " .. m end))
  return "over"
end)
show("out", co()); show("out", co("a")); show("out", co("bcd")); show("out", co())

-- Yield inside metamethods, iterators, __close and a deep recursion.
local mt = {
  __add = function(a, b) return coroutine.yield("add") end,
  __index = function(t, k) return coroutine.yield("index " .. k) end,
  __newindex = function(t, k, v) rawset(t, k, coroutine.yield("newindex " .. k)) end,
  __lt = function() return coroutine.yield("lt") end,
  __eq = function() return coroutine.yield("eq") end,
  __concat = function() return coroutine.yield("concat") end,
  __call = function(self, ...) return coroutine.yield("call", ...) end,
  __len = function() return coroutine.yield("len") end,
  __close = function() coroutine.yield("close") end,
}
local function new() return setmetatable({}, mt) end
co = coroutine.wrap(function()
  local t, u = new(), new()
  show("r", t + 1); show("r", t.foo); t.bar = 1; show("r", rawget(t, "bar"))
  show("r", t < u); show("r", t == u); show("r", not (t ~= u))
  show("r", "a" .. t .. "b"); show("r", t(1, 2)); show("r", #t)
  do local c <close> = new() end
  for k, v in function(_, k) return coroutine.yield("iter", k) end do show("kv", k, v) end
  return "finished"
end)
local answers = {1, 2, 3, true, false, nil, "cat", "called", 7, "closed", "k1", "k2"}
show("m", co())
for i = 1, 12 do show("m", co(answers[i], i)) end
show("m", co(nil))

local function deep(n) if n == 0 then return coroutine.yield("bottom") end
  return 1 + deep(n - 1) end
co = coroutine.wrap(function() return deep(5000) end)
show("deep", co()); show("deep", co(0))

-- close: pending variables run, errors in them come back.
local function closer(name, fail)
  return setmetatable({}, {__close = function(_, e)
    show("closing " .. name, e)
    if fail then error(fail, 0) end
  end})
end
co = coroutine.create(function()
  local a <close> = closer("a")
  local b <close> = closer("b", "b failed")
  coroutine.yield(1)
end)
show("resume", coroutine.resume(co))
show("close", coroutine.close(co))
show("status", coroutine.status(co), coroutine.close(co))
show("close running", pcall(function() coroutine.close((coroutine.running())) end))

-- A ring of coroutines and a permutation generator.
local function permute(a, n)
  if n == 0 then coroutine.yield(table.concat(a)) end
  for i = 1, n do
    a[n], a[i] = a[i], a[n]
    permute(a, n - 1)
    a[n], a[i] = a[i], a[n]
  end
end
local all = {}
for p in coroutine.wrap(function() permute({"a", "b", "c", "d"}, 4) end) do
  all[#all + 1] = p
end
print(#all, table.concat(all, " "))

local ring, count = {}, 0
for i = 1, 50 do
  ring[i] = coroutine.create(function()
    while true do count = count + i; coroutine.yield() end
  end)
end
for _ = 1, 20 do for i = 1, 50 do assert(coroutine.resume(ring[i])) end end
print(count)
print(select(2, pcall(coroutine.resume, ring[1])))
co = coroutine.create(function() return coroutine.resume(co) end)
show("resume self", coroutine.resume(co))
