local s = ("x"):rep(100, "-") .. ("long text "):rep(20)
assert(#s == 399)
for i = 1, 20 do s = s .. i .. i / 3 .. tostring(i) end
assert(s:upper():lower():reverse():len() == #s)
assert(("%d %5.2f %s %q %x %c %i %g %a %-10s|"):format(1, 2.5, {} ~= nil, "quo\nted\0", 255, 65, 3, 1e100, 0.5, "left"))
assert(("%s %s"):format(("y"):rep(2000), setmetatable({}, {__tostring = function() return "meta" .. "string" end})))
assert(#("%q"):format(("z\n"):rep(1000)) > 1000)
assert(s:sub(10, 300):byte(1, 50))
assert(#string.char(s:byte(1, 100)) == 100)
assert(tostring(1e15) and tostring(-0.0) and tostring(2^63) and tostring(print):find("builtin") or true)
assert(tonumber("0x1p4") == 16 and tonumber("  12  ") == 12 and tonumber("z", 36) == 35 and not tonumber("1e"))
assert(math.tointeger("8") == 8 and "10" + 5 == 15 and "3" * "4" == 12 and 10 .. "" == "10")
fails("invalid conversion", string.format, "%y", 1)
fails("resulting string too large", string.rep, s, 1 << 60)
assert(("a,b,c"):gsub(",", ";") == "a;b;c")
assert(#tostring(setmetatable({}, {__name = "A name of a type"})) > 10)
local parts = {}
for i = 1, 100 do parts[#parts + 1] = "a string that is longer than forty bytes, number " .. i end
assert(#table.concat(parts) > 4000)
