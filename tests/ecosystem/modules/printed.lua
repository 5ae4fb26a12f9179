-- Values as text, for drivers that print what a library returns: the same text
-- on every run, so keys come in an order of their own and no address is shown.
local printed = {}

-- The keys of a table: numbers in their order, all else by its text.
function printed.keys(t)
  local keys = {}
  for k in pairs(t) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b)
    if math.type(a) and math.type(b) then return a < b end
    return tostring(a) < tostring(b)
  end)
  return keys
end

-- A value that can be read back, but for functions, coroutines and cycles.
function printed.show(v, seen)
  if type(v) == "function" or type(v) == "thread" then return type(v) end
  if type(v) ~= "table" then return type(v) == "string" and ("%q"):format(v) or tostring(v) end
  seen = seen or {}
  if seen[v] then return "again" end
  seen[v] = true
  local parts = {}
  for _, k in ipairs(printed.keys(v)) do
    parts[#parts + 1] = printed.show(k, seen) .. "=" .. printed.show(rawget(v, k), seen)
  end
  seen[v] = nil
  return "{" .. table.concat(parts, ",") .. "}"
end

-- A value as tostring has it; tables entry by entry, in the order of the text.
function printed.sorted(v)
  if type(v) ~= "table" then return tostring(v) end
  local parts = {}
  for k, item in pairs(v) do parts[#parts + 1] = tostring(k) .. "=" .. printed.sorted(item) end
  table.sort(parts)
  return "{" .. table.concat(parts, ",") .. "}"
end

-- Calls and prints what comes of it: true and the results, or false and the
-- error.
function printed.try(f, ...)
  local results = table.pack(pcall(f, ...))
  for i = 1, results.n do results[i] = printed.show(results[i]) end
  print(table.concat(results, "\t", 1, results.n))
end

return printed
