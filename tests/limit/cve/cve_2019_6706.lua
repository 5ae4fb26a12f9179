-- CVE-2019-6706: debug.upvaluejoin(f, n, f, n) freed the upvalue and went on
-- using it.
--
-- An upvalue is joined with itself, in closures whose variable is still on the
-- stack and in ones where it has left it, while the collector runs.

local function pair()
  local shared, other = {1}, {2}
  local function f() return shared, other end
  debug.upvaluejoin(f, 1, f, 1)  -- the variable is open
  debug.upvaluejoin(f, 2, f, 1)  -- both are `shared` now
  collectgarbage()
  return f
end

for _ = 1, 20 do
  local f = pair()
  for _ = 1, 3 do
    debug.upvaluejoin(f, 1, f, 1)
    debug.upvaluejoin(f, 2, f, 2)
    collectgarbage("step")
    local junk = {}
    for i = 1, 50 do junk[i] = function() return junk, i end end
  end
  collectgarbage()
  local a, b = f()
  assert(a[1] == 1 and a == b, "an upvalue joined with itself lost its value")
  assert(debug.upvalueid(f, 1) == debug.upvalueid(f, 2))
end

-- Out of range: an error, and nothing changed.
local x = 1
local function g() return x end
for _, n in ipairs{0, 2, -1, 256, 2 ^ 31, math.maxinteger, math.mininteger} do
  assert(not pcall(debug.upvaluejoin, g, n, g, 1))
  assert(not pcall(debug.upvaluejoin, g, 1, g, n))
end
assert(not pcall(debug.upvaluejoin, print, 1, g, 1))
assert(g() == 1)
