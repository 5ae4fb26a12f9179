-- Protected calls: ones that succeed, errors with strings and with tables,
-- through several levels of calls, and errors of the language itself.
--
-- Idea: error handling as programs do it that must go on.
--
-- n: rounds; result: calls that went well, errors by kind.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 800000
local expected = {
  [100] = "150 50 700 25",
  [16000] = "24000 8000 112000 4000",
  [800000] = "1200000 400000 5600000 200000",
}

local pcall, error, type = pcall, error, type

local function halve(x)
  if x % 2 == 1 then
    error("odd", 0)
  end
  return x / 2
end

local function deep(levels, what)
  if levels == 0 then
    error(what)
  end
  return (deep(levels - 1, what))
end

local function index_nil(x)
  return x.field
end

local good, odd, tables, language = 0, 0, 0, 0
local what = { code = 7 }
for i = 1, n do
  local ok, value = pcall(halve, i)
  if ok then
    good = good + 1
  elseif value == "odd" then
    odd = odd + 1
  end
  if pcall(type, i) and pcall(pcall, halve, i) then
    good = good + 1
  end
  ok, value = pcall(deep, 5, what)
  if not ok and value == what then
    tables = tables + value.code
  end
  if i % 4 == 0 then
    ok, value = pcall(index_nil, nil)
    if not ok and value:find("attempt to index", 1, true) then
      language = language + 1
    end
  end
end

local result = string.format("%d %d %d %d", good, odd, tables, language)

harness.finish("pcall", n, expected, result)
