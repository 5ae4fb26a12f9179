-- debug.traceback: the whole text.

local first  -- lines count from here

-- The lines of a traceback down to the first main chunk, joined by "|"; this
-- file's name is taken away.
local function relative(text)
  local list = {}
  for line in text:gmatch("[^\n]+") do
    line = line:gsub("^\t", "")
    line = line:gsub("[^%s<]*traceback%.lua:(%d+)",
                     function(n) return tostring(n - first) end)
    list[#list + 1] = line
    if line:find("in main chunk", 1, true) then break end
  end
  return table.concat(list, "|")
end
local function equal(got, expected)
  assert(got == expected, "\nexpected: " .. expected .. "\ngot:      " .. got)
end
local function line() return debug.getinfo(2, "l").currentline end

do  -- messages that are no strings, levels
  local t = {}
  assert(debug.traceback(t) == t and debug.traceback(print) == print)
  assert(debug.traceback(true) == true)
  assert(debug.traceback("m", 100) == "m\nstack traceback:")
  assert(debug.traceback(nil, 100) == "stack traceback:")
  assert(debug.traceback(12, 100) == "12\nstack traceback:")
  assert(debug.traceback("m"):find("^m\nstack traceback:\n\t[^\n]*" ..
                                   "in main chunk\n"))
  assert(debug.traceback("m", 0):find("^m\nstack traceback:\n\t" ..
                                      "%[C%]: in function 'debug.traceback'\n"))
end

do  -- how functions are described
  first = line()
  local function loc() return (debug.traceback("m")) end
  equal(relative((loc())),
        "m|stack traceback:|1: in local 'loc'|2: in main chunk")
  local function up() local t = loc() return t end
  equal(relative((up())), "m|stack traceback:|1: in upvalue 'loc'|" ..
        "4: in local 'up'|5: in main chunk")
  local t = {field = loc}
  equal(relative((t.field())),
        "m|stack traceback:|1: in field 'field'|8: in main chunk")
  equal(relative((t:field())),
        "m|stack traceback:|1: in method 'field'|10: in main chunk")
  function globalfunction() return (debug.traceback("m")) end
  equal(relative((globalfunction())), "m|stack traceback:|" ..
        "12: in function 'globalfunction'|13: in main chunk")
  equal(relative(((function() return (debug.traceback("m")) end)())),
        "m|stack traceback:|15: in function <15>|15: in main chunk")
  local mt = setmetatable({}, {__add = loc})
  equal(relative((mt + 1)),
        "m|stack traceback:|1: in metamethod 'add'|18: in main chunk")
  for s in loc do
    equal(relative(s), "m|stack traceback:|" ..
          "1: in for iterator 'for iterator'|20: in main chunk")
    break
  end
  package.loaded["a.module"] = {fun = loc}
  equal(relative((loc())),
        "m|stack traceback:|1: in function 'a.module.fun'|26: in main chunk")
  package.loaded["a.module"] = nil
  globalfunction = nil
end

do  -- tail calls, native functions
  first = line()
  local function loc() return (debug.traceback("m")) end
  local function tail() return loc() end
  equal(relative((tail())), "m|stack traceback:|1: in function <1>|" ..
        "(...tail calls...)|3: in main chunk")
  local _, text = pcall(loc)
  equal(relative(text), "m|stack traceback:|1: in function <1>|" ..
        "[C]: in function 'pcall'|5: in main chunk")
  local text
  table.sort({2, 1}, function() text = debug.traceback("m") return false end)
  equal(relative(text), "m|stack traceback:|9: in function <9>|" ..
        "[C]: in function 'table.sort'|9: in main chunk")
  local function native() return debug.traceback("m") end
  local text = native()
  equal(relative(text), "m|stack traceback:|12: in local 'native'|" ..
        "13: in main chunk", "native functions are not tail called")
end

do  -- errors
  first = line()
  local function handled(f, ...)
    return relative((select(2, xpcall(f, debug.traceback, ...))))
  end
  local rest = "[C]: in function 'xpcall'|2: in local 'handled'|"
  equal(handled(function() error("e") end), "5: e|stack traceback:|" ..
        "[C]: in function 'error'|5: in function <5>|" .. rest ..
        "5: in main chunk")
  equal(handled(function() return error("e", 0) end), "e|stack traceback:|" ..
        "[C]: in function 'error'|8: in function <8>|" .. rest ..
        "8: in main chunk")
  equal(handled(function() local x x.y = 1 end),
        "11: attempt to index a nil value (local 'x')|stack traceback:|" ..
        "11: in function <11>|" .. rest .. "11: in main chunk")
  equal(handled(string.rep),
        "bad argument #1 to 'string.rep' (string expected, got no value)|" ..
        "stack traceback:|[C]: in function 'string.rep'|" .. rest ..
        "14: in main chunk")
  equal(handled(nil), "attempt to call a nil value|stack traceback:|" .. rest ..
        "18: in main chunk")
end

do  -- long ones: the first 10 and the last 11 frames
  local function deep(n)
    if n == 0 then return (debug.traceback("m")) end
    local t = deep(n - 1)
    return t
  end
  local function shape(n)
    local text = coroutine.wrap(function() local t = deep(n) return t end)()
    local _, count = text:gsub("\n\t", "")
    return count .. " " .. tostring(text:match("%.%.%.\t(%(.-%))"))
  end
  equal(shape(19), "21 nil")
  equal(shape(20), "22 nil")
  equal(shape(21), "22 (skipping 1 levels)")
  equal(shape(22), "22 (skipping 2 levels)")
  equal(shape(120), "22 (skipping 100 levels)")
end

do  -- other coroutines
  local co = coroutine.create(function(a)
    local function inner() coroutine.yield(a) end
    inner()
    error("stop")
  end)
  first = line() - 5
  equal(debug.traceback(co), "stack traceback:")
  coroutine.resume(co, 1)
  equal(relative(debug.traceback(co, "m")), "m|stack traceback:|" ..
        "[C]: in function 'coroutine.yield'|1: in local 'inner'|" ..
        "2: in function <0>")
  equal(relative(debug.traceback(co, nil, 1)),
        "stack traceback:|1: in local 'inner'|2: in function <0>")
  equal(relative(debug.traceback(co, nil, 3)), "stack traceback:")
  coroutine.resume(co)
  equal(relative(debug.traceback(co)), "stack traceback:|" ..
        "[C]: in function 'error'|3: in function <0>")
  local done = coroutine.create(function() end)
  coroutine.resume(done)
  equal(debug.traceback(done), "stack traceback:")
end

do  -- chunk names
  local function text(name)
    local f = load("\nlocal function f() error('e', 0) end\nf()", name)
    return (select(2, xpcall(f, debug.traceback)):match("%].-in [^\n]*\n\t(.-)\n"))
  end
  equal(text("=chunk"), "chunk:2: in local 'f'")
  equal(text("@dir/x.lua"), "dir/x.lua:2: in local 'f'")
  equal(text("return 1\n"), "[string \"return 1...\"]:2: in local 'f'")
  local f = load(string.dump(load("error('e', 0)"), true))
  local _, stripped = xpcall(f, debug.traceback)
  assert(stripped:find("\n\t?: in main chunk", 1, true) or
         stripped:find("\n\t?: in function", 1, true), stripped)
end

print("OK")
