-- The os library (manual 6.9).

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "an error was expected: " .. text)
  assert(string.find(message, text, 1, true),
         "expected '" .. text .. "', got '" .. tostring(message) .. "'")
end

local function same(wanted, ...)
  local got = table.pack(...)
  assert(got.n == wanted.n or got.n == #wanted)
  for i = 1, got.n do
    assert(got[i] == wanted[i], i .. ": " .. tostring(got[i]))
  end
end

do  -- date: formats
  assert(os.date("!%Y-%m-%d %H:%M:%S", 0) == "1970-01-01 00:00:00")
  assert(os.date("!%Y-%m-%d %H:%M:%S", 1e9) == "2001-09-09 01:46:40")
  assert(os.date("!%c", 0) == "Thu Jan  1 00:00:00 1970")
  assert(os.date("!%x %X %p %Ey %Od %%", 0) == "01/01/70 00:00:00 AM 70 01 %")
  assert(os.date("!", 0) == "" and os.date("", 0) == "")
  assert(os.date("!%H\0%M", 0) == "00\00000")
  assert(os.date("no conversions") == "no conversions")
  assert(os.date(5) == "5")
  assert(#os.date() > 0)
  local valid = "aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%"
  for c = 0, 255 do
    c = string.char(c)
    if c ~= "E" and c ~= "O" then
      local ok = pcall(os.date, "%" .. c)
      assert(ok == (c ~= "\0" and valid:find(c, 1, true) ~= nil), c)
    end
    assert(pcall(os.date, "%E" .. c) ==
           (c ~= "\0" and ("cCxXyY"):find(c, 1, true) ~= nil), c)
    assert(pcall(os.date, "%O" .. c) ==
           (c ~= "\0" and ("deHImMSuUVwWy"):find(c, 1, true) ~= nil), c)
  end
  fails("bad argument #1 to 'os.date' (invalid conversion specifier '%Ez')",
        os.date, "%Ez")
  fails("(invalid conversion specifier '%Ez foo %d')", os.date, "%d%Ez foo %d")
  fails("(invalid conversion specifier '%')", os.date, "%")
  fails("(invalid conversion specifier '%O')", os.date, "%O")
  fails("(invalid conversion specifier '%Q')", os.date, "%Q\0abc")
  fails("(invalid conversion specifier '%9')", os.date, ("x"):rep(1000) .. "%9")
  assert(#os.date(("%c"):rep(1000), 0) == 1000 * #os.date("%c", 0))
  fails("date result cannot be represented in this installation", os.date,
        "%c", 2^60 | 0)
  fails("number has no integer representation", os.date, "%c", 1.5)
  fails("number has no integer representation", os.date, "%c", 1e300)
  fails("string expected, got table", os.date, {})
end

do  -- date: tables
  local t = os.date("!*t", 0)
  for name, v in pairs{year = 1970, month = 1, day = 1, hour = 0, min = 0,
                       sec = 0, yday = 1, wday = 5, isdst = false} do
    assert(t[name] == v, name)
    t[name] = nil
  end
  assert(next(t) == nil)
  local now = os.time()
  assert(os.time(os.date("*t", now)) == now)
  assert(os.date("*t\0rest", now).year == os.date("*t", now).year)
end

do  -- time
  assert(math.type(os.time()) == "integer")
  assert(math.abs(os.time() - os.time(nil)) <= 1)
  local t = {year = 2020, month = 14, day = -3, hour = 50, min = -1, sec = 100,
             extra = "kept"}
  local time = os.time(t)
  for name, v in pairs{year = 2021, month = 1, day = 30, hour = 2, min = 0,
                       sec = 40, yday = 30, wday = 7, extra = "kept"} do
    assert(t[name] == v, name)  -- normalised
  end
  assert(os.time(t) == time)
  assert(os.time{year = 2020, month = 1, day = 1} ==
         os.time{year = 2020, month = 1, day = 1, hour = 12})
  assert(os.time{year = "2020", month = "0x1", day = 3.0} ==
         os.time{year = 2020, month = 1, day = 3})
  fails("field 'year' missing in date table", os.time, {})
  fails("field 'month' missing in date table", os.time, {year = 2000})
  fails("field 'day' missing in date table", os.time, {year = 2000, month = 1})
  fails("field 'month' is not an integer", os.time,
        {year = 2000, month = 1.5, day = 1})
  fails("field 'hour' is not an integer", os.time,
        {year = 2000, month = 1, day = 1, hour = "x"})
  fails("field 'year' is out-of-bound", os.time,
        {year = 2^31 + 1900 | 0, month = 1, day = 1})
  fails("field 'year' is out-of-bound", os.time,
        {year = -(1 << 31) + 1899, month = 1, day = 1})
  fails("field 'month' is out-of-bound", os.time,
        {year = 0, month = (1 << 31) + 1, day = 1})
  fails("field 'hour' is out-of-bound", os.time,
        {year = 1, month = 1, day = 1, hour = math.maxinteger})
  fails("field 'hour' is out-of-bound", os.time,
        {year = 1, month = 1, day = 1, hour = math.mininteger})
  assert(os.time{year = (1 << 31) + 1899, month = 12, day = 31} >
         67768036191600000)
  fails("time result cannot be represented in this installation", os.time,
        os.date("*t", -1))
  fails("table expected, got number", os.time, 5)
  local proxy = setmetatable({}, {__index = function(_, k)
    return ({year = 2000, month = 2, day = 3})[k]
  end})
  assert(os.time(proxy) == os.time{year = 2000, month = 2, day = 3})
end

do  -- clock, difftime
  assert(math.type(os.clock()) == "float" and os.clock() >= 0)
  assert(os.difftime(5, 3) == 2.0 and math.type(os.difftime(5, 3)) == "float")
  fails("bad argument #2", os.difftime, 5)
  fails("bad argument #1", os.difftime)
end

do  -- files
  local name = os.tmpname()
  local f = assert(io.open(name))  -- it exists
  f:close()
  local other = name .. ".moved"
  same({true}, os.rename(name, other))
  same({nil, "No such file or directory", 2, n = 3}, os.rename(name, other))
  same({true}, os.remove(other))
  same({nil, other .. ": No such file or directory", 2, n = 3},
       os.remove(other))
  fails("string expected, got no value", os.remove)
  fails("bad argument #2", os.rename, "a")
end

do  -- execute, getenv
  same({true, "exit", 0}, os.execute("true"))
  same({nil, "exit", 3, n = 3}, os.execute("exit 3"))
  same({nil, "signal", 9, n = 3}, os.execute("kill -9 $$"))
  assert(os.execute() == true)
  fails("string expected, got table", os.execute, {})
  assert(os.getenv("PATH") ~= nil)
  assert(os.getenv("surely not set") == nil)
  fails("string expected, got no value", os.getenv)
end

do  -- setlocale
  local before = os.setlocale()
  assert(type(before) == "string")
  assert(os.setlocale("C") == "C")
  assert(os.setlocale(nil, "numeric") == "C")
  assert(os.setlocale("no such locale") == nil)
  for _, category in ipairs{"all", "collate", "ctype", "monetary", "numeric",
                            "time"} do
    assert(os.setlocale("C", category) == "C")
  end
  fails("bad argument #2 to 'os.setlocale' (invalid option 'foo')",
        os.setlocale, "C", "foo")
end

do  -- exit, seen from outside
  local interpreter = arg and arg[-1]
  if interpreter then
    local function run(code)
      local script = os.tmpname()
      local f = assert(io.open(script, "w"))
      f:write(code)
      f:close()
      local ok, what, status = os.execute(interpreter .. " " .. script ..
                                          " >/dev/null 2>&1")
      os.remove(script)
      assert(what == "exit")
      return status
    end
    assert(run("os.exit()") == 0)
    assert(run("os.exit(true)") == 0)
    assert(run("os.exit(false)") == 1)
    assert(run("os.exit(7)") == 7)
    assert(run("os.exit(7, true)") == 7)
    assert(run("coroutine.wrap(function() os.exit(8, true) end)()") == 8)
    -- closing the state runs what is pending
    local name = os.tmpname()
    assert(run(("local x <close> = setmetatable({}, {__close = function()\n" ..
                "io.open(%q, 'w'):write('closed') end})\n" ..
                "os.exit(3, true)"):format(name)) == 3)
    local f = io.open(name)
    assert(f:read("a") == "closed")
    f:close()
    os.remove(name)
  end
  fails("number expected, got table", os.exit, {})
end

print("OK")
