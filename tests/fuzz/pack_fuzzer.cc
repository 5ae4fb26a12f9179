// Fuzz target: string.pack, unpack and packsize.  The first line is the format,
// the second the number of lines that are values, then those; the rest is data
// to unpack.
#include <string_view>

#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/sandbox.h"

namespace m3lua::fuzz {
namespace {

constexpr std::string_view kDriver = R"lua(
local form, count, lines = ...
local pack, unpack, packsize = string.pack, string.unpack, string.packsize
local pcall, tonumber, mathtype = pcall, tonumber, math.type
count = math.min(math.tointeger(tonumber(count)) or 0, 40)

local values, n, start = {}, 0, 1
while n < count do
  local stop = string.find(lines, "\n", start, true) or #lines + 1
  local line = string.sub(lines, start, stop - 1)
  n = n + 1
  values[n] = tonumber(line) or line
  start = stop + 1
end
local data = string.sub(lines, start)

-- Of limits, not of the format.
local function is_limit(message)
  return message == "not enough memory" or string.find(message, "budget exhausted")
end

-- Strings that are numerals serve as numbers and the other way round; large
-- integers lose digits when packed as floats.
local as_floats = string.find(form, "[dn]")
local function same(old, new)
  if old == new or old ~= old then return true end
  local a, b = tonumber(old), tonumber(new)
  if not a or not b then return false end
  return a == b or as_floats and a + 0.0 == b + 0.0
end

local sized, size = pcall(packsize, form)
local packed, bytes = pcall(pack, form, table.unpack(values, 1, n))
if packed then
  if sized and #bytes ~= size then violation("packsize is wrong") end
  local back = table.pack(pcall(unpack, form, bytes))
  if not back[1] then
    if is_limit(back[2]) then return end
    violation("unpack refuses what pack made")
  end
  if back[back.n] ~= #bytes + 1 then violation("unpack leaves something") end
  local again, second = pcall(pack, form, table.unpack(back, 2, back.n - 1))
  if not again then
    if is_limit(second) then return end
    violation("pack refuses what unpack made")
  end
  if second ~= bytes then violation("packed twice, it differs") end
  if not string.find(form, "[fcz]") then
    for i = 1, back.n - 2 do
      if not same(values[i], back[i + 1]) then
        violation("a value changes on its way")
      end
    end
  end
end

for position = -1, #data + 2, 1 + #data // 4 do
  local got = table.pack(pcall(unpack, form, data, position))
  if got[1] then
    local next = got[got.n]
    if next > #data + 1 then violation("unpack reads past the end") end
    if sized and position > 0 and position <= #data + 1
        and not string.find(form, "!") and position == 1
        and next ~= position + size then
      violation("unpack reads less than packsize")
    end
  end
end
)lua";

}  // namespace

void Run(std::string_view input) {
  DriveLines(input, 2, kDriver, {.steps = 20000});
}

}  // namespace m3lua::fuzz
