-- Lua patterns: find with captures, gmatch, gsub with strings, tables and
-- functions, anchors, %b and %f, on lines of text.
--
-- Idea: a web server's log and a configuration file, taken apart.
--
-- n: lines of the log; result: bytes sent, requests that failed, sums over
-- names and templates.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 100000
local expected = {
  [40] = "119091 6 20289 15476 12 398 80",
  [2000] = "4959314 225 1010263 784764 394 20869 4000",
  [100000] = "249812023 10149 49864107 39236821 19955 1079644 200000",
}

local format = string.format

local seed = 4711
local function random(below)
  seed = seed * 16807 % 2147483647
  return seed % below
end

local names = { "index", "about", "contact", "search", "news" }
local lines = {}
for i = 1, n do
  lines[i] = format(
    '10.%d.%d.%d - - [%02d/Nov/2026:%02d:%02d:00 +0000] "GET /%s.html?id=%d '
      .. 'HTTP/1.1" %d %d',
    random(256), random(256), random(256), random(30) + 1, random(24),
    random(60), names[random(5) + 1], random(1000),
    random(10) == 0 and 404 or 200, random(5000))
end

local bytes, failed, ids, octets = 0, 0, 0, 0
local by_page = {}
for i = 1, n do
  local line = lines[i]
  local page, id, status, size =
    line:match('"GET /(%w+)%.html%?id=(%d+) HTTP/%d%.%d" (%d%d%d) (%d+)$')
  bytes = bytes + tonumber(size)
  ids = ids + tonumber(id)
  by_page[page] = (by_page[page] or 0) + 1
  if status:find("^[45]") then
    failed = failed + 1
  end
  for octet in line:match("^%S+"):gmatch("%d+") do
    octets = octets + tonumber(octet)
  end
  if line:match("%b[]") ~= line:match("%[.-%]") then
    error("pattern_matching: two ways to the date differ")
  end
end

local template = "Dear $name, page ${page} was seen (again) $count times."
local letters, capitals, trimmed = 0, 0, 0
for i = 1, n, 4 do
  local fields = { name = names[i % 5 + 1], page = "p" .. i, count = i % 97 }
  local text = template:gsub("%${?(%w+)}?", fields)
  text = text:gsub("%f[%a]%a", function(c)
    capitals = capitals + 1
    return c:upper()
  end)
  text = text:gsub("%b()", "")
  letters = letters + #text
  trimmed = trimmed + #(("  " .. text .. "\t "):match("^%s*(.-)%s*$"))
end
if trimmed ~= letters then
  error("pattern_matching: trimming lost something")
end

local result = format("%d %d %d %d %d %d %d", bytes, failed, ids, octets,
  by_page.news, letters, capitals)

harness.finish("pattern_matching", n, expected, result)
