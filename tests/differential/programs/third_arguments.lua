-- Functions of the library that take three arguments and more, the later ones
-- of every kind: each message once, as in bad_arguments.lua.
local kinds = {{"none"}, {"nil", nil}, {"true", true}, {"0", 0}, {"1", 1}, {"-1", -1}, {"2.0", 2.0}, {"2.5", 2.5}, {"1e300", 1e300}, {"max", math.maxinteger}, {"min", math.mininteger}, {"'x'", "x"}, {"' 7 '", " 7 "}, {"{}", {}}, {"function", function(...) return ... end}}
local function each(name, f, ...)
  local first, seen = table.pack(...), {}
  local function try(label, ...)
    local arguments = table.move(first, 1, first.n, 1, {})
    for i = 1, first.n do if type(arguments[i]) == "table" then arguments[i] = table.move(arguments[i], 1, #arguments[i], 1, {}) end end
    table.move({...}, 1, select("#", ...), first.n + 1, arguments)
    local r = table.pack(pcall(f, table.unpack(arguments, 1, first.n + select("#", ...))))
    for i = 1, r.n do r[i] = type(r[i]) == "string" and r[i] or type(r[i]) == "number" and r[i] or type(r[i]) == "boolean" and tostring(r[i]) or type(r[i]) end
    local result = table.concat(r, " ", 1, r.n)
    if not seen[result] then seen[result] = true; print(name .. label, result) end
  end
  for _, a in ipairs(kinds) do
    if a[1] == "none" then try("") else
      try(a[1], a[2])
      for _, b in ipairs(kinds) do if b[1] ~= "none" then try(a[1] .. "," .. b[1], a[2], b[2]) end end
    end
  end
end
each("find abc b ", string.find, "abc", "b"); each("find ab. ", string.find, "ab.", "."); each("match ", string.match, "abc", "(b)()"); each("gmatch ", string.gmatch, "abc", "b")
each("gsub ", string.gsub, "abc abc", "%w"); each("gsub %1 ", string.gsub, "abc abc", "%w", "<%0>"); each("gsub bad ", string.gsub, "abc", "b", "%2"); each("sub ", string.sub, "hello"); each("byte ", string.byte, "hello"); each("rep ", string.rep, "ab", 3)
each("rep0 ", string.rep, "ab", 0); each("format ", string.format, "%d %s"); each("format %5.1f", string.format, "%5.1f|%x"); each("pack ", string.pack, "i1 s1"); each("pack z", string.pack, "z d"); each("unpack ", string.unpack, "i1", "abc"); each("concat ", table.concat, {1, 2, 3}, ","); each("concat2 ", table.concat, {1, {}, 3}, ",", 1)
each("unpack ", table.unpack, {1, 2, 3}); each("insert ", table.insert, {1, 2, 3}); each("insert2 ", table.insert, {1, 2, 3}, 2); each("remove ", table.remove, {1, 2, 3}); each("move ", table.move, {1, 2, 3}, 1, 3); each("move2 ", table.move, {1, 2, 3}, 1, 2, 2); each("sort ", table.sort, {3, 1, 2})
each("utf8.len ", utf8.len, "aé€"); each("codepoint ", utf8.codepoint, "aé€"); each("offset ", utf8.offset, "aé€"); each("utf8.char ", utf8.char, 65); each("tonumber ", tonumber, "12"); each("select ", select, 1); each("rawset ", rawset, {}); each("setmetatable ", setmetatable, {}); each("load ", load, "return 1", "=c"); each("load mode ", load, "return 1", "=c", "t"); each("load b", load, "return 1", "=c", "b")
each("xpcall ", xpcall, error, function(m) return "handled " .. tostring(m) end); each("error ", function(...) error("m", ...) end); each("getinfo ", function(...) return type(debug.getinfo(...)) end, print); each("getinfo level ", function(...) return type(debug.getinfo(...)) end, 1); each("getupvalue ", debug.getupvalue, each); each("setupvalue ", debug.setupvalue, function() return kinds end); each("upvalueid ", debug.upvalueid, each); each("upvaluejoin ", debug.upvaluejoin, function() return kinds end, 1); each("traceback ", function(...) return type(debug.traceback(...)) end, "m"); each("setuservalue ", debug.setuservalue, io.tmpfile()); each("getuservalue ", debug.getuservalue, io.stdout)
each("seek ", io.tmpfile().seek, io.tmpfile()); each("seek end ", io.tmpfile().seek, io.tmpfile(), "end"); each("setvbuf ", io.tmpfile().setvbuf, io.tmpfile(), "full"); each("setvbuf ", io.tmpfile().setvbuf, io.tmpfile()); each("read ", function(...) for i = 1, select("#", ...) do local v = select(i, ...) if v == math.maxinteger or v == math.mininteger then return end end return io.tmpfile():read(...) end); each("write ", function(...) return io.type(io.tmpfile():write(...)) end); each("open ", io.open, "no/such/file"); each("io.type ", io.type); each("lines ", function(...) local f = io.tmpfile() return f:lines(...)() end)
each("os.time ", os.time, {year = 2020, month = 1, day = 1, hour = 12}); each("os.date ", os.date, "!%Y-%m-%d %H:%M:%S"); each("os.date *t ", os.date, "*t"); each("difftime ", os.difftime, 5); each("setlocale ", os.setlocale, "C"); each("searchpath ", package.searchpath, "m", "?.q"); each("random ", function(...) math.random(...) end); each("ult ", math.ult, 1); each("log ", math.log, 8); each("max ", math.max, 1); each("min ", math.min); each("rawequal ", rawequal, 1); each("ipairs ", ipairs, {}); each("next ", next, {1, 2}); each("rawlen ", rawlen, "x"); each("assert ", assert, false)
