-- What programs of the Lua 5.1 days expect and 5.4 has no more: other names,
-- and setfenv(), getfenv() and module(), built from the debug library.
unpack, loadstring, math.pow = table.unpack, load, function(x, y) return x ^ y end
table.getn = function(t) return #t end
newproxy = function() return setmetatable({}, {}) end

local function environment_index(f)
  for index = 1, math.huge do
    local name = debug.getupvalue(f, index)
    if not name then return end
    if name == "_ENV" then return index end
  end
end
function setfenv(f, env)
  if type(f) == "number" then f = debug.getinfo(f + 1, "f").func end
  local index = environment_index(f)
  if index then
    debug.upvaluejoin(f, index, function() return env end, 1)
  end
  return f
end
function getfenv(f)
  f = f or 1
  if type(f) == "number" then f = debug.getinfo(f + 1, "f").func end
  local index = environment_index(f)
  return index and select(2, debug.getupvalue(f, index)) or _G
end
function module(name, ...)
  local place = _G
  for part in name:gmatch "[^.]+" do
    place[part] = type(place[part]) == "table" and place[part] or {}
    place = place[part]
  end
  package.loaded[name] = place
  place._NAME, place._M = name, place
  for _, option in ipairs {...} do option(place) end
  setfenv(2, place)
end
function package.seeall(m) setmetatable(m, {__index = _G}) end
