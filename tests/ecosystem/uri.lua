-- lua-uri, with the tests that its package ships (lunit, a test framework of
-- the Lua 5.1 days, among them).
local examples = "/usr/share/doc/lua-uri-dev/examples/"
package.path = "/usr/share/lua/5.1/?.lua;" .. examples .. "?.lua"
package.cpath = ""

dofile "lua_5_1.lua"

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
