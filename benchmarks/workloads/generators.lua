-- Coroutines as generators: created, used in a for loop and dropped, also when
-- one generator consumes another.
--
-- Idea: permutations, a walk through a tree and a chain of filters, as
-- chapters on coroutines show them.
--
-- n: primes in the chain of filters (each runs inside the next one, and PUC Lua
-- nests at most some 190), and 10 * n nodes of the tree; second argument:
-- rounds; result: the last prime, the sum over the tree, and the permutations
-- of six with their checksum.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 100
local rounds = tonumber(arg[2]) or 180
local expected = {
  [8] = "19 815079 720 49180",
  [100] = "541 335022 720 49180",
}

local wrap, yield = coroutine.wrap, coroutine.yield

---- a chain: each prime is a coroutine that drops its multiples

local function numbers()
  return wrap(function()
    local i = 2
    while true do
      yield(i)
      i = i + 1
    end
  end)
end

local function without_multiples(of, source)
  return wrap(function()
    while true do
      local candidate = source()
      if candidate % of ~= 0 then
        yield(candidate)
      end
    end
  end)
end

local function last_prime()
  local source, prime = numbers(), nil
  for _ = 1, n do
    prime = source()
    source = without_multiples(prime, source)
  end
  return prime
end

---- a walk in order through a tree; each subtree has a generator of its own

local function insert(tree, value)
  if not tree then
    return { value = value }
  end
  if value < tree.value then
    tree.left = insert(tree.left, value)
  else
    tree.right = insert(tree.right, value)
  end
  return tree
end

local walk
local function visit(tree)
  if tree then
    for value in walk(tree.left) do
      yield(value)
    end
    yield(tree.value)
    for value in walk(tree.right) do
      yield(value)
    end
  end
end

function walk(tree)
  return wrap(function()
    visit(tree)
  end)
end

local function tree_sum()
  local seed, tree = 321, nil
  for _ = 1, n * 10 do
    seed = seed * 16807 % 2147483647
    tree = insert(tree, seed % 1000000)
  end
  local sum, before, place = 0, -1, 0
  for value in walk(tree) do
    if value < before then
      error("generators: the walk is not in order")
    end
    place, before = place + 1, value
    sum = (sum + value * place) % 1000003
  end
  return sum
end

---- permutations, yielded from the depth of a recursion

local function permute(a, count)
  if count <= 1 then
    yield(a)
    return
  end
  for i = 1, count do
    a[i], a[count] = a[count], a[i]
    permute(a, count - 1)
    a[i], a[count] = a[count], a[i]
  end
end

local function permutations()
  local count, sum = 0, 0
  for a in wrap(function() permute({ 1, 2, 3, 4, 5, 6 }, 6) end) do
    count = count + 1
    sum = (sum * 3 + a[1] * 10 + a[6]) % 1000003
  end
  return count, sum
end

local function run()
  return string.format("%d %d %d %d", last_prime(), tree_sum(), permutations())
end

local result = harness.repeated("generators", rounds, run)

harness.finish("generators", n, expected, result)
