-- load, loadfile, dofile (manual 6.1), chunk names, binary chunks.

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "an error was expected: " .. text)
  assert(string.find(tostring(message), text, 1, true),
         "expected '" .. text .. "', got '" .. tostring(message) .. "'")
end

local function refused(text, f, message)
  assert(f == nil, "the chunk should not have been loaded: " .. text)
  assert(string.find(message, text, 1, true),
         "expected '" .. text .. "', got '" .. message .. "'")
end

do  -- texts
  assert(load("return 1 + 1")() == 2)
  assert(load("local a, b = ...; return b, a")(1, 2) == 2)
  assert(select("#", load("")()) == 0)
  refused('[string "x ="]:1: unexpected symbol near <eof>', load("x ="))
  refused("name:1: ", load("x =", "=name"))
  refused("file.lua:2: ", load("\nx = =", "@file.lua"))
  refused('[string "line"]:1: ', load("=", "line"))
  refused('[string "first..."]:1:', load("=", "first\nsecond"))
  refused("[string \"" .. string.rep("x", 45) .. "...\"]:1:",
          load("=", string.rep("x", 100)))
  assert(load("return 5", "=x", "t")() == 5)
  assert(load(12) == nil)  -- "12" as a text
  fails("bad argument #1 to 'load' (function expected, got nil)", load, nil)
  fails("function expected, got no value", load)
  fails("string expected, got table", load, "x", {})
  fails("string expected, got table", load, "x", "n", {})
end

do  -- mode
  local code = string.dump(load("return 7"))
  refused("attempt to load a text chunk (mode is 'b')",
          load("return 1", "n", "b"))
  refused("attempt to load a binary chunk (mode is 't')", load(code, "n", "t"))
  refused("attempt to load a text chunk (mode is '')", load("x", "n", ""))
  assert(load(code, "n", "b")() == 7 and load(code, "n", "bt")() == 7)
  assert(load(code)() == 7)
end

do  -- environments
  local env = {}
  assert(load("x = 1; return _ENV", "n", "t", env)() == env and env.x == 1)
  assert(load("return x", "n", "t", {x = "y"})() == "y")
  fails("attempt to index a nil value (upvalue '_ENV')",
        load("return x", "n", "t", nil))
  assert(load("return _ENV")() == _G)
  -- functions of one text have upvalues of their own
  local f, g = load("return _ENV"), load("return _ENV")
  debug.setupvalue(f, 1, env)
  assert(f() == env and g() == _G)
end

do  -- reader functions
  local function pieces(list)
    local i = 0
    return function()
      i = i + 1
      return list[i]
    end
  end
  assert(load(pieces {"return ", "1", "2"})() == 12)
  assert(load(pieces {"return 1", "", "+ 1"})() == 1)  -- "" ends the text
  assert(load(pieces {})() == nil)
  assert(load(pieces {"return ", 3})() == 3)  -- numbers are strings
  refused("(load):1:", load(pieces {"x ="}))
  refused("name:1:", load(pieces {"x ="}, "=name"))
  refused("reader function must return a string", load(pieces {{}}))
  local thing = {}
  local _, f, e = pcall(load, function() error(thing) end)
  assert(f == nil and e == thing)
  -- errors of readers, but not of texts, pass the message handler outside
  local function handled(reader, name)
    local ok, _, message = xpcall(load, function(m)
      return "handled " .. m
    end, reader, name)
    assert(ok)
    return message
  end
  assert(handled(function() error("oh", 0) end) == "handled oh")
  assert(handled(function() return {} end) ==
         "handled reader function must return a string")
  assert(handled(pieces {"x ="}, "=n") == "n:1: unexpected symbol near <eof>")
  local inner
  handled(function()
    inner = select(2, load(function() error("oh", 0) end))
  end)
  assert(inner == "handled oh")
  handled(function()
    inner = select(3, pcall(load, function() error("oh", 0) end))
  end)
  assert(inner == "oh")  -- pcall is in between
  local co = coroutine.wrap(function()
    return select(2, load(function() error("oh", 0) end))
  end)
  assert(xpcall(function() assert(co() == "oh") end, print))
  -- byte by byte, with strings that are cut
  local text = [==[
    local s = "a\
b" .. [[long
string]] .. 'x' -- comment
    goto out
    do error("not here") end
    ::out:: return s, 1e2, 0x10, "\u{48}\z
       y"]==]
  local i = 0
  local s, n, h, u = load(function()
    i = i + 1
    return string.sub(text, i, i)
  end)()
  assert(s == "a\nblong\nstringx" and n == 100.0 and h == 16 and u == "Hy")
  -- a reader that never ends is left as soon as the text is wrong
  local calls = 0
  local endless
  endless, e = load(function()
    calls = calls + 1
    return string.rep("x = = 1\n", 1000)
  end)
  refused("unexpected symbol near '='", endless, e)
  assert(calls < 100)
  -- binary chunks come in pieces, too
  local code = string.dump(load("return ... .. 'z'"))
  i = 0
  assert(load(function()
    i = i + 1
    return string.sub(code, i, i)
  end)("y") == "yz")
  -- a reader can't yield
  local co = coroutine.create(function() return load(coroutine.yield) end)
  local ok, none, message = coroutine.resume(co)
  assert(ok and none == nil and
         message == "attempt to yield across a C-call boundary", message)
end

do  -- string.dump
  local up = 5
  local function with_upvalue() return up end
  for _, strip in ipairs {false, true} do
    local copy = load(string.dump(load [[
      local a, b = ...
      local function f(n) if n < 2 then return n end return f(n-1) + f(n-2) end
      return f(a), {b, "text", 1.5, -7, true, nil, 2^53}, 1 << 40
    ]], strip))
    local x, t, n = copy(15, "b")
    assert(x == 610 and t[1] == "b" and t[2] == "text" and t[3] == 1.5)
    assert(t[4] == -7 and t[5] == true and t[6] == nil and t[7] == 2^53)
    assert(n == 1 << 40)
    -- upvalues are fresh: the first one is the globals, here
    assert(load(string.dump(with_upvalue, strip))() == _G)
  end
  fails("unable to dump given function", string.dump, print)
  fails("attempt to perform arithmetic on a nil value",
        load(string.dump(load("return x.y.z + q", "=chunk"), true),
             "n", "b", {x = {y = {}}}))
  local ok, e = pcall(load(string.dump(load("error('m')", "=chunk"))))
  assert(e == "chunk:1: m")
  ok, e = pcall(load(string.dump(load("error('m')", "=chunk"), true)))
  assert(e == "m")
end

do  -- broken binary chunks never do harm
  local code = string.dump(load("local a = ...; return a and {a, 'x', 1.5}"))
  for i = 1, #code - 1 do
    local f, e = load(string.sub(code, 1, i))
    assert(f == nil and type(e) == "string")
  end
  refused("truncated", load(string.sub(code, 1, #code // 2), "=name"))
  for i = 1, #code do
    for _, byte in ipairs {0, 1, 127, 255} do
      local broken =
          string.sub(code, 1, i - 1) .. string.char(byte) ..
          string.sub(code, i + 1)
      load(broken, "=broken")
    end
  end
end

do  -- files
  local name = os.tmpname()
  local function write(text)
    local f = assert(io.open(name, "wb"))
    f:write(text)
    f:close()
  end
  write("return 1, ...")
  assert(select("#", loadfile(name)(2)) == 2)
  assert(dofile(name) == 1)
  write("#!shebang = = \nerror('second line')")
  local ok, e = pcall(dofile, name)
  assert(not ok and e == name .. ":2: second line", e)
  for _, bom in ipairs {"", "\xEF\xBB\xBF"} do
    write(bom .. "# only a comment")
    assert(loadfile(name)() == nil)
    write(bom .. "return 'x'")
    assert(dofile(name) == "x")
    write(bom .. "#\n" .. string.dump(load("return 'binary'")))
    assert(dofile(name) == "binary")
    refused("attempt to load a binary chunk (mode is 't')",
            loadfile(name, "t"))
    write(bom)
    assert(loadfile(name)() == nil)
  end
  write("\xEF\xBB" .. "return 1")
  refused("unexpected symbol near '<\\239>'", loadfile(name))
  write("x = 5; return _ENV")
  local env = {}
  assert(loadfile(name, "t", env)() == env and env.x == 5)
  write("x = =")
  refused(name .. ":1: unexpected symbol near '='", loadfile(name))
  fails(name .. ":1: unexpected symbol near '='", dofile, name)
  assert(os.remove(name))
  refused("cannot open " .. name .. ": No such file or directory",
          loadfile(name))
  fails("cannot open " .. name, dofile, name)
  refused("cannot read /tmp", loadfile("/tmp"))
  -- dofile yields
  write("local x = coroutine.yield(1); return x, ...")
  local co = coroutine.wrap(function() return dofile(name) end)
  assert(co() == 1 and co("back") == "back")
  os.remove(name)
end

print("ok")
