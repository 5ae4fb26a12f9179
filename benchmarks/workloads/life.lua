-- A table used as a sparse set: numbers far beyond any array as keys, read,
-- counted up, iterated with pairs and thrown away in every generation.
--
-- Idea: John Conway's game of life (1970) without edges, started from the
-- R-pentomino, which settles after 1103 generations with 116 cells.
--
-- n: generations; second argument: rounds; result: living cells.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 1103
local rounds = tonumber(arg[2]) or 5
local expected = {
  [20] = "32",
  [103] = "123",
  [1103] = "116",
}

local WIDTH = 65536

local function cell_at(x, y)
  return (y + 30000) * WIDTH + x + 30000
end

local offsets = {
  -WIDTH - 1, -WIDTH, -WIDTH + 1, -1, 1, WIDTH - 1, WIDTH, WIDTH + 1,
}

local function next_generation(alive)
  local neighbours = {}
  for cell in pairs(alive) do
    for i = 1, 8 do
      local near = cell + offsets[i]
      neighbours[near] = (neighbours[near] or 0) + 1
    end
  end
  local following = {}
  for cell, count in pairs(neighbours) do
    if count == 3 or count == 2 and alive[cell] then
      following[cell] = true
    end
  end
  return following
end

local function live()
  local alive = {
    [cell_at(1, 0)] = true, [cell_at(2, 0)] = true, [cell_at(0, 1)] = true,
    [cell_at(1, 1)] = true, [cell_at(1, 2)] = true,
  }
  for _ = 1, n do
    alive = next_generation(alive)
  end
  local cells = 0
  for _ in pairs(alive) do
    cells = cells + 1
  end
  return cells
end

local cells = harness.repeated("life", rounds, live)

harness.finish("life", n, expected, string.format("%d", cells))
