-- goto, loops and their edges, multiple assignment, varargs, evaluation order.

-- goto: continue, nested breaks, backward jumps, labels of the same name.
for i = 1, 3 do
  for j = 1, 3 do
    if j == 2 then goto continue end
    if i == 3 then goto done end
    io.write(i, ",", j, " ")
    ::continue::
  end
end
::done:: print()
do local i = 1; ::again:: io.write(i, " "); i = i * 2; if i < 100 then goto again end print() end
do goto skip; ::back:: print("back"); goto out; ::skip:: print("skip"); goto back; ::out:: end
do do goto b; ::a:: print("never"); ::b:: end ::a:: end
local steps = 0
do
  local state = "start"
  ::dispatch:: steps = steps + 1
  if state == "start" then state = "middle"; goto dispatch
  elseif state == "middle" and steps < 5 then goto dispatch
  elseif state == "middle" then state = "stop"; goto dispatch end
  print(state, steps)
end
for _, src in ipairs {
  "goto nowhere", "::a:: ::a::", "goto f; local x; ::f:: print(x)", "break",
  "do ::x:: end goto x", "goto x; do ::x:: end", "repeat goto c; local y; ::c:: until y",
  "while true do break; print(1) end", "for i = 1, 2 do local function f() break end end",
  "local x <const> = 1; x = 2", "local x <foo> = 1", "return return", "x = = 1", "f(",
  "local function f() goto l end ::l::", "x = 'abc", "x = [[abc", "for i in", "if x then",
  "a.b:c = 1", "1 = x", "(f)", "f() = 1", "local t = {1, 2", "x = }", "x = 1e", "x = 0x",
  "x = '\\q'", "x = '\\300'", "x = '\\u{110000000}'", "--[[ open", "goto 1", "...", "local ... = 1",
  "function f(a, ..., b) end", "function f() return ... end", "x = 3 = 4", "and", "x = #",
  "local a <close>, b <close> = 1, 2", "for a.b = 1, 2 do end", "a, b + 1 = 1", "x = a b", "\1"} do
  print(src, select(2, load(src, "=chunk")))
end

-- Numeric for: direction, floats, overflow, errors, modified variable.
local function collect(a, b, c)
  local out = {}
  for i = a, b, c do out[#out + 1] = tostring(i); if #out > 12 then break end end
  return table.concat(out, " ")
end
print(collect(1, 5, 1)); print(collect(5, 1, -2)); print(collect(1, 0, 1)); print(collect(1, 1, -1))
print(collect(1.0, 3, 1)); print(collect(1, 3, 0.5)); print(collect(0.1, 1, 0.3)); print(collect(3, 1.5, -1))
print(collect(math.maxinteger - 2, math.maxinteger, 1)); print(collect(math.mininteger + 1, math.mininteger, -1))
print(collect(math.maxinteger - 1, math.huge, 1)); print(collect(1, -math.huge, -1))
print(collect(math.maxinteger, math.mininteger, -math.maxinteger)); print(collect(1, 3.9, 1)); print(collect(-1, -3.9, -1))
print(collect(math.mininteger, math.maxinteger, math.maxinteger)); print(collect(1, 0 / 0, 1))
for _, args in ipairs {{1, 10, 0}, {"1", 2, 1}, {1, "x", 1}, {1, 2, {}}, {1.5, 2, 0.0}, {{}, 1, 1}} do
  print(pcall(collect, args[1], args[2], args[3]))
end
for i = 1, 3 do local j = i; i = 10; io.write(j, ":", i, " ") end print()

-- Generic for: state, control, extra values, errors.
local function iter(s, c) c = c + 1; if c <= s then return c, c * 10, "x" end end
for a, b, c, d in iter, 3, 0 do print(a, b, c, d) end
for k in next, {} do print("never", k) end
print(pcall(function() for k in 5 do end end)); print(pcall(function() for k in nil do end end))
print(pcall(function() for k, v in pairs(nil) do end end)); print(pcall(ipairs))
for i, v in ipairs({1, 2, nil, 4}) do io.write(i, "=", v, " ") end print()
for i, v in ipairs(setmetatable({}, {__index = function(_, i) if i < 4 then return i * i end end})) do io.write(i, "=", v, " ") end print()
do local t = {a = 1, b = 2, c = 3, 10, 20, 30}; local n = 0
  for k in pairs(t) do t[k] = nil; n = n + 1 end; print(n, next(t)) end
print(pcall(next, {}, "nokey")); print(next({}), next({5})); print(rawequal(next, pairs({})))

-- Assignment order and swapping, nested calls, adjusted results.
local i, t = 1, {}
i, t[i] = i + 1, 20; print(i, t[1], t[2])
local a, b, c = (function() return 1, 2, 3 end)(); print(a, b, c)
a, b, c = 0, (function() return 1, 2, 3 end)(); print(a, b, c)
a, b, c = (function() return 1, 2, 3 end)(), 10; print(a, b, c)
a, b = b, a; print(a, b)
print((select("#", (function() end)())), (select("#", ((function() end)()))))
local function three() return 1, 2, 3 end
print(three(), three()); print((three())); print(({three(), three()})[4], #{three(), (three())})
print(#{three(), nil}, #{n = three()}, select(-1, three()), select(2, three()))
print(pcall(select, 0)); print(pcall(select, -5, 1)); print(select("#"), select("#", nil, nil))
local function va(...)
  local x, y = ...
  local packed = table.pack(...)
  return x, y, packed.n, select("#", ...), (...), ...
end
print(va()); print(va(nil)); print(va(1, nil, 3)); print((va(7, 8)))
local function tail(n, ...) if n == 0 then return ... end return tail(n - 1, n, ...) end
print(tail(6)); print(select("#", tail(200)))
print(pcall(function() local function inf(n) return 1 + inf(n + 1) end return inf(1) end))

-- and/or/not, comparison chains, short circuits, precedence.
print(nil and 1, false or nil, 1 and 2, nil or "d", not nil, not 0, 1 or error("no"), false and error("no"))
print(1 .. 2 == "12", 2 ^ 3 ^ 2, -2 ^ 2, not 1 == 2, 1 + 2 < 4 and "y" or "n", "a" .. "b" .. 1 + 2)
print(7 // 2 * 2 + 7 % 2, 1 << 2 + 1, 5 & 3 | 8 ~ 1, ~0 >> 60, "5" + 0 | 0, - - 3, not not nil)
local x <const>, y <const> = 10, "const"; print(x + 1, y .. x)
repeat local stop = true until stop
while false do end
if nil then elseif false then else print("else") end
do local function f(...) local a <const> = ...; return function() return a end end print(f(5)()) end
;;; print("end")
