-- Upvalues: shared, fresh in each iteration, outliving their block, nested.

local function counter(start)
  local n = start
  return function(step) n = n + (step or 1); return n end,
         function() return n end
end

local up, get = counter(10)
print(up(), up(5), get(), up(-20), get())
local up2, get2 = counter(0)
up2(3)
print(get(), get2())

-- A loop makes a new variable each time round.
local fs = {}
for i = 1, 5 do fs[#fs + 1] = function(d) i = i + (d or 0); return i end end
print(fs[1](), fs[5](), fs[3](100), fs[3](), fs[2]())
local j = 0
while j < 3 do
  j = j + 1
  local k = j * j
  fs[j] = function() k = k + j; return k end
end
print(fs[1](), fs[1](), fs[2](), fs[3]())
repeat
  local x = {}
  local done = function() return #x >= 3 end
  for i = 1, 4 do x[i] = i end
until done()

-- Two closures over one variable, and a closure over a closure's variable.
local function nest(a)
  return function(b)
    local c = a + b
    return function(d)
      a, c = a + 1, c + d
      return a, b, c
    end
  end
end
local n1 = nest(1)
local n2, n3 = n1(10), n1(20)
print(n2(5)); print(n2(5)); print(n3(1)); print(n2(0))

-- Captured parameters and varargs.
local function bind(f, ...)
  local args, count = {...}, select("#", ...)
  return function(...)
    local all = table.move({...}, 1, select("#", ...), count + 1,
                           {table.unpack(args, 1, count)})
    return f(table.unpack(all, 1, count + select("#", ...)))
  end
end
print(bind(string.format, "%s-%s-%s", 1)(nil, true))
print(select("#", bind(function(...) return ... end, nil, nil)(nil)))

-- Recursion through an upvalue; mutual recursion; a Y combinator.
local even, odd
function even(n) if n == 0 then return true end return odd(n - 1) end
function odd(n) if n == 0 then return false end return even(n - 1) end
print(even(100000), odd(7), even(7))
local function Y(f)
  return (function(x) return x(x) end)(function(x)
    return f(function(...) return x(x)(...) end)
  end)
end
print(Y(function(self)
  return function(n) return n < 2 and n or self(n - 1) + self(n - 2) end
end)(15))

-- Closures in a goto loop, and variables that a break closes.
do
  local list, i = {}, 1
  ::top::
  local v = i * 10
  list[i] = function() v = v + 1; return v end
  i = i + 1
  if i <= 3 then goto top end
  print(list[1](), list[1](), list[2](), list[3]())
  for q = 1, 10 do
    local w = q
    list[1] = function() return w, q end
    if q == 4 then break end
  end
  print(list[1]())
end

-- debug: joining and setting upvalues.
local function show(f)
  local out = {}
  for i = 1, 10 do
    local name, value = debug.getupvalue(f, i)
    if not name then break end
    out[#out + 1] = name .. "=" .. tostring(value)
  end
  return table.concat(out, " ")
end
local p, q = 1, 2
local function f() return p, q end
local function g() return q end
print(show(f), show(g))
print(debug.setupvalue(f, 2, 99), q, g())
print(debug.upvalueid(f, 2) == debug.upvalueid(g, 1),
      debug.upvalueid(f, 1) == debug.upvalueid(g, 1))
debug.upvaluejoin(g, 1, f, 1)
print(g(), show(g))
