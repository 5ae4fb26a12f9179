local t = {}
for i = 1, 50 do
  t[#t + 1] = tostring(i * 1e10) .. (i / 7) .. i // 3 .. (i << 40)
  t[#t + 1] = ("%.14g"):format(math.sin(i)) .. math.floor(i / 2) .. math.tointeger(i * 1.0)
end
assert(#table.concat(t) > 500)
math.randomseed(42)
assert(math.random() < 1 and math.random(10) <= 10 and math.random(5, 6) >= 5)
fails("interval is empty", math.random, 2, 1)
fails("bad argument", math.fmod, 1, 0)
fails("attempt to perform 'n%%%%?0'", function() return 1 % 0 end)
assert(math.ult(1, -1) and math.abs(-1) == 1 and math.pi > 3 and math.huge > 1)
assert(select("#", next({1})) == 2 and rawlen({1, 2}) == 2 and rawequal(t, t) and type(nil) == "nil")
for k, v in next, {a = 1} do assert(k == "a") end
local _ENV = {tostring = tostring, setmetatable = setmetatable}
global_in_environment = tostring(1)
