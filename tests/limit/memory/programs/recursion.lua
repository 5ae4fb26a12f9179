-- Deep stacks: the arena grows and shrinks.
local function down(n) if n == 0 then return 0 end return 1 + down(n - 1) end
assert(down(5000) == 5000)
local function held(n)
  local a, b, c = {}, "s" .. n, function() return n end
  if n == 0 then return 0 end
  local r = held(n - 1)
  assert(c() == n and b == "s" .. n)
  return r + 1
end
assert(held(300) == 300)
local function tail(n) if n == 0 then return "done" end return tail(n - 1) end
assert(tail(2000) == "done")
fails("stack overflow", function() local function f() return 1 + f() end return f() end)
local t = setmetatable({}, {})
getmetatable(t).__index = function(_, k) if k == 0 then return 0 end return t[k - 1] + 1 end
assert(t[150] == 150)
local function sorted(n) local list = {3, 1, 2} table.sort(list, function(a, b) if n > 0 then sorted(n - 1) n = 0 end return a < b end) end
sorted(20)
fails("overflow", function() local function f(s) return (s:gsub(".", f)) end f("x") end)
fails("overflow", function() local function f() return pcall(f) end local r = {} 
  local function g() coroutine.wrap(g)() end g() end)
