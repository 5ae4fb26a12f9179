-- CVE-2020-24370: debug.getlocal and setlocal negated the number of a vararg,
-- which overflowed for the smallest integer.
--
-- Numbers at all edges, for functions with and without varargs, running,
-- suspended and dead.

local edges = {0, 1, -1, 255, 256, -256, 65536, -65536}
for _, shift in ipairs{15, 16, 30, 31, 32, 62, 63} do
  local p = 1 << shift
  for _, d in ipairs{-1, 0, 1} do
    edges[#edges + 1] = p + d
    edges[#edges + 1] = -(p + d)
  end
end

local function fixed(a)
  for _, n in ipairs(edges) do
    local name, value = debug.getlocal(1, n)
    local truncated = math.abs(n) >> 31 ~= 0  -- PUC Lua looks at 32 bits
    assert(truncated or name == nil or n >= 1 and n <= 255)
    if not truncated and (n < 0 or n > 255) then
      assert(debug.setlocal(1, n, "harm") == nil)
      assert(value == nil)
    end
  end
  return a
end
assert(fixed("unharmed") == "unharmed")

local function vararg(...)
  for _, n in ipairs(edges) do
    local name, value = debug.getlocal(1, n)
    if n == -1 or n == -2 then
      assert(name == "(vararg)" and value == select(-n, ...))
    elseif n < 0 and n > -(1 << 31) then
      assert(name == nil and value == nil)
      assert(debug.setlocal(1, n, "harm") == nil)
    end
  end
  return ...
end
local a, b = vararg("x", "y")
assert(a == "x" and b == "y")

local co = coroutine.create(function(...)
  coroutine.yield()
  return ...
end)
local function around(state)
  for _, n in ipairs(edges) do
    local ok, name = pcall(debug.getlocal, co, 0, n)
    assert(state ~= "dead" or not ok or name == nil)
    if n < -1 and n > -(1 << 31) then pcall(debug.setlocal, co, 0, n, "harm") end
    if n < 0 or n > 255 then
      local level_ok = pcall(debug.getlocal, co, n, 1)
      assert(not level_ok or math.abs(n) >> 31 ~= 0, "level " .. n)
    end
  end
end
around("fresh")
assert(coroutine.resume(co, "kept"))
around("suspended")
assert(select(2, coroutine.resume(co)) == "kept")
around("dead")
