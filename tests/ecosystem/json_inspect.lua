-- dkjson, inspect, MessagePack, basexx, inifile and binaryheap: round trips of
-- a generated document.
package.path = "/usr/share/lua/5.4/?.lua;/usr/share/lua/5.1/?.lua;" ..
  "/usr/share/lua/5.1/?/init.lua"
package.cpath = ""

local json = require "dkjson"
local inspect = require "inspect"
local mp = require "MessagePack"
local basexx = require "basexx"
local inifile = require "inifile"
local binaryheap = require "binaryheap"

-- Random numbers that both engines agree on.
local state = 42
local function random(n)
  state = (state * 6364136223846793005 + 1442695040888963407)
  return (state >> 33) % n + 1
end
local words = {"alpha", "beta", "\u{3b3}amma", "d\"elta\"", "e\\psilon", "\n\t\0\1\127", "\u{1F600}", "", "</tag>", "\u{2028}"}
local function generate(depth)
  local kind = random(depth > 0 and 8 or 5)
  if kind == 1 then return random(1000000) - 500000
  elseif kind == 2 then return random(100000) / 64
  elseif kind == 3 then return random(2) == 1
  elseif kind <= 5 then return words[random(#words)] .. random(99)
  elseif kind == 6 then
    local t = {}
    for i = 1, random(8) do t[i] = generate(depth - 1) end
    return t
  end
  local t = {}
  for _ = 1, random(8) do t[words[random(#words)] .. random(50)] = generate(depth - 1) end
  return t
end
local document = {}
for i = 1, 120 do document[i] = generate(5) end

local function count(v)
  if type(v) ~= "table" then return 1 end
  local n = 1
  for _, item in pairs(v) do n = n + count(item) end
  return n
end
local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then
    return a == b and math.type(a) == math.type(b)
  end
  for k, v in pairs(a) do if not same(v, b[k]) then return false end end
  for k in pairs(b) do if a[k] == nil then return false end end
  return true
end
local function checksum(s)
  local h = #s
  for i = 1, #s do h = (h * 31 + s:byte(i)) & 0xffffffff end
  return #s .. ":" .. h
end
local function keys(t, found)
  found = found or {}
  for k, v in pairs(t) do
    if type(k) == "string" then found[k] = true end
    if type(v) == "table" then keys(v, found) end
  end
  return found
end
local order = {}
for k in pairs(keys(document)) do order[#order + 1] = k end
table.sort(order)
print("values", count(document), "keys", #order)
local function try(f)
  print(select(2, pcall(f)))
end

print "dkjson"
local text = json.encode(document, {keyorder = order})
print(checksum(text))
print(text:sub(1, 300))
local decoded, position, err = json.decode(text)
print(same(document, decoded), position == #text + 1, err)
local indented = json.encode(document, {keyorder = order, indent = true})
print(checksum(indented), same(document, (json.decode(indented))))
print(json.encode({1, {a = {}}, {}, setmetatable({}, {__jsontype = "object"})}, {indent = true}))
for _, source in ipairs {
  "null", "[1, 2.5, -3e2, 1E+2]", '"\\u00e9\\ud83d\\ude00\\n\\/"', "{\"a\": [true, false, null]}", "[1 2]", "{\"a\" 1}",
  "[", "", "nul", "/* c */ [1] // x", "[1,]", '"unfinished', "1.5.5", "{\"x\":{\"y\":{\"z\":[[[]]]}}}", "[1e400, -1e400, 12345678901234567890]",
} do
  local value, at, message = json.decode(source, 1, nil)
  print(source, type(value) == "table" and inspect(value, {newline = " ", indent = ""}) or value, at, message)
end
try(function() return json.encode(print) end)
try(function() return json.encode {[{}] = 1} end)
try(function() local t = {} t.t = t return json.encode(t) end)
try(function() return json.encode({1, print}, {exception = function(reason, value, state, message) return '"' .. reason .. '"' end}) end)
try(function() return json.encode {[1] = 1, [5] = 5}, json.encode {n = 3, 1} , json.encode {0 / 0, 1 / 0, 2^53, 1e15, 0.1} end)
try(function() return json.encode(setmetatable({}, {__tojson = function(self, s) return "custom" end})), json.quotestring "\u{7f}\u{ad}\"", json.null == nil end)

print "inspect"
local shown = inspect(document)
print(checksum(shown))
local again = assert(load("return " .. shown:gsub("\\(%d+)", function(d) return ("\\%03d"):format(d) end)))()
print(same(document, again))
print(inspect({1, 2, {3, nil, 4}, a = {b = {c = {d = 1}}}, [true] = "x", [1.5] = {}, ["a b"] = 1, ["end"] = 2}, {depth = 3}))
do
  local t = {name = "loop", list = {1, 2}}
  t.self, t.again = t, t.list
  print(inspect(t))
  print(inspect(setmetatable({x = 1}, {__index = {y = 2}, __call = 3})))
  print(inspect({a = 1, b = {c = "secret"}, d = {1, 2}}, {
    process = function(item, path)
      if path[#path] == "c" then return "***" end
      if path[#path] ~= inspect.METATABLE then return item end
    end, newline = "@", indent = ">>"}))
  print(inspect {print, print, coroutine.create(print), io.stdout} ~= nil, inspect "a'b\"c\n\0011\127", inspect(1e100), inspect(-0.0), inspect(1 / 0), inspect(nil))
end

print "MessagePack"
for _, setting in ipairs {"string", "string_compat", "binary"} do
  mp.set_string(setting)
  local packed = mp.pack(document)
  print(setting, #packed, count(mp.unpack(packed)))
end
mp.set_string "string"
mp.set_integer "unsigned"
for _, v in ipairs {0, 127, 128, 255, 256, 65535, 65536, 4294967295, 4294967296, -1, -32, -33, -128, -129, -32768, -32769, -2147483648, -2147483649, math.maxinteger, math.mininteger, 1.5, -0.0, 1e300, 1 / 0, true, false, "", ("x"):rep(31), ("x"):rep(32), ("x"):rep(256), {}, {1, 2, 3}, {a = 1}} do
  local packed = mp.pack(v)
  print(type(v), (packed:gsub(".", function(c) return ("%02x"):format(c:byte()) end):sub(1, 40)), same(v, mp.unpack(packed)))
end
for _, setting in ipairs {"without_hole", "with_hole", "always_as_map"} do
  mp.set_array(setting)
  print(setting, #mp.pack {1, 2, 3}, #mp.pack {1, nil, 3})
end
mp.set_number "float"
print((mp.pack(1.5):gsub(".", function(c) return ("%02x"):format(c:byte()) end)))
for at, v in mp.unpacker(mp.pack(1) .. mp.pack "two" .. mp.pack(nil)) do io.write(tostring(v), " ") end
print()
for _, bad in ipairs {"", "\xc1", "\xa5ab", "\x92\x01", "\xcb\x00", "\xd9"} do try(function() return mp.unpack(bad) end) end
try(function() return mp.pack(print) end)
try(function() return mp.unpack(5) end)

print "basexx"
local binary = {}
for i = 0, 255 do binary[#binary + 1] = string.char(i) end
binary = table.concat(binary)
for _, name in ipairs {"base64", "url64", "base32", "crockford", "z85", "hex", "bit"} do
  local encoded = basexx["to_" .. name](binary)
  print(name, checksum(encoded), basexx["from_" .. name](encoded) == binary)
end
for _, s in ipairs {"", "f", "fo", "foo", "foob", "fooba", "foobar"} do
  print(basexx.to_base64(s), basexx.to_base32(s), basexx.to_crockford(s), basexx.to_hex(s), basexx.from_base64(basexx.to_base64(s)))
end
print(basexx.from_hex "zz", basexx.from_base64 "a*b", basexx.from_base64("a b=", " "), basexx.from_base32 "1")

print "inifile"
local source = [[
; a comment
[section]
number = 12
float = 1.5
flag = true
off = false
text = some = text
# another
[two]
empty =
]]
local ini = inifile.parse(source, "memory")
print(inspect(ini), inspect(ini.section))
try(function() inifile.save("out.ini", ini) return #inifile.parse "out.ini" end)
try(function() return inspect(inifile.parse("out.ini")) end)
try(function() return inifile.parse "missing.ini" end)

print "binaryheap"
for _, kind in ipairs {"minHeap", "maxHeap"} do
  local heap = binaryheap[kind]()
  for i = 1, 200 do heap:insert(random(10000) * 1000 + i) end
  local out = {}
  while heap:peek() do out[#out + 1] = heap:pop() end
  print(kind, #out, out[1], out[100], out[200])
  local unique = binaryheap[kind:gsub("Heap", "Unique")]()
  for i = 1, 100 do unique:insert(random(1000) * 1000 + i, "p" .. i) end
  for i = 1, 100, 3 do unique:update("p" .. i, random(1000) * 1000 + 500 + i) end
  for i = 1, 100, 7 do unique:remove("p" .. i) end
  out = {}
  while unique:peek() do out[#out + 1] = unique:pop() end
  print(#out, out[1], out[10], out[#out])
  try(function() return unique:insert(nil, "x") end)
  try(function() unique:insert(1, "x") return unique:insert(2, "x") end)
end
