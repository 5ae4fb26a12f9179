-- Allocation and collection of many small tables, some of which live long.
--
-- Idea: Hans Boehm's GCBench, after a program by John Ellis and Pete Kovac:
-- perfect binary trees are built and thrown away while a large one stays.
--
-- n: depth of the largest trees; result: nodes counted in all of them.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 15
local expected = {
  [5] = "1182",
  [10] = "135854",
  [15] = "6444382",
}

local function build(depth)
  if depth == 0 then
    return {}
  end
  return { left = build(depth - 1), right = build(depth - 1) }
end

local function count(tree)
  if not tree.left then
    return 1
  end
  return 1 + count(tree.left) + count(tree.right)
end

local smallest = 4
local nodes = count(build(n + 1))
local long_lived = build(n)
for depth = smallest, n, 2 do
  local trees = 1
  for _ = 1, n - depth + smallest do
    trees = trees * 2
  end
  for _ = 1, trees do
    nodes = nodes + count(build(depth))
  end
end
nodes = nodes + count(long_lived)

harness.finish("binary_trees", n, expected, string.format("%d", nodes))
