-- Bugs of PUC Lua 5.4.6 (https://www.lua.org/bugs.html#5.4.6), tried on us; the table is in
-- docs/known_bugs.md.

local function bug(title, test)
  local ok, message = xpcall(test, debug.traceback)
  assert(ok, "bug: " .. title .. "\n" .. tostring(message))
end

bug("comparing strings reads beyond their end", function()
  -- Strings with embedded zeros, equal up to there or not, in each locale that
  -- there is, are in one order, whatever their lengths.
  local pieces = {"", "a", "b", "ab", "A", "é", ("x"):rep(60), "\xff"}
  local strings = {}
  for _, a in ipairs(pieces) do
    for _, b in ipairs(pieces) do
      strings[#strings + 1] = a .. "\0" .. b
      strings[#strings + 1] = a .. "\0\0" .. b .. "\0"
    end
  end
  for _, locale in ipairs{"C", "C.UTF-8", "en_US.UTF-8", "km_KH.UTF-8", ""} do
    if os.setlocale(locale, "collate") then
      for _, a in ipairs(strings) do
        for _, b in ipairs(strings) do
          assert((a < b) ~= (a >= b) and (a == b) == (a <= b and a >= b) and (a < b) == (b > a))
        end
      end
    end
  end
  os.setlocale("C", "collate")
end)

bug("a call hook is called twice", function()
  local function f(x) return x end
  local calls, counts = 0, 0
  debug.sethook(function(event)
    if event == "count" then counts = counts + 1
    elseif debug.getinfo(2, "f").func == f then calls = calls + 1 end
  end, "c", 1)
  f(1)
  local y = f(2)
  debug.sethook()
  assert(calls == 2 and counts > 4 and y == 2)
  -- Switched on within a call, by a hook of another kind.
  calls = 0
  debug.sethook(function()
    debug.sethook(function() calls = calls + 1 end, "c")
  end, "", 1)
  f(1)
  debug.sethook()
  assert(calls == 2 or calls == 1, calls)  -- f and sethook
end)

bug("a call is reported at the wrong line", function()
  local function line(code)
    local ok, message = pcall(assert(load(code, "=l")))
    return tonumber(not ok and message:match("^l:(%d+):"))
  end
  assert(line("local a\na\n(\n23)\n") == 3 or line("local a\na\n(\n23)\n") == 2)
  assert(line("local a = {x = 13}\na\n.\nx\n(\n23\n)\n") == 5 or
         line("local a = {x = 13}\na\n.\nx\n(\n23\n)\n") == 2)
  local x, y = line("local a\n\na(1,\n2,\n3)"), line("local a\n\na\n'string'\n")
  assert(x == 3 and (y == 3 or y == 4))
end)

bug("looking for the name of a value recurs without end", function()
  -- Chains of fields named _ENV and of moves, long ones.
  local function message(code)
    local f = assert(load(code, "=m"))
    local ok, m = pcall(f)
    assert(not ok)
    return m
  end
  assert(message("local a = {_ENV = {}}; print(a._ENV.x + 1)"):find("field 'x'", 1, true))
  local code = {"local a0 = {}\n"}
  for i = 1, 190 do code[#code + 1] = ("local a%d = a%d\n"):format(i, i - 1) end
  code[#code + 1] = "return a190.x.y"
  assert(message(table.concat(code)):find("field 'x'", 1, true))
  local chain = ("._ENV"):rep(2000)
  message("local a = setmetatable({}, {__index = function(t) return t end}); return a" .. chain .. " + 1")
  local many = {"local _ENV = {_ENV = {}}\n"}
  for i = 1, 180 do many[#many + 1] = "local _ENV = {_ENV = _ENV}\n" end
  many[#many + 1] = "x.y.z = 1"
  message(table.concat(many))
  code = {"local x\nlocal d = 1\n"}
  for i = 1, 5000 do code[#code + 1] = "d = d; if not x then x = d end\n" end
  code[#code + 1] = "return x()"
  assert(message(table.concat(code)):find("local 'x'", 1, true))
end)

bug("the size of a concatenated string overflows", function()
  local piece = ("x"):rep(1 << 20)
  for _, count in ipairs{1 << 42, 1 << 43, (1 << 43) - 1, (1 << 43) - 40, 1 << 44, math.maxinteger} do
    local ok, message = pcall(string.rep, piece, count)
    assert(not ok and (message:find("resulting string too large", 1, true) or
                       message:find("not enough memory", 1, true)), message)
    ok, message = pcall(string.rep, "", count, piece)
    assert(not ok and (message:find("resulting string too large", 1, true) or
                       message:find("not enough memory", 1, true)), message)
  end
end)

bug("yielding in a hook stops at the wrong instruction", function()
  -- Hooks of Lua cannot yield: an error says so, and the position is the line's.
  local co = coroutine.create(function()
    local a = 10
    local b = a
    return b
  end)
  local lines = {}
  debug.sethook(co, function(_, line)
    lines[#lines + 1] = line
    assert(debug.getinfo(2, "l").currentline == line)
    local ok, message = pcall(coroutine.yield)
    assert(not ok and message:find("attempt to yield across a C-call boundary", 1, true))
  end, "l")
  local ok, result = coroutine.resume(co)
  assert(ok and result == 10 and #lines == 3 and lines[3] == lines[1] + 2, result)
end)

bug("active lines of a stripped vararg function crash", function()
  for _, code in ipairs{"print(10)", "", "return ...", "local function f(a, ...) return ... end return f"} do
    local f = assert(load(string.dump(load(code), true)))
    for _, what in ipairs{"L", "lL", "SL", "fLnSltur"} do
      local lines = debug.getinfo(f, what).activelines
      assert(lines == nil or next(lines) == nil)
      local g = code:find("function") and f()
      if g then debug.getinfo(g, what) end
    end
  end
end)

bug("a traceback needs more stack than there is", function()
  local function at(n, ...)
    if n == 0 then return debug.traceback("message", 0) end
    return (at(n - 1, ..., n))
  end
  for n = 1, 120 do
    local s = coroutine.wrap(at)(n)
    assert(s:find("^message\nstack traceback:\n"))
  end
end)

bug("a tricky _PROMPT is used after it was collected", function()
  local pipe = io.popen(arg[-1] .. [[ -i -e "_PROMPT = setmetatable({}, {__tostring = function() collectgarbage() _PROMPT = 'p'..1 collectgarbage() return ('q'):rep(50)..1 end})" 2>&1 < /dev/null]])
  local text = pipe:read("a")
  assert(pipe:close(), "a crash of the prompt")
  assert(text:find("qqq1", 1, true) or text:find("Lua", 1, true))
end)
