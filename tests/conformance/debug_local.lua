-- debug.getlocal and setlocal: variables of frames, parameters of functions.

-- The variables of a level (or a coroutine's level) as "a=1 b=2"; temporaries
-- left out.
local function variables(level, co)
  local function get(i)
    if co then return debug.getlocal(co, level, i) end
    return debug.getlocal(level + 3, i)
  end
  local list = {}
  local function add(step)
    local i = step
    while true do
      local name, value = get(i)
      if not name then return end
      if not name:find("temporary") then
        list[#list + 1] = name .. "=" .. tostring(value)
      end
      i = i + step
    end
  end
  add(1)
  add(-1)
  return table.concat(list, " ")
end
local function equal(got, expected)
  assert(got == expected, "expected: " .. expected .. "\ngot:      " .. got)
end
local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok and message:find(text, 1, true),
         "expected '" .. text .. "', got '" .. tostring(message) .. "'")
end

do  -- scopes
  local function f(a, b)
    equal(variables(1), "a=1 b=nil")
    local x <const> = 5  -- no variable: replaced by its value
    local y = 2
    do
      local z = 3
      equal(variables(1), "a=1 b=nil y=2 z=3")
    end
    local y = 4
    equal(variables(1), "a=1 b=nil y=2 y=4")
    return y
  end
  f(1)
  local function loops()
    for i = 5, 5 do
      local n, s = debug.getlocal(1, 4)
      assert(n == "i" and s == 5)
      assert(debug.getlocal(1, 1) == "(for state)")
    end
    for k, v in pairs{10} do
      local n, s = debug.getlocal(1, 6)
      assert(n == "v" and s == 10)
      assert(debug.getlocal(1, 4) == "(for state)")
    end
    equal(variables(1), "")
  end
  loops()
end

do  -- extra arguments
  local function f(a, ...)
    equal(variables(1), "a=1 (vararg)=2 (vararg)=nil (vararg)=4")
    assert(debug.setlocal(1, -3, "new") == "(vararg)")
    assert(select(3, ...) == "new")
    assert(debug.setlocal(1, -4, "new") == nil)
    assert(debug.getlocal(1, -5) == nil)
  end
  f(1, 2, nil, 4)
  local function g(a, b, ...) equal(variables(1), "a=1 b=nil") end
  g(1)
end

do  -- assignment
  local function set() assert(debug.setlocal(2, 1, "set") == "a") end
  local function f(a)
    set()
    return a
  end
  assert(f(1) == "set")
  local function shared()
    local a = 1
    local function get() return a end
    set()
    return get()
  end
  assert(shared() == "set")
end

do  -- temporaries, values of native functions
  local function f()
    local name, value = debug.getlocal(2, 1)
    assert(name == "(C temporary)" and type(value) == "table")
    assert(debug.getlocal(2, 1000) == nil)
    return false
  end
  table.sort({2, 1}, f)
  local function g() return debug.getlocal(2, 1) end
  local function caller() return 1 .. select(1, g()) end
  assert(caller() == "1(temporary)")
  local name, value = debug.getlocal(0, 1)
  assert(name == "(C temporary)" and value == 0)
end

do  -- whatever is asked for, nothing breaks
  local function poke(value)
    for level = 2, 3 do
      for i = 1, 30 do
        local name, old = debug.getlocal(level, i)
        if name == "(temporary)" then debug.setlocal(level, i, value) end
      end
    end
    collectgarbage()
    return 1
  end
  local function f(v) return pcall(function()
    return {poke(v), {poke(v), x = poke(v), poke(v)}, [poke(v)] = poke(v)},
           poke(v) .. poke(v), poke(v) + poke(v) * (poke(v) - poke(v))
  end) end
  f(nil) f(1) f("text") f({}) f(print)
end

do  -- parameters of functions
  local function f(a, b, c, ...) local d end
  local list = {}
  for i = -1, 5 do list[#list + 1] = tostring(debug.getlocal(f, i)) end
  equal(table.concat(list, " "), "nil nil a b c nil nil")
  assert(debug.getlocal(print, 1) == nil)
  assert(debug.getlocal(load(string.dump(f, true)), 1) == nil)
end

do  -- coroutines
  local co = coroutine.create(function(a, b)
    local c = a + b
    local d = coroutine.yield(c)
    assert(c == 99)
    error("stop")
  end)
  fails("level out of range", debug.getlocal, co, 0, 1)
  coroutine.resume(co, 1, 2)
  equal(variables(1, co), "a=1 b=2 c=3")
  assert(debug.setlocal(co, 1, 3, 99) == "c")
  local ok, message = coroutine.resume(co, 5)
  assert(not ok and message:find("stop"))
  equal(variables(1, co), "a=1 b=2 c=99 d=5")
end

do  -- errors
  fails("bad argument #1 to 'getlocal' (level out of range)",
        function() debug.getlocal(100, 1) end)
  fails("level out of range", debug.getlocal, -1, 1)
  fails("bad argument #1 to 'setlocal' (level out of range)",
        function() debug.setlocal(100, 1, 1) end)
  fails("number expected, got no value", debug.getlocal, 1)
  fails("value expected", debug.setlocal, 1, 1)
  fails("number expected, got nil", debug.getlocal, nil, 1)
end

do  -- setlocal looks at the level first
  local function message(...)
    return (select(2, pcall(debug.setlocal, ...)))
  end
  assert(string.find(message(), "#1", 1, true))
  assert(string.find(message("x", "y"), "#1", 1, true))
  assert(string.find(message(1, "y"), "#2", 1, true))
  assert(string.find(message(1, 1), "#3", 1, true))
end

print("OK")
