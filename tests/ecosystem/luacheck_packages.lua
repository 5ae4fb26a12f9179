-- luacheck over the sources of luarocks, busted, ldoc and smaller packages:
-- the number of warnings of each kind in each file, and the longest report.
package.path = "/usr/share/lua/5.4/?.lua;/usr/share/lua/5.1/?.lua;" ..
  "/usr/share/lua/5.1/?/init.lua"
package.cpath = ""
local luacheck = require "luacheck"

local folders = arg[1] or "/usr/share/lua/5.4/luarocks /usr/share/lua/5.4/busted /usr/share/lua/5.4/ldoc /usr/share/lua/5.4/cliargs /usr/share/lua/5.1/uri"
local listing = assert(io.popen("find -L " .. folders .. " \\( -name '*.lua' -o -name '*.nse' \\) -size -" .. (arg[2] or "40") .. "k | LC_ALL=C sort"))
local names, sources, lines = {}, {}, 0
for name in listing:lines() do
  local file = assert(io.open(name, "rb"))
  names[#names + 1], sources[#sources + 1] = name, file:read "a"
  lines = lines + select(2, sources[#sources]:gsub("\n", ""))
  file:close()
end
listing:close()
assert(#names > 130, "the packages luarocks, lua-busted, lua-ldoc are not all installed")

local report = luacheck.check_strings(sources, {std = "max"})
local longest = 1
for index, warnings in ipairs(report) do
  local kinds, codes = {}, {}
  for _, warning in ipairs(warnings) do
    if not kinds[warning.code] then kinds[warning.code] = 0 codes[#codes + 1] = warning.code end
    kinds[warning.code] = kinds[warning.code] + 1
  end
  table.sort(codes)
  for position, code in ipairs(codes) do codes[position] = code .. ":" .. kinds[code] end
  print(names[index], warnings.fatal, table.concat(codes, " "))
  if #warnings > #report[longest] then longest = index end
end
print(names[longest])
for _, warning in ipairs(report[longest]) do
  print(warning.line, warning.column, warning.end_column, luacheck.get_message(warning))
end
print(#names .. " files, " .. lines .. " lines", report.warnings, report.errors, report.fatals)
