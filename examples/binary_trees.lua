-- Many short-lived trees beside one that stays: work for the collector.
-- Usage: binary_trees.lua [DEPTH]

local function tree(depth)
  if depth == 0 then return {} end
  return {tree(depth - 1), tree(depth - 1)}
end

local function count(node)
  if not node[1] then return 1 end
  return 1 + count(node[1]) + count(node[2])
end

local MIN_DEPTH = 4
local max_depth = math.max(MIN_DEPTH + 2, tonumber(arg and arg[1]) or 10)

do
  local depth = max_depth + 1
  print(("stretch tree of depth %d\t check: %d"):format(
    depth, count(tree(depth))))
end

local long_lived = tree(max_depth)

for depth = MIN_DEPTH, max_depth, 2 do
  local rounds = 1 << (max_depth - depth + MIN_DEPTH)
  local sum = 0
  for _ = 1, rounds do sum = sum + count(tree(depth)) end
  print(("%d\t trees of depth %d\t check: %d"):format(rounds, depth, sum))
end

print(("long lived tree of depth %d\t check: %d"):format(
  max_depth, count(long_lived)))
