-- CVE-2014-5461: a vararg function with many fixed parameters, called with few
-- arguments, moved its parameters without having asked for stack space.
--
-- Here the entry of a vararg function copies its fixed parameters above the
-- arguments; the copy must fit wherever in a chunk of the arena the call comes.

local names = {}
for i = 1, 150 do names[i] = "p" .. i end
local many = table.concat(names, ", ")
local f = assert(load(([[
  local function many(%s, ...)
    return p1, p150, select("#", ...), ...
  end
  return many
]]):format(many)))()

-- At every depth the space that is left in the chunk is another one.
local function at_depth(n, ...)
  if n == 0 then return f(...) end
  local a, b, c, d, e = f(...)
  local function keep() return a, b, c, d, e end
  return select(2, keep(), at_depth(n - 1, ...))
end

for depth = 0, 180, 3 do
  assert(at_depth(depth) == nil)
  assert(coroutine.wrap(at_depth)(depth, 1) ~= false)
end
local p1, p150, extra, a, b = f(table.unpack({}, 1, 152))
assert(p1 == nil and p150 == nil and extra == 2 and a == nil and b == nil)
local wide = table.pack(f(table.unpack(names, 1, 150), 1))
assert(wide.n == 3 and wide[1] == "p1" and wide[2] == nil)
local all = {}
for i = 1, 400 do all[i] = i end
all = table.pack(f(table.unpack(all)))
assert(all.n == 253 and all[2] == 150 and all[3] == 250 and all[253] == 400)
