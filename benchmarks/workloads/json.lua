-- A text format written and read by Lua code: string.find with patterns,
-- string.byte, string.sub, gsub with a table, table.concat, recursion.
--
-- Idea: RFC 8259, which nearly every program reads and writes today.
--
-- n: records in the document, which is encoded, decoded and encoded again;
-- result: length and checksum of the text.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 12000
local expected = {
  [5] = "754 690268",
  [240] = "36768 307522",
  [12000] = "1861192 217376",
}

local byte, find, sub = string.byte, string.find, string.sub
local format = string.format
local concat, sort = table.concat, table.sort

local null = {}

---- encoding

local escapes = {
  ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\t"] = "\\t",
}

local function quote(s)
  return '"' .. s:gsub('["\\%c]', function(c)
    return escapes[c] or format("\\u%04x", byte(c))
  end) .. '"'
end

local encode

local function encode_table(value, out)
  local count = #value
  if count > 0 or next(value) == nil then
    out[#out + 1] = "["
    for i = 1, count do
      if i > 1 then
        out[#out + 1] = ","
      end
      encode(value[i], out)
    end
    out[#out + 1] = "]"
    return
  end
  local keys = {}
  for key in pairs(value) do
    keys[#keys + 1] = key
  end
  sort(keys)
  out[#out + 1] = "{"
  for i = 1, #keys do
    if i > 1 then
      out[#out + 1] = ","
    end
    out[#out + 1] = quote(keys[i])
    out[#out + 1] = ":"
    encode(value[keys[i]], out)
  end
  out[#out + 1] = "}"
end

function encode(value, out)
  local kind = type(value)
  if value == null then
    out[#out + 1] = "null"
  elseif kind == "table" then
    encode_table(value, out)
  elseif kind == "string" then
    out[#out + 1] = quote(value)
  elseif kind == "number" then
    out[#out + 1] = format("%.14g", value)
  else
    out[#out + 1] = tostring(value)
  end
end

local function to_json(value)
  local out = {}
  encode(value, out)
  return concat(out)
end

---- decoding

local unescapes = {
  ['"'] = '"', ["\\"] = "\\", ["/"] = "/", n = "\n", t = "\t", r = "\r",
  b = "\b", f = "\f",
}

local function fail(text, at)
  error("json: unexpected text at " .. at .. ": " .. sub(text, at, at + 10))
end

local function skip(text, at)
  return (find(text, "[^ \t\r\n]", at)) or #text + 1
end

local function decode_string(text, at)
  local close = find(text, '["\\]', at + 1)
  if not close then
    fail(text, at)
  end
  if byte(text, close) == 34 then
    return sub(text, at + 1, close - 1), close + 1
  end
  local pieces, from = {}, at + 1
  while byte(text, close) ~= 34 do
    pieces[#pieces + 1] = sub(text, from, close - 1)
    local letter = sub(text, close + 1, close + 1)
    if letter == "u" then
      pieces[#pieces + 1] =
        string.char(tonumber(sub(text, close + 2, close + 5), 16))
      from = close + 6
    else
      pieces[#pieces + 1] = unescapes[letter] or fail(text, close)
      from = close + 2
    end
    close = find(text, '["\\]', from) or fail(text, from)
  end
  pieces[#pieces + 1] = sub(text, from, close - 1)
  return concat(pieces), close + 1
end

local decode

local function decode_array(text, at)
  local array, count = {}, 0
  at = skip(text, at + 1)
  if byte(text, at) == 93 then
    return array, at + 1
  end
  while true do
    count = count + 1
    array[count], at = decode(text, at)
    at = skip(text, at)
    local c = byte(text, at)
    if c == 93 then
      return array, at + 1
    elseif c ~= 44 then
      fail(text, at)
    end
    at = skip(text, at + 1)
  end
end

local function decode_object(text, at)
  local object = {}
  at = skip(text, at + 1)
  if byte(text, at) == 125 then
    return object, at + 1
  end
  while true do
    local key
    key, at = decode_string(text, at)
    at = skip(text, at)
    if byte(text, at) ~= 58 then
      fail(text, at)
    end
    object[key], at = decode(text, skip(text, at + 1))
    at = skip(text, at)
    local c = byte(text, at)
    if c == 125 then
      return object, at + 1
    elseif c ~= 44 then
      fail(text, at)
    end
    at = skip(text, at + 1)
  end
end

function decode(text, at)
  local c = byte(text, at)
  if c == 123 then
    return decode_object(text, at)
  elseif c == 91 then
    return decode_array(text, at)
  elseif c == 34 then
    return decode_string(text, at)
  elseif sub(text, at, at + 3) == "true" then
    return true, at + 4
  elseif sub(text, at, at + 4) == "false" then
    return false, at + 5
  elseif sub(text, at, at + 3) == "null" then
    return null, at + 4
  end
  local from, to = find(text, "^-?%d+%.?%d*[eE]?[+-]?%d*", at)
  if not from then
    fail(text, at)
  end
  return tonumber(sub(text, from, to)), to + 1
end

---- a document

local seed = 99
local function random(below)
  seed = seed * 16807 % 2147483647
  return seed % below
end

local document = {}
for i = 1, n do
  local tags = {}
  for t = 1, random(5) do
    tags[t] = "tag " .. random(50)
  end
  document[i] = {
    id = i,
    name = "record\t\"" .. random(1000) .. "\"\n",
    price = random(100000) / 8,
    active = random(2) == 0,
    parent = random(3) == 0 and null or random(n),
    tags = tags,
    place = { x = random(1000) - 500, y = random(1000) - 500, note = "\1\\" },
  }
end

local text = to_json(document)
local decoded, at = decode(text, 1)
if at ~= #text + 1 or to_json(decoded) ~= text then
  error("json: reading what was written gives something else")
end

local sum = 0
for i = 1, #text do
  sum = (sum * 31 + byte(text, i)) % 1000003
end

harness.finish("json", n, expected, string.format("%d %d", #text, sum))
