-- Small programs on which the differential fuzzer (tests/fuzz/differential)
-- once found a difference.
local pieces = function(list)
  local i = 0
  return function() i = i + 1 return list[i] end
end

-- A reader function fails behind what is wrong already, or is not wanted.
print(load(pieces{"a", ".b", ":", "c ", "= ", "1", {}}, "=x"))
print(load(pieces{"return '\\q'", false}, "=x"))
print(load(pieces{"ret", "urn 3..2", 1, {}}, "=x", "b"))
print(load(pieces{"\27Lua", 1}, "=x", "t"))
print(load(pieces{"local\na\n<const>\n=\n1;\na\n=\n2", {}}, "=x"))
-- … but not inside a token that goes on.
print(pcall(load, pieces{"ret", "urn 3..2", false}, "=x"))
print(pcall(load, pieces{"x\n=\n'a", {}}, "=x"))

-- Keys that no traversal gives.
print(pcall(next, {10}, 1.0), pcall(next, {[2^53] = 1}, 2.0^53))
print(next({10}, 1), next({[2^53] = 1}))

print(pcall(coroutine.isyieldable, nil))
print(coroutine.isyieldable(), coroutine.isyieldable(coroutine.create(print)))

-- A format ends at a zero byte.
print(string.pack("<i2\0z", 3):byte(1, -1))
print(string.unpack("<i2\0z", "\1\2\3"), string.packsize("i4\0i4"))

-- Code without names.
print(pcall(load(string.dump(load("local x <close> = 42"), true))))

-- The name of a constant ends at a zero byte.
print(pcall(function() return 1 | "a\0b" end))

-- Arguments are checked last to first.
print(pcall(math.fmod), pcall(math.fmod, 1), pcall(math.fmod, {}, {}))

-- A function in a condition captures a variable that its jump leaves.
do
  local kept
  for i = 7, 9 do
    if (function(f) kept = f return true end)(function() return i end) then
      break
    end
  end
  local a, b, c, d = "a", "b", "c", "d"
  print(kept(), a, b, c, d)
  while true do
    local x = 5
    if not (function(f) kept = f end)(function() x = x + 1 return x end) then
      goto out
    end
  end
  ::out::
  local e, f, g, h = "e", "f", "g", "h"
  print(kept(), kept(), e, f, g, h)
  for i = 1, 1 do
    if function() return i end then break end
  end
  assert(load(string.dump(load[[
    for i = 1, 1 do if function() return i end then break end end
    for i = 1, 1 do if not function() return i end then break end end
  ]])))()
end

-- Limits and steps of loops at every edge, of either kind.
do
  local nan, huge = 0 / 0, math.huge
  local values = {
    0, 1, -1, 3, math.maxinteger, math.mininteger, -0.0, 0.5, -1.5,
    nan, huge, -huge, 2^53, 2^63, -2^63, "1", {},
  }
  local function show(v) return type(v) == "table" and "t" or tostring(v) end
  local lines = {}
  for _, first in ipairs(values) do
    for _, limit in ipairs(values) do
      for _, step in ipairs(values) do
        local rounds, seen = 0, {}
        local ok, e = pcall(function()
          for i = first, limit, step do
            rounds = rounds + 1
            seen[rounds] = show(i)
            if rounds == 3 then break end
          end
        end)
        lines[#lines + 1] = table.concat({
          show(first), show(limit), show(step), rounds,
          table.concat(seen, ","), ok and "" or e}, " ")
      end
    end
  end
  -- (The sign of a NaN is not for sure.)
  print((table.concat(lines, "\n"):gsub("%-nan", "nan")))
end

-- The variable is named when its chain of __call ends in no function, also
-- where the stack of a young coroutine has to grow for the call.
do
  local c0 = 5
  local c1 = setmetatable({}, {__call = c0})
  local c2 = setmetatable({}, {__call = c1})
  local function calls(depth, ...)
    print(pcall(function(...) c2(1, 2) end, ...))
    print(pcall(function(...) c2(...) end, ...))
    print(pcall(function(...) return c2(...) end, ...))
    print(pcall(function(...) return (c2(1, ...)) end, ...))
    if depth > 0 then return calls(depth - 1, depth, ...) end
  end
  calls(3)
  for size = 1, 120 do
    coroutine.wrap(function() calls(2, table.unpack({}, 1, size)) end)()
  end
end

-- A stack overflow is an error of the caller's line, whether its frame or that
-- of a native function is the first without room.
for size = 0, 35, 7 do
  local code = "local function f() local t = {" .. ("1,"):rep(size) ..
    "} math.floor(1)\n local s <const> = select('#', 1, 2)\n return 1 + f() " ..
    "end return f()"
  local _, message = pcall(load(code, "=overflow"))
  print((message:gsub("\n.*", ""):gsub(":%d+:", ":line:")))
end
