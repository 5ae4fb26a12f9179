-- debug.getupvalue, setupvalue, upvalueid, upvaluejoin.

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok and message:find(text, 1, true),
         "expected '" .. text .. "', got '" .. tostring(message) .. "'")
end

local a, b = 1, 2
local function ab() return a, b end
local function ba() return b, a end

do  -- reading and writing
  local name, value = debug.getupvalue(ab, 1)
  assert(name == "a" and value == 1)
  name, value = debug.getupvalue(ab, 2)
  assert(name == "b" and value == 2)
  assert(select("#", debug.getupvalue(ab, 3)) == 0)
  assert(select("#", debug.getupvalue(ab, 0)) == 0)
  assert(select("#", debug.getupvalue(ab, -1)) == 0)
  assert(debug.setupvalue(ab, 1, 10) == "a" and a == 10)
  assert(select("#", debug.setupvalue(ab, 3, 10)) == 0)
  assert(debug.setupvalue(ab, 1, nil) == "a" and a == nil)
  a = 1
end

do  -- closed upvalues
  local function counter()
    local n = 0
    return function() n = n + 1 return n end
  end
  local c = counter()
  c()
  assert(select(2, debug.getupvalue(c, 1)) == 1)
  debug.setupvalue(c, 1, 41)
  assert(c() == 42)
  local t = {}
  debug.setupvalue(c, 1, t)
  t = setmetatable({t}, {__mode = "v"})
  collectgarbage()
  assert(t[1] and select(2, debug.getupvalue(c, 1)) == t[1])
end

do  -- _ENV of a chunk
  local f = load("return x")
  local name, value = debug.getupvalue(f, 1)
  assert(name == "_ENV" and value == _G)
  debug.setupvalue(f, 1, {x = "env"})
  assert(f() == "env")
end

do  -- identity
  local id = debug.upvalueid
  assert(type(id(ab, 1)) == "userdata")
  assert(id(ab, 1) == id(ba, 2) and id(ab, 2) == id(ba, 1))
  assert(id(ab, 1) ~= id(ab, 2))
  assert(id(ab, 3) == nil and id(ab, 0) == nil and id(print, 1) == nil)
end

do  -- joining
  local x, y = "x", "y"
  local function f() return x end
  local function g() return y end
  debug.upvaluejoin(f, 1, g, 1)
  assert(f() == "y" and debug.upvalueid(f, 1) == debug.upvalueid(g, 1))
  y = "new"
  assert(f() == "new" and x == "x")
  collectgarbage()
  assert(f() == "new")
end

do  -- native functions: upvalues without names
  local name, value = debug.getupvalue(string.gmatch("x", "x"), 1)
  assert(name == nil or name == "")
  assert(select("#", debug.getupvalue(print, 1)) == 0)
end

do  -- stripped
  local f = load(string.dump(ab, true))
  assert(debug.getupvalue(f, 1) == "(no name)")
  assert(debug.setupvalue(f, 2, 7) == "(no name)")
  assert(select(2, f()) == 7)
end

do  -- errors
  fails("function expected, got number", debug.getupvalue, 1, 1)
  fails("number expected, got no value", debug.getupvalue, ab)
  fails("value expected", debug.setupvalue, ab, 1)
  fails("function expected, got nil", debug.upvalueid, nil, 1)
  fails("bad argument #2 to 'upvaluejoin' (invalid upvalue index)",
        function() debug.upvaluejoin(ab, 3, ba, 1) end)
  fails("bad argument #4 to 'upvaluejoin' (invalid upvalue index)",
        function() debug.upvaluejoin(ab, 1, ba, 3) end)
  fails("invalid upvalue index", debug.upvaluejoin, print, 1, ba, 1)
end

print("OK")
