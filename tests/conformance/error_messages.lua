-- Messages of errors: which variable, field, constant or function they name.
--
-- Each case is a chunk and the whole message that it ends with.

local function check(code, expected)
  local ok, message = pcall(assert(load(code, "=c")))
  assert(not ok, "no error: " .. code)
  assert(message == expected,
         code .. "\n  expected: " .. expected .. "\n  got:      " ..
         tostring(message))
end

-- Operands are named by the variable, field or constant they came from.
check("a = {} + 1", "c:1: attempt to perform arithmetic on a table value")
check("a = {} | 1",
      "c:1: attempt to perform bitwise operation on a table value")
check("local a = {}; return a.x + 1",
      "c:1: attempt to perform arithmetic on a nil value (field 'x')")
check("local a, b = {}, {}; return a.x + b.y",
      "c:1: attempt to perform arithmetic on a nil value (field 'x')")
check("local a, b = 1, {}; return a + b",
      "c:1: attempt to perform arithmetic on a table value (local 'b')")
check("local a, b = {}, {}; return 1 + b.y",
      "c:1: attempt to perform arithmetic on a nil value (field 'y')")
check([[local a = "x"; return 1 + a]],
      "c:1: attempt to add a 'number' with a 'string'")
check("return undefined + 1",
      "c:1: attempt to perform arithmetic on a nil value (global 'undefined')")
check("local a, b; (function() a = b + 1.1 end)()",
      "c:1: attempt to perform arithmetic on a nil value (upvalue 'b')")
check("local a; (function() a = a.x.y end)()",
      "c:1: attempt to index a nil value (upvalue 'a')")
check("return -nil", "c:1: attempt to perform arithmetic on a nil value")
check("return -undefined",
      "c:1: attempt to perform arithmetic on a nil value (global 'undefined')")
check("return #5", "c:1: attempt to get length of a number value")
check("return #undefined",
      "c:1: attempt to get length of a nil value (global 'undefined')")
check("local t = {}; return #t.x",
      "c:1: attempt to get length of a nil value (field 'x')")
check("return ~{}",
      "c:1: attempt to perform bitwise operation on a table value")
check("aaa = (1)..{}", "c:1: attempt to concatenate a table value")
check([[local t = {}; return "x" .. t.x]],
      "c:1: attempt to concatenate a nil value (field 'x')")
check([[local t = {}; t = t .. "x" .. "y"]],
      "c:1: attempt to concatenate a table value (local 't')")
check([[local t = {}; t = "x" .. t .. "y"]],
      "c:1: attempt to concatenate a table value (local 't')")
check([[local t = {}; t = "x" .. "y" .. t]],
      "c:1: attempt to concatenate a table value (local 't')")
check([[return "abc" + 1]], "c:1: attempt to add a 'string' with a 'number'")
check("local a = {} return 2 ^ a",
      "c:1: attempt to perform arithmetic on a table value (local 'a')")
check("local a = {} return a // 2",
      "c:1: attempt to perform arithmetic on a table value (local 'a')")
check("local a = {} return a >> 2",
      "c:1: attempt to perform bitwise operation on a table value (local 'a')")
check("for i = 1, 2 do local x = i .. nil end",
      "c:1: attempt to concatenate a nil value")
check("while nil + 1 do end",
      "c:1: attempt to perform arithmetic on a nil value")
check("return (function(...) return ... + 1 end)({})",
      "c:1: attempt to perform arithmetic on a table value")
check("return (function(a) local b = a; return b + 1 end)({})",
      "c:1: attempt to perform arithmetic on a table value (local 'b')")
check("local a = 2.0^100; local x = a << 2",
      "c:1: number (local 'a') has no integer representation")
check("local a = 1.5 return 2 >> a",
      "c:1: number (local 'a') has no integer representation")
check("return ~2.5", "c:1: number has no integer representation")
check([[local a = 2 | "1.5"]],
      "c:1: attempt to perform bitwise operation on a string value (constant '1.5')")
check("aaa = 24 // 0", "c:1: attempt to divide by zero")
check("aaa = 1 % 0", "c:1: attempt to perform 'n%0'")

-- What is indexed.
check("local t; t[1] = 5", "c:1: attempt to index a nil value (local 't')")
check("local t; t.x, t.y = 1, 2",
      "c:1: attempt to index a nil value (local 't')")
check("local t = {}; t[1][2] = 3",
      "c:1: attempt to index a nil value (field 'integer index')")
check("local t = {}; t.x.y.z = 1",
      "c:1: attempt to index a nil value (field 'x')")
check([[local t = {}; local k = "kk"; t[k].x = 1]],
      "c:1: attempt to index a nil value (field '?')")
check("local t = {}; return t[t].x",
      "c:1: attempt to index a nil value (field '?')")
check("undefined.x = 1",
      "c:1: attempt to index a nil value (global 'undefined')")
check("return undefined.x.y",
      "c:1: attempt to index a nil value (global 'undefined')")
check("local t = {}; t.a, t.b = t.y.z, 1",
      "c:1: attempt to index a nil value (field 'y')")
check([[return ("x").y.z]], "c:1: attempt to index a nil value (field 'y')")
check("local a <const> = nil; a.x = 1", "c:1: attempt to index a nil value")
check("local a = {}; a.b:c()", "c:1: attempt to index a nil value (field 'b')")
check("local a = {}; a:b().c = 1",
      "c:1: attempt to call a nil value (method 'b')")
check("local _ENV = {}; x.y = 1",
      "c:1: attempt to index a nil value (global 'x')")
check("local _ENV = 5; x = 1",
      "c:1: attempt to index a number value (local '_ENV')")
check("local a = setmetatable({}, {__index = 5}) a = a.x.y",
      "c:1: attempt to index a number value")
check("local t = {} t[nil] = 1", "c:1: table index is nil")
check("local t = {} t[0/0] = 1", "c:1: table index is NaN")

-- What is called.
check("local a; a(13)", "c:1: attempt to call a nil value (local 'a')")
check("undefined()", "c:1: attempt to call a nil value (global 'undefined')")
check("aaa = {}; do local aaa = 1 end aaa:bbbb(3)",
      "c:1: attempt to call a nil value (method 'bbbb')")
check("local a = {}; a.bbbb(3)",
      "c:1: attempt to call a nil value (field 'bbbb')")
check("local a = {}; a[1]()",
      "c:1: attempt to call a nil value (field 'integer index')")
check("local a = {}; a[1.5]()", "c:1: attempt to call a nil value (field '?')")
check("local a = {}; local k = 1; a[k]()",
      "c:1: attempt to call a nil value (field '?')")
check("(nil)()", "c:1: attempt to call a nil value")
check([[("x")()]], "c:1: attempt to call a string value (constant 'x')")
check("return (1)()", "c:1: attempt to call a number value")
check([[local a <const> = "x"; a()]],
      "c:1: attempt to call a string value (constant 'x')")
check("local up; (function() up() end)()",
      "c:1: attempt to call a nil value (upvalue 'up')")
check("local _ENV = {}; x()", "c:1: attempt to call a nil value (global 'x')")
check("local function f() return g.h() end g = {} return f()",
      "c:1: attempt to call a nil value (field 'h')")
check("return (undefined or undefined)()", "c:1: attempt to call a nil value")
check("for i in 5 do end",
      "c:1: attempt to call a number value (for iterator 'for iterator')")
check("for i in nil, 1 do end",
      "c:1: attempt to call a nil value (for iterator 'for iterator')")
check("local a = setmetatable({}, {__add = 34}) a = a + 1",
      "c:1: attempt to call a number value (metamethod 'add')")
check("local a = setmetatable({}, {__lt = {}}) a = a > a",
      "c:1: attempt to call a table value (metamethod 'lt')")
check([[local a = setmetatable({}, {__concat = 5}) a = a .. "x"]],
      "c:1: attempt to call a number value (metamethod 'concat')")
check("local a = setmetatable({}, {__index = true}) a = a.x",
      "c:1: attempt to index a boolean value")
check("local a = setmetatable({}, {__call = 3}) a()",
      "c:1: attempt to call a number value (local 'a')")
check("local x <close> = setmetatable({}, {__close = 5}) getmetatable(x).__close = nil",
      "c:1: attempt to call a nil value (metamethod 'close')")
check("local x <close> = 5", "c:1: variable 'x' got a non-closable value")

-- Comparisons and loops.
check("a = {} < 1", "c:1: attempt to compare table with number")
check("a = {} <= {}", "c:1: attempt to compare two table values")
check("return nil > 1", "c:1: attempt to compare number with nil")
check([[return "a" < 1]], "c:1: attempt to compare string with number")
check("for i = {}, 10 do end",
      "c:1: bad 'for' initial value (number expected, got table)")
check([[for i = 1, "x" do end]],
      "c:1: bad 'for' limit (number expected, got string)")
check("for i = 1, 10, {} do end",
      "c:1: bad 'for' step (number expected, got table)")
check("for i = 1, 10, 0 do end", "c:1: 'for' step is zero")

-- __name of a metatable is the type's name.
check([[return setmetatable({}, {__name = "My"}) + 1]],
      "c:1: attempt to perform arithmetic on a My value")
check([[return setmetatable({}, {__name = "My"}) < 1]],
      "c:1: attempt to compare My with number")
check([[return setmetatable({}, {__name = "My"})()]],
      "c:1: attempt to call a My value")
check("return io.stdin + 1",
      "c:1: attempt to perform arithmetic on a FILE* value (field 'stdin')")
check([[return ("x"):rep(io.stdin)]],
      "c:1: bad argument #1 to 'rep' (number expected, got FILE*)")

-- Native functions are named as they are called, or as a library holds them.
check("string.rep()",
      "c:1: bad argument #1 to 'rep' (string expected, got no value)")
check([[("x"):rep()]],
      "c:1: bad argument #1 to 'rep' (number expected, got no value)")
check([[("x").rep(nil)]],
      "c:1: bad argument #1 to 'rep' (string expected, got nil)")
check("local s = string.rep; s()",
      "c:1: bad argument #1 to 's' (string expected, got no value)")
check("local t = {f = string.rep}; t.f()",
      "c:1: bad argument #1 to 'f' (string expected, got no value)")
check("local t = {f = string.rep}; t:f()",
      "c:1: calling 'f' on bad self (string expected, got table)")
check("pcall(string.rep) error(select(2, pcall(string.rep)), 0)",
      "bad argument #1 to 'string.rep' (string expected, got no value)")
check([[("x"):bad()]], "c:1: attempt to call a nil value (method 'bad')")
check([[math.floor("x")]],
      "c:1: bad argument #1 to 'floor' (number expected, got string)")
check("setmetatable(1, {})",
      "c:1: bad argument #1 to 'setmetatable' (table expected, got number)")
check("return setmetatable({}, 1)",
      "c:1: bad argument #2 to 'setmetatable' (nil or table expected, got number)")
check([[string.format("%d", "x")]],
      "c:1: bad argument #2 to 'format' (number expected, got string)")
check([[string.format("%d", 1.5)]],
      "c:1: bad argument #2 to 'format' (number has no integer representation)")
check("table.concat({1, {}, 3})",
      "c:1: invalid value (table) at index 2 in table for 'concat'")
check("tostring()", "c:1: bad argument #1 to 'tostring' (value expected)")
check("ipairs()", "c:1: bad argument #1 to 'ipairs' (value expected)")
check("select(0)", "c:1: bad argument #1 to 'select' (index out of range)")
check([[debug.getinfo(1, "X")]],
      "c:1: bad argument #2 to 'getinfo' (invalid option)")
check("debug.getlocal(100, 1)",
      "c:1: bad argument #1 to 'getlocal' (level out of range)")
check("debug.upvaluejoin(print, 1, print, 1)",
      "c:1: bad argument #2 to 'upvaluejoin' (invalid upvalue index)")
check("debug.setmetatable(1)",
      "c:1: bad argument #2 to 'setmetatable' (nil or table expected, got no value)")
check("coroutine.yield()", "attempt to yield from outside a coroutine")

-- Positions: where the function was that called error, by level.
check([[error("x")]], "c:1: x")
check([[error("x", 0)]], "x")
check([[error("x", 2)]], "x")
check([[local function f() error("x", 2) end f()]], "c:1: x")
check([[return error("x")]], "c:1: x")
check([[local function f() return error("x") end f()]], "c:1: x")
check([[local x <close> = setmetatable({}, {__close = function() error("in close") end}) error("first")]],
      "c:1: in close")

do  -- a field named _ENV is no environment
  local ok, message = pcall(load("local a = {_ENV = {}}; return a._ENV.x()",
                                 "=c"))
  -- (Before 5.4.7 PUC Lua said "global".)
  assert(not ok and message:find("attempt to call a nil value", 1, true))
end

do  -- a value that is no string is passed on as it is
  local t = {}
  local ok, e = pcall(error, t)
  assert(not ok and e == t)
  ok, e = pcall(error)
  assert(not ok and e == nil)
end

do  -- stripped code has no names and no lines
  local f = load(string.dump(load("local a; a.b = 1"), true))
  local ok, message = pcall(f)
  assert(not ok and message == "?:-1: attempt to index a nil value", message)
end

print("OK")
