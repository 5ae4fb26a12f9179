-- lua-uri, with the tests that its package ships (lunit, a test framework of
-- the Lua 5.1 days, among them): module() and setfenv() are built here from
-- the debug library, so that code in those terms runs on 5.4.
local examples = "/usr/share/doc/lua-uri-dev/examples/"
package.path = "/usr/share/lua/5.1/?.lua;" .. examples .. "?.lua"
package.cpath = ""

unpack, loadstring, math.pow = table.unpack, load, function(x, y) return x ^ y end
table.getn = function(t) return #t end

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

local lunit = require "lunit"
lunit = _G.lunit
for _, name in ipairs {
  "_generic", "_pristine", "_relative", "_resolve", "_util", "data", "file", "ftp", "http", "pop", "rtsp", "telnet",
  "urn-isbn", "urn-issn", "urn-oid", "urn",
} do
  local test = assert(loadfile(examples .. "test/" .. name .. ".lua"))
  -- Each has an _ENV of its own, as loadfile gave it in 5.1.
  debug.upvaluejoin(test, 1, function() return _G end, 1)
  print(name, pcall(test))
end

-- In the order of names: lunit runs the tests of a file as pairs() gives them.
local lines = {}
lunit.setrunner(setmetatable({}, {__index = function(_, what)
  return function(_, ...)
    if what == "pass" or what == "fail" or what == "err" then
      lines[#lines + 1] = table.concat({what, ...}, " "):gsub("\n.*", "")
    end
  end
end}))
local stats = lunit.run()
table.sort(lines)
print(table.concat(lines, "\n"))
print(stats.assertions .. " assertions", stats.passed .. " passed", stats.failed .. " failed", stats.errors .. " errors")
