-- JSON, read with string patterns and written with sorted keys.
-- A parser is a function from a position to a value and the next position.

local json = {null = setmetatable({}, {__tostring = function() return "null" end})}

-- ---- reading

local UNESCAPED = {b = "\b", f = "\f", n = "\n", r = "\r", t = "\t",
                   ['"'] = '"', ["\\"] = "\\", ["/"] = "/"}

local parse_value

local function fail(text, at, expected)
  local line = select(2, text:sub(1, at):gsub("\n", "\n")) + 1
  error(("line %d: %s expected near '%s'"):format(line, expected,
                                                 text:sub(at, at + 9)), 0)
end

local function skip(text, at)
  return text:find("%S", at) or #text + 1
end

local function parse_string(text, at)
  local pieces = {}
  at = at + 1
  while true do
    local stop = text:find('["\\]', at) or fail(text, at, "'\"'")
    pieces[#pieces + 1] = text:sub(at, stop - 1)
    if text:byte(stop) == 34 then return table.concat(pieces), stop + 1 end
    local hex = text:match("^u(%x%x%x%x)", stop + 1)
    if hex then
      pieces[#pieces + 1] = utf8.char(tonumber(hex, 16))
      at = stop + 6
    else
      pieces[#pieces + 1] = UNESCAPED[text:sub(stop + 1, stop + 1)]
        or fail(text, stop, "escape sequence")
      at = stop + 2
    end
  end
end

-- Elements up to `closing`; `element` reads one and returns the next position.
local function parse_list(text, at, closing, element)
  at = skip(text, at + 1)
  if text:sub(at, at) == closing then return at + 1 end
  while true do
    at = skip(text, element(at))
    local char = text:sub(at, at)
    if char == closing then return at + 1 end
    if char ~= "," then fail(text, at, "',' or '" .. closing .. "'") end
    at = skip(text, at + 1)
  end
end

local function parse_array(text, at)
  local array = {}
  return array, parse_list(text, at, "]", function(from)
    local value, next_at = parse_value(text, from)
    array[#array + 1] = value
    return next_at
  end)
end

local function parse_object(text, at)
  local object = {}
  return object, parse_list(text, at, "}", function(from)
    if text:sub(from, from) ~= '"' then fail(text, from, "key") end
    local key, colon = parse_string(text, from)
    colon = skip(text, colon)
    if text:sub(colon, colon) ~= ":" then fail(text, colon, "':'") end
    local value, next_at = parse_value(text, skip(text, colon + 1))
    object[key] = value
    return next_at
  end)
end

local WORDS = {["true"] = true, ["false"] = false, null = json.null}

function parse_value(text, at)
  local char = text:sub(at, at)
  if char == '"' then return parse_string(text, at) end
  if char == "{" then return parse_object(text, at) end
  if char == "[" then return parse_array(text, at) end
  local number = text:match("^-?%d+%.?%d*[eE]?[+-]?%d*", at)
  if number and tonumber(number) then return tonumber(number), at + #number end
  local word = text:match("^%a+", at)
  if word and WORDS[word] ~= nil then return WORDS[word], at + #word end
  fail(text, at, "value")
end

function json.decode(text)
  local value, at = parse_value(text, skip(text, 1))
  at = skip(text, at)
  if at <= #text then fail(text, at, "end") end
  return value
end

-- ---- writing

local ESCAPED = {['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\t"] = "\\t"}

local function quote(s)
  return '"' .. s:gsub('[%c"\\]', function(c)
    return ESCAPED[c] or ("\\u%04x"):format(c:byte())
  end) .. '"'
end

function json.encode(value)
  if type(value) == "string" then return quote(value) end
  if type(value) ~= "table" or value == json.null then return tostring(value) end
  local pieces = {}
  if #value > 0 then
    for i, element in ipairs(value) do pieces[i] = json.encode(element) end
    return "[" .. table.concat(pieces, ",") .. "]"
  end
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys)
  for i, key in ipairs(keys) do
    pieces[i] = quote(key) .. ":" .. json.encode(value[key])
  end
  return "{" .. table.concat(pieces, ",") .. "}"
end

-- ---- a demonstration

local text = [[
{
  "name": "m3lua", "version": 5.4, "embeddable": true, "parent": null,
  "stages": ["tokens", "tree", "bytecode", "cells"],
  "sizes": {"value": 16, "cell": 16, "header": 16},
  "quoted": "a \"word\",\ta tab and \u00e9"
}]]

local data = json.decode(text)
print(data.name, data.version, data.parent, #data.stages, data.sizes.cell)
print(json.encode(data))
print(json.encode(json.decode(json.encode(data))) == json.encode(data))
for _, bad in ipairs {"[1, 2", '{"a" 1}', "[1,\n x]", '"open', "1 2"} do
  print(select(2, pcall(json.decode, bad)))
end

return json
