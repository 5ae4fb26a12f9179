-- Graph algorithms on arrays of arrays, union-find with path compression, sets
-- as tables, many short-lived objects.
--
-- Idea: Paul Havlak, "Nesting of reducible and irreducible loops", 1997: finds
-- the loops of a control flow graph, as an optimising compiler does.
--
-- n: groups of nested loops in the graph; result: loops found, how deep they
-- lie inside each other, summed, and how many can be entered at more than one
-- place.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 600
local expected = {
  [4] = "53 141 1",
  [12] = "159 423 3",
  [600] = "7950 21150 150",
}

---- a control flow graph: arrays of successors and predecessors by node

local successors, predecessors = {}, {}

local function node()
  local id = #successors + 1
  successors[id], predecessors[id] = {}, {}
  return id
end

local function edge(from, to)
  local out, into = successors[from], predecessors[to]
  out[#out + 1] = to
  into[#into + 1] = from
end

local function straight(from, length)
  for _ = 1, length do
    local following = node()
    edge(from, following)
    from = following
  end
  return from
end

local function diamond(from)
  local left, right, bottom = node(), node(), node()
  edge(from, left)
  edge(from, right)
  edge(left, bottom)
  edge(right, bottom)
  return bottom
end

local loops_built = 0

-- A loop around what `body(first)` builds; returns the node after it.
local function loop(from, body)
  local header = straight(from, 1)
  local footer = straight(body(header), 1)
  edge(footer, header)
  loops_built = loops_built + 1
  return straight(footer, 1)
end

local function innermost(from)
  return diamond(straight(diamond(from), 2))
end

local function middle(from)
  for _ = 1, 5 do
    from = loop(from, innermost)
  end
  return from
end

local function outer(from)
  return loop(straight(loop(from, middle), 1), middle)
end

-- A cycle of two nodes, both of which can be entered.
local function twice_entered(from)
  local a, b = node(), node()
  edge(from, a)
  edge(from, b)
  edge(a, b)
  edge(b, a)
  loops_built = loops_built + 1
  return straight(b, 1)
end

local root = node()
local last = root
for group = 1, n do
  last = loop(last, outer)
  if group % 4 == 0 then
    last = twice_entered(last)
  end
end

---- the algorithm

-- Numbers nodes in depth-first order.  The nodes below w in the tree are those
-- with numbers from w to final[w].
local function depth_first(start)
  local number, order, final = {}, {}, {}
  local stack, position = { start }, { 1 }
  number[start], order[1] = 1, start
  local count = 1
  while #stack > 0 do
    local top = #stack
    local current = stack[top]
    local following = successors[current][position[top]]
    if following then
      position[top] = position[top] + 1
      if not number[following] then
        count = count + 1
        number[following], order[count] = count, following
        stack[top + 1], position[top + 1] = following, 1
      end
    else
      final[number[current]] = count
      stack[top], position[top] = nil, nil
    end
  end
  return number, order, final, count
end

local function find(parent, x)
  local top = x
  while parent[top] ~= top do
    top = parent[top]
  end
  while parent[x] ~= top do
    parent[x], x = top, parent[x]
  end
  return top
end

local function find_loops(start)
  local number, order, final, count = depth_first(start)
  local back, other, parent, loop_of = {}, {}, {}, {}
  for w = 1, count do
    local from_below, from_elsewhere = {}, {}
    for _, id in ipairs(predecessors[order[w]]) do
      local v = number[id]
      if v then
        if w <= v and v <= final[w] then
          from_below[#from_below + 1] = v
        else
          from_elsewhere[#from_elsewhere + 1] = v
        end
      end
    end
    back[w], other[w], parent[w] = from_below, from_elsewhere, w
  end

  local loops = {}
  for w = count, 1, -1 do
    local body, inside, is_loop, reducible = {}, {}, false, true
    for _, v in ipairs(back[w]) do
      is_loop = true
      local x = find(parent, v)
      if x ~= w and not inside[x] then
        inside[x] = true
        body[#body + 1] = x
      end
    end
    local i = 1
    while i <= #body do
      for _, y in ipairs(other[body[i]]) do
        local x = find(parent, y)
        if x < w or x > final[w] then
          reducible = false
          other[w][#other[w] + 1] = x
        elseif x ~= w and not inside[x] then
          inside[x] = true
          body[#body + 1] = x
        end
      end
      i = i + 1
    end
    if is_loop then
      local found = { header = w, reducible = reducible, children = {} }
      loops[#loops + 1] = found
      for _, x in ipairs(body) do
        parent[x] = w
        local child = loop_of[x]
        if child then
          child.parent = found
          found.children[#found.children + 1] = child
        end
      end
      loop_of[w] = found
    end
  end
  return loops
end

local result = harness.repeated("havlak", 5, function()
  local loops = find_loops(root)
  local depths, irreducible = 0, 0
  for _, found in ipairs(loops) do
    local around = found
    while around do
      depths = depths + 1
      around = around.parent
    end
    if not found.reducible then
      irreducible = irreducible + 1
    end
  end
  if #loops ~= loops_built then
    error("havlak: " .. loops_built .. " loops built, " .. #loops .. " found")
  end
  return string.format("%d %d %d", #loops, depths, irreducible)
end)

harness.finish("havlak", n, expected, result)
