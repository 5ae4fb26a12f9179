-- Bugs of PUC Lua 5.4.2 (https://www.lua.org/bugs.html#5.4.2), tried on us; the table is in
-- docs/known_bugs.md. CVE-2021-43519 (coroutines and the C stack) is in ../cve.

local function bug(title, test)
  local ok, message = xpcall(test, debug.traceback)
  assert(ok, "bug: " .. title .. "\n" .. tostring(message))
end

bug("debug.getinfo(0, '>') takes a function that is not there", function()
  for _, what in ipairs{">", ">n", ">S", "n>", ">f", "x", "nSlx", ("S"):rep(1000)} do
    local valid = what:find("^S+$")
    local ok, message = pcall(debug.getinfo, 1, what)
    assert(ok == (valid ~= nil), what)
    assert(ok or message:find("invalid option", 1, true), message)
    assert(pcall(debug.getinfo, print, what) == (valid ~= nil), what)
    assert(pcall(debug.getinfo, coroutine.running(), 1, what) == (valid ~= nil), what)
  end
end)

bug("the message of table.concat uses the wrong format for numbers", function()
  for _, i in ipairs{1, -1, math.maxinteger, math.mininteger, 1 << 32} do
    local ok, message = pcall(table.concat, {[i] = {}}, ",", i, i)
    assert(not ok and message:find("at index " .. i .. " ", 1, true), message)
  end
end)

bug("whether a value is on the stack is asked by comparing pointers", function()
  local ok, message = pcall(function() return setmetatable({}, {__index = 10}).x end)
  assert(not ok and message:find("attempt to index a number value$"), message)
  ok, message = pcall(function() setmetatable({}, {__newindex = true}).x = 1 end)
  assert(not ok and message:find("attempt to index a boolean value$"), message)
  ok, message = pcall(function() local t = {__index = {}}; setmetatable(t.__index, {__index = 1})
    return setmetatable({}, t).x end)
  assert(not ok and message:find("attempt to index a number value$"), message)
end)

bug("a call of something else than a function is named badly", function()
  local function fails(f, text)
    local ok, message = pcall(f)
    assert(not ok and message:find(text, 1, true), message)
  end
  local bad = setmetatable({}, {__add = 34, __lt = {}, __concat = false, __index = 1})
  fails(function() return bad + 1 end, "metamethod 'add'")
  fails(function() return bad < bad end, "metamethod 'lt'")
  fails(function() local a; a(13) end, "local 'a'")
  fails(function() local _ <close> = setmetatable({}, {__close = 1}) end, "close")
  fails(function() for _ in {} do end end, "for iterator 'for iterator'")
end)

bug("pointers into the stack are kept over its reallocation", function()
  -- The stack grows inside of each operation that works on stack slots.
  local function grow(n) if n == 0 then return 0 end return 1 + grow(n - 1) end
  for depth = 100, 1500, 350 do
    local result = coroutine.wrap(function()
      local mt = {}
      local o = setmetatable({}, mt)
      local function hungry(value)
        return function(...) grow(depth) return value == nil and select("#", ...) or value end
      end
      mt.__index, mt.__newindex, mt.__call = hungry("i"), hungry(), hungry("c")
      mt.__concat, mt.__add, mt.__len, mt.__eq = hungry("x"), hungry("a"), hungry(5), hungry(true)
      mt.__lt, mt.__le, mt.__unm, mt.__close = hungry(true), hungry(false), hungry("u"), hungry()
      local a, b, c = o.x, o("y"), "s" .. o .. "t"
      o.z = 1
      local closed
      do local _ <close> = o; closed = true end
      local list = {o.a, o.b, o(1), #o, -o, o == setmetatable({}, mt), o < o, o <= o}
      for k in hungry(nil), o, nil do if k then break end end
      return table.concat({a, b, c, list[1], list[3], list[4], list[5]}, " ") ..
        tostring(list[6]) .. tostring(list[7]) .. tostring(list[8])
    end)()
    assert(result == "i c sx i c 5 utruetruefalse", result)
  end
end)
