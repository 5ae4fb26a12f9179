-- Weak tables: a cache of results that the collector may empty whenever it
-- runs, and data attached to objects by ephemeral keys.
--
-- Idea: memoised constructors and private fields, the two uses of weak tables
-- that the book "Programming in Lua" is known for.
--
-- n: rounds; result: a checksum that does not depend on what was collected.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 1200000
local expected = {
  [200] = "86901",
  [24000] = "881702",
  [1200000] = "559438",
}

local cache = setmetatable({}, { __mode = "v" })
local private = setmetatable({}, { __mode = "k" })

local function color(code)
  local made = cache[code]
  if not made then
    made = { red = code % 16, green = code % 64 }
    cache[code] = made
    private[made] = { code = code, owner = made }
  end
  return made
end

local kept, sum, seed = {}, 0, 77
for i = 1, n do
  seed = seed * 16807 % 2147483647
  local c = color(seed % 30000)
  -- A few are in use; the others live until the next collection.
  kept[i % 64 + 1] = c
  local data = private[c]
  if data.owner ~= c then
    error("weak_memo: data of another object")
  end
  sum = (sum + c.red * 3 + c.green + data.code) % 1000003
end

harness.finish("weak_memo", n, expected, string.format("%d", sum))
