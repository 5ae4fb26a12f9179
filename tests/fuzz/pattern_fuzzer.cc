// Fuzz target: patterns.  Lines: pattern, replacement; the rest is the subject.
//
// However find, match, gmatch and gsub end, they must agree with each other.
#include <string_view>

#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/sandbox.h"

namespace m3lua::fuzz {
namespace {

constexpr std::string_view kDriver = R"lua(
local pattern, replacement, subject = ...
local find, match, gmatch, gsub, sub = string.find, string.match,
  string.gmatch, string.gsub, string.sub
local pcall, pack = pcall, table.pack

local function same(x, y, from, to)
  for i = from, to do if x[i] ~= y[i] then return false end end
  return true
end

-- Of limits, not of the pattern: the second of two may well meet one alone.
local function is_limit(r)
  return not r[1]
    and (r[2] == "not enough memory" or find(r[2], "budget exhausted", 1, true))
end

for init = 1, #subject + 2, 1 + #subject // 3 do
  local found = pack(pcall(find, subject, pattern, init))
  local matched = pack(pcall(match, subject, pattern, init))
  if is_limit(found) or is_limit(matched) then return end
  -- (A lone ")" is found as plain text, but is no pattern.)
  local special = find(pattern, "[%^%$%*%+%?%.%(%[%%%-]")
  if special and found[1] ~= matched[1] then violation("find or match fails alone") end
  if found[1] and found[2] and (special or matched[1]) then
    local first, last = found[2], found[3]
    if first < init or last < first - 1 or last > #subject then
      violation("find: a match outside of the subject")
    end
    if found.n == 3 then
      if matched[2] ~= sub(subject, first, last) then
        violation("match returns something else than find finds")
      end
    elseif found.n ~= matched.n + 2 then
      violation("find and match return different numbers of captures")
    else
      for i = 4, found.n do
        if found[i] ~= matched[i - 2] then violation("captures differ") end
      end
    end
  elseif found[1] and matched[1] and matched[2] ~= nil then
    violation("match finds what find does not")
  end
end

local ok, first, last = pcall(find, subject, pattern, 1, true)
if ok and first and sub(subject, first, last) ~= pattern then
  violation("a plain search finds something else")
end

local whole, count = nil, 0
ok, whole, count = pcall(gsub, subject, pattern, "%0")
if ok and whole ~= subject then violation("gsub with %0 changes the text") end
if ok and sub(pattern, 1, 1) ~= "^" then
  local n = 0
  local again = pcall(function()
    for _ in gmatch(subject, pattern) do n = n + 1 end
  end)
  if again and n ~= count then violation("gmatch and gsub count differently") end
end
-- (Captures are not looked at for %0, so a function may fail where it did not.)
local also, _, other = pcall(gsub, subject, pattern, function() end)
if ok and also and other ~= count then violation("a function changes gsub's count") end
pcall(gsub, subject, pattern, replacement)
pcall(gsub, subject, pattern, {x = "y", [""] = 1})
pcall(gsub, subject, pattern, replacement, 2)
)lua";

}  // namespace

void Run(std::string_view input) {
  // Steps of the matcher count as well (PatternMatcher::kCheckInterval).
  DriveLines(input, 2, kDriver, {.steps = 1 << 19});
}

}  // namespace m3lua::fuzz
