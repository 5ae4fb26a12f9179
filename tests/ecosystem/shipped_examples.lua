-- Every module of Penlight loaded, then the examples that the packages of
-- Penlight, luaunit and cliargs ship, each as a program of its own (but those that print as pairs() goes).
package.path = "/usr/share/lua/5.4/?.lua;/usr/share/lua/5.4/?/init.lua;" ..
  "/usr/share/lua/5.1/?.lua;/usr/share/lua/5.1/?/init.lua;" ..
  "/usr/share/doc/lua-penlight-dev/examples/?.lua"
package.cpath = ""
package.preload.lfs = function()
  local function attributes(name, what)
    local file = io.open(name)
    if not file then return nil, name .. ": No such file or directory" end
    local _, _, code = file:read(1)
    file:close()
    local mode = code == 21 and "directory" or "file"
    return what == "mode" and mode or {mode = mode, modification = 0, size = 0}
  end
  return {
    attributes = attributes, symlinkattributes = attributes, currentdir = function() return "/work" end,
    dir = function() return function() end end, mkdir = function() return true end, rmdir = function() return true end, chdir = function() return true end,
  }
end
local date, exit = os.date, os.exit
os.date = function(format, time) return date("!" .. (format or "%c"):gsub("^!", ""), time or 86400) end
os.clock, os.time = function() return 1 end, (function(time) return function(t) return t and time(t) or 86400 end end)(os.time)
-- Not random: luaunit and some examples shuffle.
math.randomseed(5)
math.randomseed = function() end

local function report(ok, ...)
  local message = tostring((...)):gsub("table: 0x%x+", "table"):gsub("\n.*", "")
  print(ok, ok and "" or message)
end
local own = {}
for name in pairs(package.loaded) do own[name] = true end
local function forget()
  for name in pairs(package.loaded) do if not own[name] then package.loaded[name] = nil end end
end

for name in ([[Date List Map MultiMap OrderedMap Set app array2d class compat comprehension config data dir file func
    import_into init input lapp lexer luabalanced operator path permute pretty seq sip strict stringio stringx tablex
    template test text types url utils xml]]):gmatch "%S+" do
  forget()
  local ok, module = pcall(require, "pl." .. name)
  local names = {}
  if type(module) == "table" then for key, value in next, module do names[#names + 1] = tostring(key) .. ":" .. type(value) end end
  table.sort(names)
  print("pl." .. name, ok, ok and table.concat(names, " ") or (tostring(module):gsub("\n.*", "")))
  setmetatable(_G, nil)
end

local documents = "/usr/share/doc/"
for line in ([[
  lua-penlight-dev/examples/seesubst.lua
  lua-penlight-dev/examples/symbols.lua
  lua-penlight-dev/examples/test-cmp.lua
  lua-penlight-dev/examples/test-listcallbacks.lua
  lua-penlight-dev/examples/test-pretty.lua
  lua-penlight-dev/examples/testinputfields.lua
  lua-penlight-dev/examples/testinputfields2.lua
  lua-penlight-dev/examples/testxml.lua
  lua-penlight-dev/examples/which.lua lua
  lua-unit/examples/check_lua_calc_error.lua
  lua-unit/examples/example_with_luaunit.lua -v
  lua-unit/examples/legacy_example_with_luaunit.lua -v
  lua-unit/examples/some_lists_comparisons.lua -o tap
  lua-unit/examples/test_with_err_fail_pass.lua -o text
  lua-cliargs/examples/00_general.lua --help
  lua-cliargs/examples/00_general.lua -d out in1 in2
  lua-cliargs/examples/01_multiple_options.lua -i a -i b
  lua-cliargs/examples/02_parse_callbacks.lua -v one
  lua-cliargs/examples/03_config_file.lua
  lua-cliargs/examples/04_commands--git.lua log
]]):gmatch "[^\n]+" do
  local words = {}
  for word in line:gmatch "%S+" do words[#words + 1] = word end
  local name = table.remove(words, 1)
  if name then
    print("=== " .. line)
    forget()
    arg = {[0] = name, table.unpack(words)}
    local code
    os.exit = function(c) code = c error "exit" end
    local globals = setmetatable({}, {__index = _G})
    globals._G = globals
    local chunk, problem = loadfile(documents .. name, "t", name:find "penlight" and globals or _G)
    if not chunk then print(problem)
    else report(pcall(chunk, table.unpack(words))) end
    print("exit", code)
    os.exit = exit
    setmetatable(_G, nil)
    for key in pairs(_G) do if type(key) == "string" and key:find "^[Tt]est" then _G[key] = nil end end
  end
end
