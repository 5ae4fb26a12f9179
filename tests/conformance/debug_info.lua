-- debug.getinfo: what it tells of functions and of frames.

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok and message:find(text, 1, true),
         "expected '" .. text .. "', got '" .. tostring(message) .. "'")
end

-- The fields of a table in order, "a=1 b=true"; functions and tables by type.
local function fields(t)
  local list = {}
  for k, v in pairs(t) do
    if type(v) == "function" or type(v) == "table" then v = type(v) end
    list[#list + 1] = k .. "=" .. tostring(v)
  end
  table.sort(list)
  return table.concat(list, " ")
end
local function equal(got, expected)
  assert(got == expected, "expected: " .. expected .. "\ngot:      " .. got)
end

do  -- functions
  local f = load("local a, b = ...\nreturn a\n", "@name.lua")
  equal(fields(debug.getinfo(f)),
        "currentline=-1 ftransfer=0 func=function istailcall=false " ..
        "isvararg=true lastlinedefined=0 linedefined=0 namewhat= " ..
        "nparams=0 ntransfer=0 nups=1 short_src=name.lua source=@name.lua " ..
        "what=main")
  equal(fields(debug.getinfo(print)),
        "currentline=-1 ftransfer=0 func=function istailcall=false " ..
        "isvararg=true lastlinedefined=-1 linedefined=-1 namewhat= " ..
        "nparams=0 ntransfer=0 nups=0 short_src=[C] source==[C] what=C")
  local up = 1
  local function g(a, b)
    return up
  end
  local info = debug.getinfo(g, "Su")
  assert(info.what == "Lua" and info.nups == 1 and info.nparams == 2)
  assert(info.isvararg == false and info.lastlinedefined ==
         info.linedefined + 2)
  assert(debug.getinfo(g, "f").func == g)
  equal(fields(debug.getinfo(g, "")), "")
  equal(fields(debug.getinfo(g, "n")), "namewhat=")
end

do  -- chunk names
  local function source(name)
    local info = debug.getinfo(load("return 1", name), "S")
    return info.short_src
  end
  equal(source("=name"), "name")
  equal(source("@dir/file.lua"), "dir/file.lua")
  equal(source("text"), '[string "text"]')
  equal(source("line one\nline two"), '[string "line one..."]')
  equal(source("@" .. ("d"):rep(80)), "..." .. ("d"):rep(56))
  equal(source("=" .. ("d"):rep(80)), ("d"):rep(59))
end

do  -- levels
  local function level(n, what) return debug.getinfo(n, what) end
  assert(level(0, "f").func == debug.getinfo)
  assert(level(1, "f").func == level)
  assert(debug.getinfo(1, "S").what == "main")
  assert(debug.getinfo(1000) == nil and debug.getinfo(-1) == nil)
  assert(debug.getinfo(1, "l").currentline == 66)
  assert(debug.getinfo(1, "t").istailcall == false)
  local function info() return (debug.getinfo(2, "nSlt")) end
  local function caller() local i = info() return i end
  local i = caller()
  assert(i.name == "caller" and i.namewhat == "local" and not i.istailcall)
  local function tail() return caller() end
  i = tail()
  assert(i.name == nil and i.namewhat == "" and i.istailcall)
end

do  -- errors
  fails("bad argument #2 to 'getinfo' (invalid option)",
        function() debug.getinfo(1, "X") end)
  fails("bad argument #2 to 'getinfo' (invalid option '>')",
        function() debug.getinfo(1, ">") end)
  fails("bad argument #1 to 'getinfo' (number expected, got string)",
        function() debug.getinfo("x") end)
  fails("number expected, got no value", debug.getinfo)
  fails("invalid option", debug.getinfo, print, "nX")
  assert(debug.getinfo(100, "X") == nil)
  equal(fields(debug.getinfo(print, "f\0X")), "func=function")  -- ends at a zero
  equal(fields(debug.getinfo(print, "\0>")), "")
end

do  -- active lines
  local function lines(code)
    local list = {}
    local f = load(code)
    for line in pairs(debug.getinfo(f, "L").activelines) do
      list[#list + 1] = line
    end
    table.sort(list)
    return table.concat(list, " ")
  end
  equal(lines("\n\nx = 1\n\nreturn\n\n"), "3 5")
  equal(lines("local a = 1\n\nlocal function f()\n  a = 2\nend\nf()"),
        "1 5 6")
  equal(lines("for i = 1, 2 do\n\n  x = i\nend\n"), "1 3 4")
  local function f()
    local x = 1

    return x
  end
  local active = debug.getinfo(f, "L").activelines
  local first = debug.getinfo(f, "S").linedefined
  assert(not active[first] and active[first + 1] and not active[first + 2] and
         active[first + 3] and active[first + 4])
  assert(debug.getinfo(print, "L").activelines == nil)
  local stripped = load(string.dump(f, true))
  assert(next(debug.getinfo(stripped, "L").activelines) == nil)
end

do  -- stripped code
  local function f(a, b) return a end
  local info = debug.getinfo(load(string.dump(f, true)), "Sl")
  assert(info.source == "=?" and info.short_src == "?")
  assert(info.currentline == -1 and info.what == "Lua")
end

do  -- names of functions, from the calling code
  local function name(level)
    local info = debug.getinfo(level + 1, "n")
    return info.namewhat .. " " .. tostring(info.name)
  end
  local function own() local n = name(1) return n end
  equal(own(), "local own")
  globalname = own
  equal(globalname(), "global globalname")
  globalname = nil
  local t = {field = own, method = own}
  equal(t.field(), "field field")
  equal(t:method(), "method method")
  equal((t.field)(), "field field")
  t[1] = own
  equal(t[1](), "field integer index")
  local function up() local n = own() return n end
  equal(up(), "upvalue own")
  equal((function() return (name(1)) end)(), " nil")
  local result
  for i in function(_, c)
    if c then return end
    result = name(1)
    return 1
  end do end
  equal(result, "for iterator for iterator")
  table.sort({2, 1}, function(a, b)
    result = name(1) .. " " .. name(2)
    return a < b
  end)
  equal(result, " nil field sort")
  local mt = {}
  for _, event in ipairs{"add", "sub", "mul", "div", "mod", "pow", "unm", "idiv",
                         "band", "bor", "bxor", "shl", "shr", "bnot", "concat",
                         "len", "eq", "lt", "le", "index", "newindex",
                         "close"} do
    mt["__" .. event] = function() local r = name(1) result = r return r end
  end
  local a, b = setmetatable({}, mt), setmetatable({}, mt)
  local r
  local function check(event) equal(result, "metamethod " .. event) end
  r = a + 1 check("add") r = 1 - a check("sub") r = a * 2 check("mul")
  r = a / 2 check("div") r = a % 2 check("mod") r = a ^ 2 check("pow")
  r = -a check("unm") r = a // b check("idiv") r = a & 1 check("band")
  r = a | 1 check("bor") r = a ~ 1 check("bxor") r = a << 1 check("shl")
  r = a >> 1 check("shr") r = ~a check("bnot") r = a .. "x" check("concat")
  r = #a check("len") r = a == b check("eq") r = a < b check("lt")
  r = a > 1 check("lt") r = a <= b check("le") r = a >= 1 check("le")
  r = a.x check("index") r = a[1] check("index") a.x = 1 check("newindex")
  do local c <close> = a end check("close")
  local function closes() local c <close> = a return 1 end
  closes() check("close")
  result = nil
  setmetatable({}, {__gc = function() result = name(1) end})
  collectgarbage()
  equal(result, "metamethod __gc")
end

do  -- coroutines
  local co = coroutine.create(function(a)
    local b = coroutine.yield(a)
    return b
  end)
  assert(debug.getinfo(co, 0) == nil)
  coroutine.resume(co, 1)
  local info = debug.getinfo(co, 0, "Sn")
  assert(info.what == "C" and info.name == "yield")
  info = debug.getinfo(co, 1, "Sl")
  assert(info.what == "Lua" and info.currentline == info.linedefined + 1)
  assert(debug.getinfo(co, 2) == nil)
  coroutine.resume(co)
  assert(debug.getinfo(co, 0) == nil)
end

print("OK")
