-- luaunit under its own test suite, 4,400 lines that its package ships.
package.path = "/usr/share/lua/5.4/?.lua;/usr/share/doc/lua-unit/examples/?.lua"
package.cpath = ""
math.randomseed(1)
os.clock = function() return 1 end
os.getenv = function() end
local date = os.date
os.date = function(format) return date("!" .. (format or "%c"):gsub("^!", ""), 86400) end

local lu = require "luaunit"
lu.STRIP_LUAUNIT_FROM_STACKTRACE = true
require "test_luaunit"
for _, output in ipairs {"text", "tap"} do
  local runner = lu.LuaUnit.new()
  runner:setOutputType(output)
  print(output, runner:runSuite(output == "text" and "-v" or nil))
end
