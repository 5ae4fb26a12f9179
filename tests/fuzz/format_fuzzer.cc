// Fuzz target: string.format, and what makes strings large.  The first line is
// the format, each further one a value (see kDriver's `value`).
#include <string_view>

#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/sandbox.h"

namespace m3lua::fuzz {
namespace {

constexpr std::string_view kDriver = R"lua(
local form, lines = ...
local format, rep, pcall, load, type = string.format, string.rep, pcall, load,
  type
local tonumber, tostring, mathtype = tonumber, tostring, math.type

-- A line: a numeral, a word that stands for a value, or a string.
local words = {
  ["nil"] = function() return nil end,
  ["true"] = function() return true end,
  ["{}"] = function() return {} end,
  ["{x}"] = function()
    return setmetatable({}, {__tostring = function() return "x" end})
  end,
  ["{n}"] = function() return setmetatable({}, {__name = "n"}) end,
  ["{1}"] = function()
    return setmetatable({}, {__tostring = function() return 1 end})
  end,
  ["f"] = function() return print end,
  ["co"] = function() return coroutine.create(print) end,
  ["inf"] = function() return 1 / 0 end,
  ["nan"] = function() return 0 / 0 end,
}
local values, n = {}, 0
for line in string.gmatch(lines, "[^\n]*") do
  n = n + 1
  if n > 50 then break end
  local word = words[line]
  if word then values[n] = word() else values[n] = tonumber(line) or line end
end

local ok, text = pcall(format, form, table.unpack(values, 1, n))
if ok and type(text) ~= "string" then violation("format returns no string") end

for i = 1, n do
  local v = values[i]
  local ok, quoted = pcall(format, "%q", v)
  if ok then
    local again = load("return " .. quoted, "=q", "t", {})
    if not again then violation("%q makes something that does not load") end
    local back = again()
    if back ~= v and v == v or mathtype(back) ~= mathtype(v) then
      violation("%q does not read back")
    end
  elseif quoted ~= "not enough memory" and type(v) ~= "table" and type(v) ~= "function"
      and type(v) ~= "thread" then
    violation("%q refuses a value")
  end
  pcall(format, "%5.2s|%-8s", v, v)
  if mathtype(v) then
    if mathtype(v) == "float" and v - v == 0 then
      if tonumber(format("%a", v)) ~= v then
        violation("%a does not read back")
      end
      if tonumber(format("%.17g", v)) ~= v then
        violation("%.17g does not read back")
      end
    end
    if mathtype(v) == "integer" and tonumber(format("%d", v)) ~= v then
      violation("%d does not read back")
    end
    pcall(rep, form, v)
    pcall(rep, form, v, lines)
    pcall(string.sub, lines, v, -v)
    pcall(string.byte, lines, v, -1)
    pcall(string.char, v)
  end
end
pcall(table.concat, values, form, 1, n)
)lua";

}  // namespace

void Run(std::string_view input) {
  DriveLines(input, 1, kDriver, {.steps = 20000});
}

}  // namespace m3lua::fuzz
