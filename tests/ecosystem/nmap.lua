-- Nmap's library for its scripts (nselib, 140 modules): loads what needs no C
-- library, runs the unit tests that the modules carry and prints what they
-- export; then loads the 604 scripts and runs their top levels.
package.path = "/usr/share/nmap/nselib/?.lua"
package.cpath = ""

-- What the program nmap would provide.
local silent = function() end
local socket = setmetatable({}, {__index = function() return silent end})
local nmap = {
  registry = {args = {["unittest.run"] = "1"}},
  debugging = function() return 0 end, verbosity = function() return 0 end,
  log_write = silent, clock_ms = function() return 1000 end,
  address_family = function() return "inet" end, list_interfaces = function() return {} end,
  fetchfile = function(name) return "/usr/share/nmap/" .. name end,
  new_socket = function() return socket end, socket = socket,
  condvar = function() return silent end, mutex = function() return silent end,
}
package.preload.nmap = function() return nmap end
SCRIPT_PATH, SCRIPT_NAME, SCRIPT_TYPE = "unit.nse", "unit", "hostrule"

-- For an optional module nmap ends the script quietly; here the error shows.
require("stdnse").silent_require = require

local function first_line(message) return (tostring(message):gsub("\n.*", "")) end

-- The list of all modules is a local variable of unittest.lua.
local names
for index = 1, math.huge do
  local name, value = debug.getupvalue(require("unittest").run_tests, index)
  if name == "libs" then names = value break end
  assert(name, "unittest.lua has no list of modules")
end

local loaded, tests = 0, 0
for _, name in ipairs(names) do
  local ok, module = pcall(require, name)
  print(name, ok, ok and type(module) or first_line(module))
  if ok and type(module) == "table" then
    loaded = loaded + 1
    local exports, results = {}, {}
    for key, value in pairs(module) do
      exports[#exports + 1] = tostring(key) .. ":" .. (math.type(value) or type(value))
    end
    table.sort(exports)
    print("  " .. table.concat(exports, " "))
    local suite = rawget(module, "test_suite")
    -- Some modules make their tests in an order that pairs() decides.
    for _, test in ipairs(suite and suite.tests or {}) do
      tests = tests + 1
      local fine, result, note = pcall(test[1], suite)
      results[#results + 1] = first_line(("  %s: %s %s %s"):format(test[2], fine, result, note))
    end
    table.sort(results)
    if #results > 0 then print(table.concat(results, "\n")) end
  end
end
print(loaded .. " modules, " .. tests .. " tests")

-- script.db is a Lua program, a call of Entry for each script.
local scripts = {}
assert(loadfile("/usr/share/nmap/scripts/script.db", "t", {
  Entry = function(entry) scripts[#scripts + 1] = entry end,
}))()
for _, entry in ipairs(scripts) do
  local env = setmetatable({
    SCRIPT_NAME = entry.filename:gsub("%.nse$", ""), SCRIPT_PATH = entry.filename, SCRIPT_TYPE = "portrule",
  }, {__index = _G})
  local script, problem = loadfile("/usr/share/nmap/scripts/" .. entry.filename, "t", env)
  local ok = false
  if script then ok, problem = pcall(script) end
  local defined = {}
  for key, value in pairs(env) do
    local shown = type(value) == "string" and #value or type(value)
    defined[#defined + 1] = tostring(key) .. ":" .. shown
  end
  table.sort(defined)
  print(entry.filename, table.concat(entry.categories, ","), ok, ok and "" or first_line(problem), table.concat(defined, " "))
end
print(#scripts .. " scripts")
