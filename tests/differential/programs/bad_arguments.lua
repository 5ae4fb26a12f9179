-- Each function of the library with none, one and two arguments of every kind:
-- every message (and kind of result) that a function has is shown once, with
-- the first call that gave it and the number of calls.
local values = {
  {"nil", nil}, {"true", true}, {"1", 1}, {"-1", -1}, {"0", 0}, {"3.0", 3.0}, {"1.5", 1.5}, {"nan", 0/0},
  {"'abc'", "abc"}, {"'10'", "10"}, {"' 0x1p1 '", " 0x1p1 "}, {"max", math.maxinteger}, {"min", math.mininteger},
  {"{}"}, {"{1,2,3}"}, {"coroutine"}, {"function", function(...) return ... end}, {"file", io.stderr},
}
-- What ends the program, disturbs it or asks the world; math.atan has a second
-- name in some builds, and its arguments, like math.fmod's, have no order.
local left_out = {}
for name in ([[os.exit os.execute os.tmpname os.remove os.rename os.getenv os.setlocale io.popen io.close io.output io.input io.read
  io.tmpfile io.lines print warn require dofile load collectgarbage coroutine.yield coroutine.running coroutine.close debug.debug
  debug.sethook debug.setmetatable debug.setcstacklimit debug.getregistry debug.setuservalue debug.getlocal string.dump math.random
  math.atan math.atan2 math.fmod math.cosh math.sinh math.tanh math.pow math.frexp math.ldexp math.log10]]):gmatch("%S+") do left_out[name] = true end
local untold = {["os.time"] = true, ["os.clock"] = true, ["os.date"] = true, ["math.randomseed"] = true}
local names, functions = {}, {}
local function add(name, f)
  if type(f) == "function" and not left_out[name] then names[#names + 1] = name; functions[name] = f end
end
for name, v in pairs(_G) do
  add(name, v)
  if type(v) == "table" and v ~= _G and name ~= "package" then for field, f in pairs(v) do add(name .. "." .. field, f) end end
end
table.sort(names)
-- PUC cuts levels to 32 bits.
local function sensible(name, a, b)
  return not (name:find("^debug%.") and (a[1] == "min" or b and b[1] == "min"))
end
local function fresh(v)
  if v[1] == "{}" then return {} elseif v[1] == "{1,2,3}" then return {1, 2, 3} elseif v[1] == "coroutine" then return coroutine.create(print) end
  return v[2]
end
local function show(ok, ...)
  local r = table.pack(...)
  for i = 1, r.n do r[i] = type(r[i]) == "string" and (ok and #r[i] > 30 and "long string" or r[i]) or math.type(r[i]) or type(r[i]) end
  return tostring(ok) .. " " .. table.concat(r, " ", 1, r.n)
end
local calls = 0
for _, name in ipairs(names) do
  local f, seen, order = functions[name], {}, {}
  local function try(label, ...)
    calls = calls + 1
    local result = (untold[name] and pcall(f, ...) and "ok" or show(pcall(f, ...))):gsub("0x%x+", "ADDRESS")
    if not seen[result] then order[#order + 1] = result; seen[result] = {label = label, count = 0} end
    seen[result].count = seen[result].count + 1
  end
  try("")
  for _, a in ipairs(values) do
    if sensible(name, a) then try(a[1], fresh(a)) end
    for _, b in ipairs(values) do
      if sensible(name, a, b) then try(a[1] .. ", " .. b[1], fresh(a), fresh(b)) end
    end
  end
  for _, result in ipairs(order) do
    local first = name .. "(" .. seen[result].label .. ") " .. result .. " " .. seen[result].count
    print((first:gsub("[^\32-\126]", "?")))
  end
end
print(calls)
