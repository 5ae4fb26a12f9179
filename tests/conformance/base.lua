-- The basic functions (manual 6.1), but for load & co. and collectgarbage.

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "an error was expected: " .. text)
  assert(string.find(tostring(message), text, 1, true),
         "expected '" .. text .. "', got '" .. tostring(message) .. "'")
end

local function pack_is(wanted, ...)
  local got = table.pack(...)
  assert(got.n == #wanted, "got " .. got.n .. " values, not " .. #wanted)
  for i = 1, got.n do assert(rawequal(got[i], wanted[i]), "value " .. i) end
end

do  -- globals
  assert(_VERSION == "Lua 5.4")
  assert(_G._G == _G and package.loaded._G == _G)
  for _, name in ipairs {
    "assert", "collectgarbage", "dofile", "error", "getmetatable", "ipairs",
    "load", "loadfile", "next", "pairs", "pcall", "print", "rawequal",
    "rawget", "rawlen", "rawset", "require", "select", "setmetatable",
    "tonumber", "tostring", "type", "warn", "xpcall",
  } do
    assert(type(_G[name]) == "function", name)
  end
end

do  -- assert
  pack_is({1, "x", 3}, assert(1, "x", 3))
  fails("value expected", assert)
  local t = {}
  local ok, e = pcall(assert, false, t, 2)
  assert(not ok and e == t)
  ok, e = pcall(assert, nil)
  assert(not ok and e == "assertion failed!")
  ok, e = pcall(assert, nil, nil)
  assert(not ok and e == nil)
  ok, e = pcall(function() assert(false) end)
  assert(string.find(e, "^.*base.lua:%d+: assertion failed!$"), e)
end

do  -- type, tostring
  local names = {[1] = "number", [2.5] = "number", x = "string",
                 [print] = "function", [true] = "boolean",
                 [coroutine.create(print)] = "thread", [{}] = "table",
                 [io.stdout] = "userdata"}
  for v, name in pairs(names) do assert(type(v) == name) end
  assert(type(nil) == "nil")
  fails("bad argument #1 to 'type' (value expected)", type)
  fails("value expected", tostring)
  assert(tostring(nil) == "nil" and tostring(true) == "true")
  assert(tostring(12) == "12" and tostring(-0.0) == "-0.0")
  assert(tostring(1e15) == "1e+15" and tostring(2.0) == "2.0")
  assert(string.find(tostring({}), "^table: 0x%x+$"))
  assert(string.find(tostring(print), "^function: "))
  local named = setmetatable({}, {__name = "Thing"})
  assert(string.find(tostring(named), "^Thing: 0x%x+$"))
  assert(tostring(setmetatable({}, {__tostring = function() return "t" end}))
         == "t")
  fails("'__tostring' must return a string", tostring,
        setmetatable({}, {__tostring = function() return {} end}))
end

do  -- tonumber
  assert(tonumber("10") == 10 and math.type(tonumber("10")) == "integer")
  assert(tonumber("  0x1p4  ") == 16.0 and tonumber("1e1") == 10.0)
  assert(tonumber("") == nil and tonumber("1 2") == nil)
  assert(tonumber("1e") == nil and tonumber("0x") == nil)
  assert(tonumber({}) == nil and tonumber("x") == nil)
  assert(tonumber(nil) == nil)
  fails("value expected", tonumber)
  assert(tonumber("1\0") == nil)
  assert(tonumber("9223372036854775808") == 2^63)
  assert(tonumber("0xffffffffffffffff") == -1)
  assert(tonumber("  -ff  ", 16) == -255 and tonumber("zZ", 36) == 35 * 37)
  assert(tonumber("+7", 8) == 7 and tonumber("8", 8) == nil)
  assert(tonumber("1.0", 10) == nil and tonumber("", 10) == nil)
  assert(tonumber("- 1", 10) == nil and tonumber("1e1", 16) == 0x1e1)
  assert(tonumber("ffffffffffffffffff", 16) == -1)  -- wraps around
  fails("bad argument #1 to 'tonumber' (string expected, got number)",
        tonumber, 10, 10)
  fails("bad argument #2 to 'tonumber' (base out of range)", tonumber, "1", 1)
  fails("base out of range", tonumber, "1", 37)
end

do  -- select
  assert(select("#") == 0 and select("#", nil, nil) == 2)
  pack_is({"b", "c"}, select(2, "a", "b", "c"))
  pack_is({"c"}, select(-1, "a", "b", "c"))
  pack_is({}, select(4, "a", "b", "c"))
  pack_is({"a", "b"}, select("1", "a", "b"))
  fails("bad argument #1 to 'select' (index out of range)", select, 0)
  fails("index out of range", select, -2, "a")
  fails("number expected, got no value", select)
end

do  -- raw access
  local t = setmetatable({}, {__index = function() return 1 end,
                              __newindex = error, __len = function() return 9 end,
                              __eq = function() return true end})
  assert(rawget(t, "x") == nil and rawset(t, "x", 5) == t and t.x == 5)
  assert(rawlen(t) == 0 and rawlen("abc") == 3 and rawlen {1, 2} == 2)
  assert(not rawequal(t, setmetatable({}, getmetatable(t))))
  assert(rawequal(1, 1.0) and not rawequal(1, "1"))
  fails("table or string expected", rawlen, 5)
  fails("table expected, got number", rawget, 1, 1)
  fails("table index is nil", rawset, {}, nil, 1)
  fails("table index is NaN", rawset, {}, 0/0, 1)
  fails("value expected", rawequal, 1)
end

do  -- metatables
  local t, mt = {}, {}
  assert(getmetatable(t) == nil and setmetatable(t, mt) == t)
  assert(getmetatable(t) == mt and setmetatable(t, nil) == t)
  assert(getmetatable(t) == nil)
  assert(getmetatable("").__index == string)
  mt.__metatable = "locked"
  setmetatable(t, mt)
  assert(getmetatable(t) == "locked")
  fails("cannot change a protected metatable", setmetatable, t, {})
  mt.__metatable = false
  assert(getmetatable(t) == false)
  fails("cannot change a protected metatable", setmetatable, t, {})
  fails("nil or table expected", setmetatable, {})
  fails("nil or table expected", setmetatable, {}, 1)
  fails("table expected, got string", setmetatable, "x", {})
  fails("value expected", getmetatable)
end

do  -- next, pairs, ipairs
  assert(next {} == nil)
  pack_is({1, "a"}, next {"a"})
  assert(select("#", next({}, nil)) == 1)
  fails("invalid key to 'next'", next, {10}, 3)
  fails("table expected", next)
  local f, t, start = pairs {}
  assert(f == next and type(t) == "table" and start == nil)
  assert(select("#", pairs {}) == 3)
  fails("bad argument #1 to 'pairs' (value expected)", pairs)
  fails("bad argument #1 to 'for iterator' (table expected, got nil)",
        function() for _ in pairs(nil) do end end)
  local o = setmetatable({}, {__pairs = function(self)
    return function(_, k) if not k then return 1, self end end, self, nil, 1, 2
  end})
  assert(select("#", pairs(o)) == 3)
  local seen = 0
  for k, v in pairs(o) do
    seen = seen + 1
    assert(k == 1 and v == o)
  end
  assert(seen == 1)
  -- a metamethod may yield
  local co = coroutine.wrap(function()
    for k in pairs(setmetatable({}, {__pairs = function()
      coroutine.yield("in __pairs")
      return next, {x = 1}
    end})) do return k end
  end)
  assert(co() == "in __pairs" and co() == "x")

  local sum = 0
  for i, v in ipairs {1, 2, 3, nil, 5} do sum = sum + i * v end
  assert(sum == 14)
  fails("bad argument #1 to 'ipairs' (value expected)", ipairs)
  local log = {}
  for i, v in ipairs(setmetatable({}, {__index = function(_, i)
    if i <= 3 then return i * 10 end
  end})) do log[i] = v end
  assert(#log == 3 and log[3] == 30)
  for i, c in ipairs("abc") do error("strings have no elements") end
  assert(ipairs {} == ipairs {1})
  -- fields may be removed while a traversal goes on
  local big, count = {}, 0
  for i = 1, 100 do big[i], big["k" .. i] = i, i end
  for k in pairs(big) do
    big[k] = nil
    count = count + 1
  end
  assert(count == 200 and next(big) == nil)
end

do  -- pcall, xpcall, error
  pack_is({true, 1, 2}, pcall(function(...) return ... end, 1, 2))
  pack_is({true}, pcall(function() end))
  fails("value expected", pcall)
  local t = {}
  local ok, e = pcall(error, t)
  assert(not ok and e == t)
  ok, e = pcall(error)
  assert(not ok and e == nil)
  ok, e = pcall(error, "m", 0)
  assert(e == "m")
  local function level1() error("m") end
  local function level2() error("m", 2) end
  ok, e = pcall(level1)
  assert(string.find(e, "^.*base.lua:%d+: m$"), e)
  local line = debug.getinfo(1, "l").currentline + 1
  ok, e = pcall(function() level2() end)
  assert(string.find(e, "base.lua:" .. line .. ": m", 1, true), e)
  ok, e = pcall(error, 12, 1)
  assert(e == 12)
  ok, e = pcall(1)
  assert(not ok and e == "attempt to call a number value")
  -- handlers see the stack of the error
  local inside
  local function thrower() error("x") end
  ok, e = xpcall(thrower, function(m)
    inside = debug.getinfo(3, "f").func
    return "<" .. m .. ">"
  end)
  assert(not ok and inside == thrower and string.find(e, "^<.*: x>$"), e)
  pack_is({true, 3, 4}, xpcall(function(...) return ... end, print, 3, 4))
  fails("bad argument #2 to 'xpcall' (function expected, got no value)",
        xpcall, print)
  -- an error in the handler
  ok, e = xpcall(error, function() error("again") end, "x")
  assert(not ok)
  -- nesting
  pack_is({true, true, true, 7}, pcall(pcall, pcall, function() return 7 end))
  ok, e = pcall(pcall, error, "deep", 0)
  assert(ok == true and e == false)
  -- pcall yields
  local co = coroutine.wrap(function()
    return pcall(function()
      coroutine.yield(1)
      error("later", 0)
    end)
  end)
  assert(co() == 1)
  pack_is({false, "later"}, co())
  -- runaway recursion is an error that can be caught, again and again
  for _ = 1, 3 do
    local function f() return 1 + f() end
    ok, e = pcall(f)
    assert(not ok and string.find(e, "stack overflow", 1, true), e)
  end
end

do  -- warn
  fails("bad argument #1 to 'warn' (string expected, got no value)", warn)
  fails("bad argument #2 to 'warn' (string expected, got table)",
        warn, "x", {})
  assert(select("#", warn("@off")) == 0)
end

do  -- print
  assert(select("#", print()) == 0)
  fails("'__tostring' must return a string", print,
        setmetatable({}, {__tostring = function() return 1 == 2 end}))
  fails("from tostring", print,
        setmetatable({}, {__tostring = function() error("from tostring") end}))
end

do  -- next takes the keys that it gives: a float equal to one is none of them
  local t = {1, 2, [2^53] = 3}
  assert(next(t, 1) == 2)
  for _, key in ipairs{1.0, 2.0, 2.0^53} do
    local ok, e = pcall(next, t, key)
    assert(not ok and string.find(e, "invalid key to 'next'", 1, true))
  end
end

print("ok")
