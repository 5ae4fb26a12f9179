-- Closures, open and closed upvalues, shared ones, those of coroutines.
local made = {}
for i = 1, 30 do
  local shared = i
  made[i] = {
    get = function() return shared end,
    set = function(v) shared = v end,
    nested = function() return function() shared = shared + 1 return shared end end,
  }
end
for i = 1, 30 do
  made[i].set(i * 2)
  assert(made[i].nested()() == i * 2 + 1)
  assert(made[i].get() == i * 2 + 1)
end
local function counter()
  local a, b, c = 0, 0, 0
  return function() a = a + 1 return a end, function() b = b + 1 return b end, function() return a + b + c end
end
local x, y, z = counter()
x() y() x()
assert(z() == 3)
local co = coroutine.wrap(function()
  local inside = 1
  coroutine.yield(function() inside = inside + 1 return inside end)
  coroutine.yield(inside)
end)
local f = co()
assert(f() == 2 and f() == 3)
assert(co() == 3)
