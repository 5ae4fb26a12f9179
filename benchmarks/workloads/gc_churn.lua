-- The collector at work: a large structure stays alive and is changed in
-- places while garbage is made around it.
--
-- Idea: a server's session store: old entries are replaced by new ones, each
-- with a table, a string, a closure and a link to another entry.
--
-- n: entries in the store, each of which is replaced about 20 times; result: a
-- checksum over the entries that are left.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 15000
local expected = {
  [30] = "860516",
  [300] = "213435",
  [15000] = "992856",
}

local seed = 8
local function random(below)
  seed = seed * 16807 % 2147483647
  return seed % below
end

local store = {}
local function entry(id)
  local visits = 0
  return {
    id = id,
    name = "session" .. id,
    values = { id % 7, id % 11 },
    visit = function()
      visits = visits + 1
      return visits
    end,
    -- A link that goes round the garbage: the next entry may be older or newer.
    other = store[random(n) + 1],
  }
end

for i = 1, n do
  store[i] = entry(i)
end
for i = 1, 20 * n do
  local place = random(n) + 1
  local old = store[place]
  old.visit()
  local new = entry(old.id + i)
  -- The chain of old entries must not grow for ever.
  if new.other then
    new.other.other = nil
  end
  store[place] = new
end

local sum = 0
for i = 1, n do
  local e = store[i]
  sum = (sum * 3 + e.id + #e.name + e.values[1] * e.values[2] + e.visit())
    % 1000003
end

harness.finish("gc_churn", n, expected, string.format("%d", sum))
