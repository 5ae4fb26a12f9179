-- The io library (manual 6.8) but for what reading returns: io_read.lua.

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "an error was expected: " .. text)
  assert(string.find(message, text, 1, true),
         "expected '" .. text .. "', got '" .. tostring(message) .. "'")
end

local function same(wanted, ...)
  local got = table.pack(...)
  assert(got.n == wanted.n, "count " .. got.n)
  for i = 1, got.n do
    assert(got[i] == wanted[i], i .. ": " .. tostring(got[i]))
  end
end

local name = os.tmpname()
local other = os.tmpname()

local function contents(file_name)
  local f <close> = assert(io.open(file_name, "rb"))
  return f:read("a")
end

do  -- open and close
  local f = assert(io.open(name, "w"))
  assert(io.type(f) == "file")
  assert(tostring(f):find("^file %(0x%x+%)$"))
  same({true, n = 1}, f:close())
  assert(io.type(f) == "closed file" and tostring(f) == "file (closed)")
  assert(io.type(3) == nil and io.type(nil) == nil)
  fails("bad argument #1 to 'io.type' (value expected)", io.type)
  for _, method in ipairs{"close", "flush", "lines", "read", "seek", "setvbuf",
                          "write"} do
    fails("attempt to use a closed file", f[method], f)
    fails("FILE* expected, got table", f[method], {})
    fails("FILE* expected, got no value", f[method])
  end
  fails("attempt to use a closed file", io.close, f)
  fails("attempt to use a closed file", io.input, f)
  same({nil, "/no/such/file: No such file or directory", 2, n = 3},
       io.open("/no/such/file"))
  for _, mode in ipairs{"r", "r+", "rb", "r+b", "a", "ab", "a+", "w", "wb",
                        "w+b", "w+", "rbb"} do
    io.open(name, mode):close()
  end
  for _, mode in ipairs{"", "x", "rw", "+r", "rt", "r++", "rb+", "r+bx", "R"}
  do
    fails("bad argument #2 to 'io.open' (invalid mode)", io.open, name, mode)
  end
  fails("string expected, got no value", io.open)
  fails("string expected, got nil", io.open, nil)
  io.open(name, nil):close()
end

do  -- to-be-closed, and garbage
  local kept
  do
    local f <close> = assert(io.open(name))
    kept = f
  end
  assert(io.type(kept) == "closed file")
  local mt = getmetatable(kept)
  assert(mt.__name == "FILE*" and mt.__index.read == kept.read)
  mt.__gc(kept)  -- again does nothing
  mt.__close(kept)
  fails("FILE* expected", mt.__gc, 1)
  fails("FILE* expected", mt.__tostring, {})
  io.open(name, "w"):write("by the collector")
  collectgarbage()
  collectgarbage()
  assert(contents(name) == "by the collector")
end

do  -- write
  local f = assert(io.open(name, "w"))
  assert(f:write() == f)
  assert(f:write("a", 1, -2, 2.5, 1e15, 2^63, "\0b", 1/0) == f)
  assert(f:write(math.mininteger, " ", 1e100) == f)
  f:close()
  assert(contents(name) ==
         "a1-22.51e+159.2233720368548e+18\0binf-9223372036854775808 1e+100")
  f = assert(io.open(name, "a"))
  fails("string expected, got table", f.write, f, "x", {})
  fails("string expected, got nil", f.write, f, nil)
  f:close()
  assert(contents(name):sub(-1) == "x")  -- what came before was written
  f = assert(io.open(name))
  same({nil, "Bad file descriptor", 9, n = 3}, f:write("x"))
  f:close()
  f = io.open("/dev/full", "w")
  if f then
    f:setvbuf("no")
    same({nil, "No space left on device", 28, n = 3}, f:write("x"))
    f:close()
  end
  f = assert(io.open(name, "w"))
  local big = ("0123456789"):rep(20000)
  f:write(big, big)
  f:close()
  assert(contents(name) == big .. big)
end

do  -- seek, setvbuf, flush
  local f = assert(io.open(name, "w+"))
  same({true, n = 1}, f:setvbuf("full", 2000))
  f:write("hello world")
  assert(contents(name) == "")
  same({true, n = 1}, f:flush())
  assert(contents(name) == "hello world")
  assert(f:seek() == 11)
  assert(f:seek("set") == 0)
  assert(f:seek("set", 6) == 6)
  assert(f:read("a") == "world")
  assert(f:seek("end", -5) == 6)
  assert(f:seek("cur", -1) == 5)
  assert(f:read(1) == " ")
  assert(f:seek("end") == 11)
  same({nil, "Invalid argument", 22, n = 3}, f:seek("set", -1))
  f:seek("set", 3)
  f:write("LO")
  f:flush()
  assert(contents(name) == "helLO world")
  fails("invalid option 'foo'", f.seek, f, "foo")
  fails("no integer representation", f.seek, f, "set", 1.5)
  fails("number expected, got string", f.seek, f, "set", "x")
  assert(f:setvbuf("no") and f:setvbuf("line"))
  fails("invalid option 'x'", f.setvbuf, f, "x")
  fails("string expected, got no value", f.setvbuf, f)
  f:close()
end

do  -- default files
  local stdin, stdout = io.input(), io.output()
  assert(stdin == io.stdin and stdout == io.stdout)
  assert(io.output(name) == io.output() and io.output() ~= stdout)
  assert(io.write("one\n", 2, "\n") == io.output())
  same({true, n = 1}, io.flush())
  local out = io.output()
  same({true, n = 1}, io.close())
  assert(io.type(out) == "closed file")
  fails("default output file is closed", io.write, "x")
  fails("default output file is closed", io.flush)
  fails("attempt to use a closed file", io.close)
  assert(io.output(stdout) == stdout and io.output() == stdout)

  assert(io.input(name) == io.input())
  assert(io.read() == "one" and io.read("n") == 2)
  same({"\n", n = 1}, io.read("L"))
  same({nil, n = 1}, io.read())
  same({true, n = 1}, io.close(io.input()))
  fails("default input file is closed", io.read)
  fails("attempt to use a closed file", io.lines)
  io.input(stdin)
  fails("cannot open file '/no/such/file' (No such file or directory)",
        io.input, "/no/such/file")
  fails("cannot open file", io.output, "/no/such/file")
  assert(io.input() == stdin and io.output() == stdout)
  fails("FILE* expected, got table", io.input, {})
  fails("bad argument #1 to 'io.close' (FILE* expected, got number)", io.close,
        5)
  same({nil, "cannot close standard file", n = 2}, io.stdin:close())
  same({nil, "cannot close standard file", n = 2}, io.stderr:close())
  assert(io.type(io.stdin) == "file")
end

do  -- lines
  local f = assert(io.open(name, "w"))
  f:write("one\ntwo\n\nfour")
  f:close()
  local seen = {}
  for line in io.lines(name) do seen[#seen + 1] = line end
  assert(table.concat(seen, "|") == "one|two||four")
  seen = {}
  for line in io.lines(name, "L") do seen[#seen + 1] = line end
  assert(table.concat(seen, "|") == "one\n|two\n|\n|four")
  seen = {}
  for a, b in io.lines(name, 1, 2) do seen[#seen + 1] = a .. "," .. (b or "-") end
  assert(table.concat(seen, "|") == "o,ne|\n,tw|o,\n\n|f,ou|r,-")
  local step, a, b, file = io.lines(name)
  assert(type(step) == "function" and a == nil and b == nil)
  assert(io.type(file) == "file")
  while step() do end
  assert(io.type(file) == "closed file")  -- closed at the end
  fails("file is already closed", step)
  step, _, _, file = io.lines(name)
  for line in step, nil, nil, file do break end
  assert(io.type(file) == "closed file")  -- closed by the loop

  f = assert(io.open(name))
  seen = {}
  for line in f:lines() do seen[#seen + 1] = line end
  assert(#seen == 4 and io.type(f) == "file")
  f:seek("set")
  step = f:lines("n", "l")
  same({n = 0}, step())
  f:close()
  fails("file is already closed", step)
  io.input(name)
  seen = {}
  for line in io.lines() do seen[#seen + 1] = line end
  assert(#seen == 4 and io.type(io.input()) == "file")
  for line in io.lines(nil, "a") do assert(line == "") break end
  io.input():close()
  io.input(io.stdin)

  fails("cannot open file '/no/such/file' (No such file or directory)",
        io.lines, "/no/such/file")
  local formats = {}
  for i = 1, 250 do formats[i] = 1 end
  step = io.lines(name, table.unpack(formats))
  assert(select("#", step()) == 14)
  formats[251] = 1
  fails("too many arguments", io.lines, name, table.unpack(formats))
  fails("bad argument #2 to 'for iterator' (invalid format)", function()
    for _ in io.lines(name, "x") do end
  end)
  fails("bad argument #2 to 'for iterator' (string expected, got table)",
        function() for _ in io.lines(name, {}) do end end)
  fails("Is a directory", function() for _ in io.lines("/tmp") do end end)
  fails("Is a directory", function() for _ in io.lines("/tmp", "a") do end end)
end

do  -- popen, tmpfile
  local p = assert(io.popen("echo hello; echo world"))
  assert(p:read() == "hello" and p:read("a") == "world\n")
  same({true, "exit", 0, n = 3}, p:close())
  same({nil, "exit", 5, n = 3}, io.popen("exit 5"):close())
  same({nil, "signal", 9, n = 3}, io.popen("kill -9 $$"):close())
  p = io.popen("cat >" .. other, "w")
  p:write("through a pipe")
  p:close()
  assert(contents(other) == "through a pipe")
  fails("bad argument #2 to 'io.popen' (invalid mode)", io.popen, "true", "rw")
  fails("invalid mode", io.popen, "true", "")
  do local q <close> = io.popen("sleep 0") end
  local f = io.tmpfile()
  f:write("x")
  assert(f:seek("set") == 0 and f:read("a") == "x")
  f:close()
end

do  -- many files, all left to the collector
  for i = 1, 3000 do
    local f = io.open(name)
    if not f then
      collectgarbage()
      f = assert(io.open(name))
    end
  end
  collectgarbage()
end

os.remove(name)
os.remove(other)
print("OK")
