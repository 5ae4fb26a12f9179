-- ldoc, the documentation generator, over Penlight and over itself: HTML pages,
-- and its dumps of what it read.
package.path = "/usr/share/lua/5.4/?.lua;/usr/share/lua/5.4/?/init.lua;" ..
  "/usr/share/lua/5.1/?.lua;/usr/share/lua/5.1/?/init.lua"
package.cpath = ""

-- In place of LuaFileSystem.
local function mode_of(name)
  local file = io.open(name)
  if not file then return nil end
  local _, _, code = file:read(1)
  file:close()
  return code == 21 and "directory" or "file"
end
package.preload.lfs = function()
  local lfs = {}
  function lfs.attributes(name, what)
    local mode = mode_of(name)
    if not mode then return nil, name .. ": No such file or directory" end
    if what then return what == "mode" and mode or 0 end
    return {mode = mode, modification = 0, size = 0}
  end
  lfs.symlinkattributes = lfs.attributes
  function lfs.currentdir() return "." end
  function lfs.chdir() return true end
  function lfs.mkdir(name) return os.execute("mkdir '" .. name .. "'") end
  function lfs.rmdir() return true end
  function lfs.dir(name)
    local list = io.popen("ls -a '" .. name .. "' | LC_ALL=C sort")
    return function()
      local entry = list:read()
      if not entry then list:close() end
      return entry
    end
  end
  return lfs
end

local date = os.date
os.date = function(format) return date("!" .. (format or "%c"):gsub("^!", ""), 86400) end

local function digest(text)
  local hash = 5381
  for position = 1, #text do hash = (hash * 33 ~ text:byte(position)) & 0xffffffff end
  return ("%d bytes, %08x"):format(#text, hash)
end

local own = {}
for name in pairs(package.loaded) do own[name] = true end
local exit = os.exit
local function run(...)
  for name in pairs(package.loaded) do if not own[name] then package.loaded[name] = nil end end
  arg = {[0] = "/usr/bin/ldoc", ...}
  print("=== " .. table.concat(arg, " "))
  local code
  os.exit = function(c) code = c error "exit" end
  local main = assert(loadfile "/usr/bin/ldoc")
  local ok, message = pcall(main, ...)
  os.exit = exit
  print(ok, not ok and not code and message or "", code)
end

local config = io.open("config.ld", "w")
config:write [[
project = "Test"
title = "A test"
description = "Describes *this*."
format = "markdown"
sort = true
style = true
new_type("macro", "Macros", true, "parameters")
alias("p", "param")
tparam_alias("text", "string")
]]
config:close()
local module = io.open("module.lua", "w")
module:write [[
--- A module of *examples*, see @{add}.
-- More text with `code`.
-- @module examples
-- @author Somebody
local M = {}

--- Adds numbers. Refers to @{M.Point:move|moving} and `string.format`.
-- @number a the first
-- @number[opt=1] b the second
-- @param ... more
-- @treturn number the sum
-- @treturn[2] nil on failure
-- @treturn[2] string why
-- @usage local sum = M.add(1, 2)
-- @see string.rep
function M.add(a, b, ...) return a + (b or 1) end

--- A table of options.
-- @table options
-- @field[type=text] name the name
-- @tfield {string,...} list names
M.options = {
  name = "x", -- its name
}

--- A class.
-- @type Point
local Point = {}
--- Moves it.
-- @tparam number dx by how much
-- @tparam ?number|string dy likewise
-- @return self
-- @raise when immovable
function Point:move(dx, dy) return self end
--- Not shown.
-- @local
local function hidden() end
--- A macro.
-- @macro TWICE
-- @p x what
return M
]]
module:close()

run("module.lua", "--dump")
run("-c", "config.ld", "-d", "out1", "module.lua")
run("-d", "out2", "-p", "pl", "-f", "markdown", "--all", "/usr/share/lua/5.4/pl")
run("-d", "out3", "--style", "!pale", "--not_luadoc", "/usr/share/lua/5.4/ldoc")
run("--fatalwarnings", "--merge", "--boilerplate", "module.lua")
run("-m", "string.gsub")
run("-m", "pl.tablex")
run("--list")
run("--nonsense")

local pages = io.popen "find out1 out2 out3 -type f 2>/dev/null | LC_ALL=C sort"
for name in pages:lines() do
  local file = assert(io.open(name))
  local text = file:read "a"
  file:close()
  print(name, digest(text))
  if name:find "out1/index.html" then print(text) end
end
pages:close()
