-- load of texts, functions, and binary chunks; string.dump.
local f = must(load("local a, b = ... return a + b, function() return a end, {...}", "=chunk"))
assert(f(1, 2) == 3)
local dumped = string.dump(f)
assert(must(load(dumped, "d", "b"))(3, 4) == 7)
assert(must(load(string.dump(f, true)))(3, 4) == 7)
local pieces = {"return ", "1", " + ", "2", " .. 'a long enough constant to be a string of its own'"}
local i = 0
assert(must(load(function() i = i + 1 return pieces[i] end, "=pieces", "t", {}))())
fails("unexpected symbol", load, "x = = 1")
fails("attempt to load a text chunk", load, "return 1", "x", "b")
fails("bad binary format", load, dumped:sub(1, -5))
fails("oops", load, function() error("oops") end)
-- A source with many functions, constants, locals and jumps.
local lines = {}
for k = 1, 40 do
  lines[#lines + 1] = ("local v%d = %d.5 function f%d(x) if x > %d then return 'text number %d' .. v%d end for i = 1, x do x = x - i end return x end")
    :format(k, k, k, k, k, k)
end
local environment = {}
must(load(table.concat(lines, "\n"), "@big.lua", "t", environment))()
assert(environment.f7(100) == "text number 77.5")
local name = "many"
local parts = {}
for k = 1, 300 do parts[k] = ("t.a%d = 'v%d' goto l%d ::l%d::"):format(k, k, k, k) end
must(load("local t = ... " .. table.concat(parts, " ")))({})
