local function generator(n)
  return coroutine.wrap(function() for i = 1, n do coroutine.yield(i, "value " .. i) end end)
end
local sum = 0
for i in generator(20) do sum = sum + i end
assert(sum == 210)
local all = {}
for i = 1, 20 do
  all[i] = coroutine.create(function(...)
    local x <close> = setmetatable({}, {__close = function() sum = sum + 1 end})
    local a = coroutine.yield(...)
    return a, ...
  end)
  assert(select("#", resumes(all[i], table.unpack({}, 1, i * 5))) == i * 5)
end
for i = 1, 20 do
  if i % 2 == 0 then assert(resumes(all[i], i) == i) else assert(must(coroutine.close(all[i]))) end
  assert(coroutine.status(all[i]) == "dead")
end
assert(sum == 230)
-- Deep inside, across pcall, metamethods and iterators.
local function deep(n) if n == 0 then return coroutine.yield("deep") end return (deep(n - 1)) end
local co = coroutine.create(function()
  local ok, v = pcall(deep, 200)
  if not ok then error(v, 0) end
  local t = setmetatable({}, {__index = function(_, k) return coroutine.yield(k) end,
    __add = function(a, b) return coroutine.yield("add") end,
    __concat = function(a, b) return coroutine.yield("concat") end,
    __lt = function(a, b) return coroutine.yield("lt") end,
    __close = function() coroutine.yield("close") end})
  do local c <close> = t end
  return v, t.field, t + 1, t .. "x", t < t
end)
local value
local seen = {}
repeat value = resumes(co, "sent") seen[#seen + 1] = value until coroutine.status(co) == "dead"
assert(table.concat(seen, " ") == "deep close field add concat lt sent")
-- Errors, nested coroutines, wrap in wrap.
fails("inner", coroutine.wrap(function() coroutine.wrap(function() error("inner") end)() end))
fails("dead coroutine", function() local f = coroutine.wrap(function() end) f() f() end)
local function nest(n) if n == 0 then return 1 end return coroutine.wrap(function() return 1 + nest(n - 1) end)() end
assert(nest(30) == 31)
-- Many values both ways.
local big = coroutine.create(function(...) while true do coroutine.yield(...) end end)
assert(select("#", resumes(big, table.unpack({}, 1, 2000))) == 2000)
assert(select("#", resumes(big)) == 2000)
assert(must(coroutine.close(big)))
local failing = coroutine.create(function()
  local c <close> = setmetatable({}, {__close = function() error("in close") end})
  coroutine.yield()
end)
resumes(failing)
local ok, m = coroutine.close(failing)
check_memory(m)
assert(not ok and m:find("in close"))
