-- The rest of the debug library: metatables of all types, the registry, user
-- values, the interactive mode.

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok and message:find(text, 1, true),
         "expected '" .. text .. "', got '" .. tostring(message) .. "'")
end

do  -- metatables
  assert(debug.getmetatable("").__index == string)
  assert(debug.getmetatable(1) == nil and debug.getmetatable({}) == nil)
  local mt = {__index = {field = 5}, __call = function() return "called" end,
              __len = function() return 3 end, __metatable = "locked"}
  local function with(v, check)
    assert(debug.setmetatable(v, mt) == v)
    assert(debug.getmetatable(v) == mt)
    check(v)
    assert(rawequal(debug.setmetatable(v, nil), v))
    assert(debug.getmetatable(v) == nil)
  end
  with(10, function() assert((3).field == 5 and (1.5)() == "called") end)
  with(nil, function() assert((nil).field == 5 and #nil == 3) end)
  with(true, function() assert((false).field == 5) end)
  with(print, function() assert(fails.field == 5) end)
  with(coroutine.create(print),
       function(co) assert(co.field == 5 and co() == "called") end)
  local t = setmetatable({}, {__metatable = "locked"})
  assert(getmetatable(t) == "locked" and debug.getmetatable(t) ~= "locked")
  assert(debug.setmetatable(t, {}) == t and getmetatable(t) ~= "locked")
  fails("nil or table expected", debug.setmetatable, 1, 1)
  fails("nil or table expected", debug.setmetatable, 1)
  fails("value expected", debug.getmetatable)
end

do  -- registry
  local registry = debug.getregistry()
  assert(registry == debug.getregistry())
  assert(registry[2] == _G and type(registry[1]) == "thread")
  assert(registry._LOADED == package.loaded)
end

do  -- user values
  assert(select("#", debug.getuservalue(1)) == 1)
  assert(debug.getuservalue({}) == nil and debug.getuservalue(io.stdin) == nil)
  assert(debug.getuservalue(io.stdin, 1) == nil)
  assert(debug.getuservalue(io.stdin, -1) == nil)
  assert(debug.setuservalue(io.stdin, 5) == nil, "files have no user value")
  fails("userdata expected, got number", debug.setuservalue, 1, 2)
  fails("value expected", debug.setuservalue, io.stdin)
end

do
  assert(debug.setcstacklimit(100) == debug.setcstacklimit(200))
  fails("number expected, got no value", debug.setcstacklimit)
end

do  -- debug.debug reads commands from the standard input
  local name = os.tmpname()
  local file = assert(io.open(name, "w"))
  file:write("print('one') x = 1\nx = \nerror({})\nprint(x)\ncont\nprint(2)\n")
  file:close()
  local program = arg[-1]
  local i = -1
  while arg[i - 1] do
    i = i - 1
    program = arg[i]
  end
  local pipe = io.popen(program .. " -e 'debug.debug() print(\"end\")' < " ..
                        name .. " 2>&1")
  local text = pipe:read("a")
  pipe:close()
  os.remove(name)
  assert(text:find("one", 1, true) and text:find("end\n", 1, true), text)
  assert(text:find("unexpected symbol near", 1, true), text)
  assert(text:find("(debug command):2:", 1, true), text)
  assert(select(2, text:gsub("lua_debug> ", "")) == 5, text)
end

print("OK")
