// Fuzz target: conversions of any text: numerals, dates, UTF-8.  Lines: a base
// or a time, then the text.
#include <string_view>

#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/sandbox.h"

namespace m3lua::fuzz {
namespace {

constexpr std::string_view kDriver = R"lua(
local number, text = ...
local pcall, tonumber, tostring, type = pcall, tonumber, tostring, type
local load, mathtype = load, math.type
local integer = math.tointeger(tonumber(number)) or 10

-- Numerals.
local v = tonumber(text)
if v then
  local f = load("return " .. text, "=n", "t", {})
  local ok, w = pcall(f or error)
  -- (A sign is an operator to the lexer.)
  if ok and not string.find(text, "^%s*%-")
      and (mathtype(w) ~= mathtype(v) or w ~= v and v == v) then
    violation("the lexer and tonumber read different numbers")
  end
  local again = tonumber(tostring(v))
  if mathtype(again) ~= mathtype(v) and v - v == 0 then
    violation("tostring changes the kind of a number")
  end
  if mathtype(v) == "integer" and again ~= v then
    violation("tostring loses an integer")
  end
  if mathtype(v) == "float" and v - v == 0 then
    for _, form in ipairs {"%.17g", "%a"} do
      if tonumber(string.format(form, v)) ~= v then
        violation("a float does not read back")
      end
    end
    if math.tointeger(v) and math.tointeger(v) ~= v then
      violation("math.tointeger changes a number")
    end
  end
end
pcall(tonumber, text, integer)
pcall(math.tointeger, text)
pcall(function() return text + 0, text | 0, -text, text // 1, 1 < text end)
pcall(function() for i = text, integer do break end end)

-- Dates.
pcall(os.date, text, integer)
pcall(os.date, text)
local ok, parts = pcall(os.date, "*t", integer)
if ok then
  local made, time = pcall(os.time, parts)
  if made and time ~= integer then violation("os.time undoes not os.date") end
end
pcall(os.time, {year = integer, month = #text, day = integer // 7,
                hour = v or text, isdst = #text % 2 == 0})

-- UTF-8.
for _, lax in ipairs {false, true} do
  local length, bad = utf8.len(text, 1, -1, lax)
  if length then
    if utf8.char(utf8.codepoint(text, 1, -1, lax)) ~= text and not lax then
      violation("utf8.char undoes not utf8.codepoint")
    end
    local n = 0
    for _ in utf8.codes(text, lax) do n = n + 1 end
    if n ~= length then violation("utf8.codes and utf8.len disagree") end
    if #text > 0 and length > 0 then
      for i = 1, math.min(length, 20) do
        local at = utf8.offset(text, i)
        if utf8.len(text, 1, at - 1, lax) ~= i - 1 then
          violation("utf8.offset and utf8.len disagree")
        end
      end
    end
  elseif bad < 1 or bad > #text then
    violation("utf8.len reports a byte outside of the text")
  elseif pcall(function() for _ in utf8.codes(text, lax) do end end) then
    violation("utf8.codes accepts what utf8.len refuses")
  end
  pcall(utf8.codepoint, text, integer, -1, lax)
  pcall(utf8.len, text, integer, -integer, lax)
end
pcall(utf8.offset, text, integer)
pcall(utf8.offset, text, integer, #text)
pcall(utf8.char, integer, v)
)lua";

}  // namespace

void Run(std::string_view input) {
  DriveLines(input, 1, kDriver, {.steps = 20000});
}

}  // namespace m3lua::fuzz
