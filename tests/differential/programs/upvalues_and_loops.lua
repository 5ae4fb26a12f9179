-- Closures made in loops, sharing of upvalues, goto and close, evaluation order.
local fs = {}
for i = 1, 3 do local j = i * 10 fs[#fs + 1] = function(d) i = i + d j = j + d return i, j end end
for _, f in ipairs(fs) do print(f(1), f(1)) end
local i, gs = 1, {}
while i <= 3 do local k = i gs[i] = {get = function() return k end, set = function(v) k = v end} i = i + 1 end
gs[1].set(100) print(gs[1].get(), gs[2].get(), gs[3].get())
local hs = {}
repeat local n = #hs + 1 hs[n] = function() n = n + 1 return n end until n >= 3
print(hs[1](), hs[1](), hs[2](), hs[3]())
do
  local t = {}
  for k, v in pairs {a = 1} do t[1] = function() k = k .. "!" v = v + 1 return k, v end end
  print(t[1]()) print(t[1]())
end
-- goto continue makes a new variable each time round.
do
  local t, n = {}, 0
  ::top::
  local fresh = n
  t[#t + 1] = function() fresh = fresh + 1 return fresh end
  n = n + 1
  if n < 3 then goto top end
  print(t[1](), t[1](), t[2](), t[3]())
end
for a = 1, 3 do
  for b = 1, 3 do
    if b == 2 then goto continue end
    if a == 2 then goto next_a end
    io.write(a, ",", b, " ")
    ::continue::
  end
  ::next_a::
end
print()
-- Close order, with goto, break, return, errors.
local function closing(name) return setmetatable({}, {__close = function(_, e) io.write("[", name, e and ":" .. tostring(e) or "", "]") end}) end
local function f(kind)
  for n = 1, 2 do
    local a <close> = closing("a" .. n)
    do
      local b <close> = closing("b" .. n)
      if kind == "goto" then goto out end
      if kind == "break" then break end
      if kind == "return" then return "returned" end
      if kind == "error" then error("err", 0) end
      if kind == "continue" then goto continue end
    end
    local c <const> = n
    io.write(c)
    ::continue::
  end
  ::out::
  return "end"
end
for _, kind in ipairs {"none", "goto", "break", "return", "error", "continue"} do print(kind, pcall(f, kind)) end
print(pcall(function()
  local x <close> = setmetatable({}, {__close = function(_, e) error("second after " .. tostring(e), 0) end})
  local y <close> = setmetatable({}, {__close = function(_, e) error("first after " .. tostring(e), 0) end})
  error("original", 0)
end))
print(pcall(function() local x <close> = 42 end))
print(pcall(function() local x <close> = nil local y <close> = false return "fine" end))
do
  local captured
  do local v <close> = closing "captured" captured = function() return v ~= nil end end
  print(captured())
end
-- Multiple assignment.
do
  local a, b, c = 1, 2
  a, b, c = c, a, b print(a, b, c)
  local t = {1, 2, 3}
  local n = 1
  n, t[n] = n + 1, "x" print(n, t[1], t[2])
  t[1], t[2], t[3] = t[3], t[1], t[2] print(t[1], t[2], t[3])
  local log = {}
  local function note(x) log[#log + 1] = tostring(x) return x end
  local proxy = setmetatable({}, {__newindex = function(_, k, v) log[#log + 1] = "set " .. k .. "=" .. tostring(v) end})
  proxy[note "k1"], proxy[note "k2"], proxy[note "k3"] = note(1), note(2)
  print(table.concat(log, " "))
  local x, y = (function() return 1, 2, 3 end)() print(x, y)
  local p = {} p.p, p.q = p, p print(p.p == p.q)
  local u = {} local v = u u, u.x = {}, 5 print(v.x, u.x)
  do local a <const>, b = 5, 6 b = a + b print(b) end
end
-- Numeric loops at their edges.
local function loop(a, b, c)
  local out = {}
  local ok, message = pcall(function()
    for n = a, b, c do out[#out + 1] = tostring(n) if #out >= 6 then break end end
  end)
  print(a, b, c, #out, table.concat(out, " "), ok, ok and "" or message)
end
local max, min = math.maxinteger, math.mininteger
for _, case in ipairs {
  {1, 3, 1}, {3, 1, -1}, {1, 0, 1}, {max - 2, max, 1}, {min + 2, min, -1}, {max - 1, max, 2}, {min, max, max}, {max, min, min}, {min, max, 1 << 62},
  {1, 3.9, 1}, {1, -math.huge, -1}, {1, math.huge, max // 2}, {1.0, 3, 1}, {1, 3, 0.5}, {0, 1, 0.1}, {1, 0 / 0, 1}, {0 / 0, 1, 1}, {1, 2, 0}, {1, 2, 0.0},
  {"1", 2, 1}, {1, "2", 1}, {1, 2, {}}, {max, max + 1.0, 1}, {min, min - 1.0, -1}, {3, 2.5, 1}, {-3, -2.5, 1}, {1, 1e308, 1e308}, {max + 1.0, max, 1}, {0.1, 0.35, 0.1}, {1, max, max - 1},
} do loop(case[1], case[2], case[3]) end
for n = 3, 1 do print "never" end
for n = 1, 2 do local n = n * 10 io.write(n, " ") n = 0 end print()
-- Nested closures three deep share one variable.
local function counter()
  local n = 0
  local function inc() n = n + 1 return function() n = n + 10 return n end end
  local function get() return n end
  return inc, get
end
local inc, get = counter() local more = inc() print(get(), more(), get(), inc()(), get())
-- An upvalue outlives a coroutine that dies.
local keep
local co = coroutine.create(function() local v = 5 keep = function() v = v + 1 return v end coroutine.yield() end)
coroutine.resume(co) print(keep()) coroutine.close(co) print(keep()) co = nil collectgarbage() print(keep())
local recursive
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
print(fib(20))
local t = {} for n = 1, 300 do t[n] = function() return n end end local sum = 0 for n = 1, 300 do sum = sum + t[n]() end print(sum)
