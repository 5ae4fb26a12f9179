-- Compiles and runs every kind of statement and expression.
local a <const>, b <close> = 17, setmetatable({}, {__close = function() end})
local t = {1, 2, 3, x = 1, ["a b"] = 2, [10] = "ten", n = {nested = {}}; f = function() end}
t.x, t.y, t[a] = t.x + 1, -t.x, #t
do local u = t.n.nested u.v = t.x end
local n = 0
while n < 3 do n = n + 1 if n == 2 then goto continue end ::continue:: end
repeat local done = n == 0 n = n - 1 until done
for i = 10, 1, -3 do n = n + i end
for i = 1.0, 2.0, 0.25 do n = n + i end
for k, v in pairs(t) do if k == "x" then break end end
for i, v in ipairs(t) do n = n + v end
if n == 1 then n = 2 elseif n == 3 then n = 4 else n = 5 end
function t.method(...) return select("#", ...), ... end
function t:name(p, ...) return self, p, ... end
local function recursive(k) if k == 0 then return 0 end return 1 + recursive(k - 1) end
assert(recursive(10) == 10)
assert(t:name(1, 2, 3) == t and t.method(1, 2, 3) == 3)
local s = "a" .. 1 .. 2.5 .. 'q' .. [[long
string]] .. "\65\x42\u{43}\z
   D"
assert(s == "a12.5qlong\nstringABCD")
local x = (1 + 2 * 3 - 4 / 5 % 6 ^ 2 // 7) | 8 & 9 ~ 10 << 2 >> 1 ~ ~5
local y = not (1 < 2 and 2 <= 3 or 3 > 4 and 4 >= 5 or 5 == 6 or 6 ~= 7)
assert(not y and math.type(x) == "integer")
local up1, up2 = 1, 2
local function outer()
  local function inner() up1 = up1 + up2 return up1 end
  return inner
end
assert(outer()() == 3)
