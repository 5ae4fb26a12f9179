-- highlight's definitions of 200 languages and its colour themes: Lua programs
-- that are mostly data, long strings, regular expressions and tables. Each runs
-- in an environment of its own, and what it defines is printed.
local root = "/usr/share/highlight/"
package.cpath = ""

local sorted_keys = dofile "printed.lua".keys

local function show(value, out, seen)
  if type(value) ~= "table" then
    out[#out + 1] = type(value) == "string" and ("%q"):format(value) or type(value) == "function" and "function" or tostring(value)
    return
  end
  if seen[value] then out[#out + 1] = "again" return end
  seen[value] = true
  out[#out + 1] = "{"
  for _, key in ipairs(sorted_keys(value)) do
    out[#out + 1] = tostring(key) .. "="
    show(value[key], out, seen)
    out[#out + 1] = ","
  end
  out[#out + 1] = "}"
end
local function digest(text)
  local hash = 5381
  for position = 1, #text do hash = (hash * 33 ~ text:byte(position)) & 0xffffffff end
  return ("%d bytes, %08x"):format(#text, hash)
end

-- The program itself lists the files; a folder cannot be read in plain Lua.
local listing = assert(io.popen("cd " .. root .. " && find langDefs themes plugins filetypes.conf -name '*.*' -type f 2>/dev/null | LC_ALL=C sort"))
local count, bytes = 0, 0
for name in listing:lines() do
  local file = assert(io.open(root .. name, "rb"))
  local source = file:read "a"
  file:close()
  local env = {
    HL_LANG_DIR = root .. "langDefs/", Identifiers = "[[:alpha:]_]\\w*", Digits = "\\d+", HL_REJECT = -1, HL_OUTPUT = 0, HL_FORMAT_HTML = 0,
    string = string, table = table, math = math, pairs = pairs, ipairs = ipairs, type = type, tostring = tostring, tonumber = tonumber,
    next = next, io = {}, os = {},
  }
  for kind = 0, 20 do env["HL_" .. kind] = kind end
  local chunk, problem = load(source, "@" .. name, "t", env)
  local ok = false
  if chunk then ok, problem = pcall(chunk) end
  local out = {}
  for _, given in ipairs {"string", "table", "math"} do env[given] = nil end
  show(env, out, {})
  -- A chunk that was dumped and loaded again does the same.
  local again = chunk and pcall(load(string.dump(chunk, true), "=again", "b", setmetatable({}, {__index = env})))
  print(name, ok, ok and digest(table.concat(out)) or problem, again)
  count, bytes = count + 1, bytes + #source
end
listing:close()
assert(count > 200, "package highlight-common is not installed")
print(count .. " files, " .. bytes .. " bytes")
