-- os and io in the folder where the test runs: files, modes, reading formats,
-- seeking, buffering, errors, dates, clocks, environment, exit code.

local function show(...)
  local out = table.pack(...)
  for i = 1, out.n do out[i] = type(out[i]) == "string" and ("%q"):format(out[i]) or (tostring(out[i]):gsub("0x%x+", "ADDR")) end
  print(table.concat(out, " ", 1, out.n))
end
local function try(f, ...) show(pcall(f, ...)) end

local name = "file.txt"
local f = assert(io.open(name, "w"))
show(io.type(f), io.type(1), io.type(io.stdout), (tostring(f):gsub("%(.*", "")))
show(f:write("first line\n", 2, " ", 3.5, "\n", "0x1F -7 1e2 .5 abc\n", "\n", "no newline") == f)
show(f:seek("cur"), f:seek("set", 3), f:seek("end")); show(f:close()); show(io.type(f), tostring(f))
try(f.write, f, "x"); try(f.close, f); try(io.close, f); try(function() f:read() end)

f = io.open(name)
show(f:read()); show(f:read("L")); show(f:read("n", "n", "n", "n")); show(f:read("n")); show(f:read("l")); show(f:read("l"))
show(f:read(0)); show(f:read(2)); show(f:read("a")); show(f:read("a")); show(f:read("l")); show(f:read(0)); show(f:read("n")); show(f:read(5))
show(f:seek("set")); show(f:read(3, 0, "l")); show(f:seek("cur", -5)); show(f:read("a")); show(f:seek("set", -1))
show(f:write("x")); f:close()

for l in io.lines(name) do io.write("[", l, "]") end print()
for l in io.lines(name, "L") do io.write("[", l, "]") end print()
for a, b in io.lines(name, 4, 2) do io.write("<", a, "|", b or "-", ">") end print()
try(io.lines, "missing.txt"); try(function() for l in io.lines(name, "x") do end end); try(io.open, name, "z"); try(io.open, name, "rw")
show(io.open("missing.txt")); show(io.open("no/such/dir/x", "w")); show(io.open(".", "w")); show(pcall(io.lines(name, 1), nil))
f = io.open(name, "a"); f:write("+appended"); f:close(); f = io.open(name, "r+"); f:write("FIRST"); f:close()
f = io.open(name, "rb"); show(f:read("a")); f:close(); f = io.open(name, "w+"); f:write("abc"); f:seek("set", 1); show(f:read("a")); f:close()
do local g <close> = io.open(name); f = g end; show(io.type(f))

-- Buffers, large contents, binary data.
f = io.open("big.bin", "wb"); show(f:setvbuf("full", 1024), f:setvbuf("line"), f:setvbuf("no"))
local chunk = {}; for i = 0, 255 do chunk[#chunk + 1] = string.char(i) end; chunk = table.concat(chunk)
for _ = 1, 400 do f:write(chunk) end; show(f:flush() == f, f:seek("end")); f:close()
f = io.open("big.bin", "rb"); local all = f:read("a"); show(#all, all == chunk:rep(400)); f:seek("set", 65); show(f:read(10)); show(#f:read(1 << 20)); f:close()
local count = 0; for _ in io.lines("big.bin") do count = count + 1 end; show(count)
f = io.open("numbers", "w"); f:write("10 -20 0x10 1e3 1.5e-2 nan 5x 99999999999999999999 +3 - 4"); f:close()
f = io.open("numbers"); for _ = 1, 12 do local n = f:read("n"); show(n, math.type(n)); if not n then show(f:read(1)) end end; f:close()

-- Default files.
io.output("out.txt"); io.write("to default"); show(io.output() ~= io.stdout); io.close(); io.output(io.stdout)
io.input("out.txt"); show(io.read("a")); io.close(io.input()); try(io.read); io.input(io.stdin); show(io.read("a"), io.read("l"))
try(io.input, "missing.txt"); try(io.output, "no/such/dir/file"); show(io.write("") == io.stdout)

-- Pipes and temporary files.
local p = io.popen("echo hello; exit 3"); show(p:read("a")); show(p:close()); try(io.popen, "x", "rw")
p = io.popen("cat > piped.txt", "w"); p:write("through a pipe"); show(p:close()); show(io.open("piped.txt"):read("a"))
local tmp = io.tmpfile(); tmp:write("temporary"); tmp:seek("set"); show(tmp:read("a")); tmp:close()
local tn = os.tmpname(); show(type(tn), os.remove(tn))

-- os.
show(os.rename(name, "renamed.txt")); show(os.rename(name, "x")); show(os.remove("renamed.txt")); show(os.remove("renamed.txt"))
show(os.getenv("NO_SUCH_VARIABLE_HERE"), os.getenv("TZ")); show(os.execute("exit 7")); show(os.execute("true")); show(os.execute("kill -9 $$")); show(os.execute() and true)
show(type(os.clock()), type(os.time()), os.time() > 1.6e9, os.difftime(10, 5), os.difftime(5, 10.0))
show(os.date("!%Y-%m-%d %H:%M:%S", 0)); show(os.date("!%c", 86400)); show(os.date("!%x %X %p %A %B %j %U %w %y %Z %%", 1e9 // 1 | 0))
local d = os.date("!*t", 1700000000); show(d.year, d.month, d.day, d.hour, d.min, d.sec, d.wday, d.yday, d.isdst)
show(os.time {year = 2024, month = 2, day = 30, hour = 12}, os.time {year = 2024, month = 14, day = -3}, os.time {year = 1970, month = 1, day = 1, hour = 0})
local norm = {year = 2023, month = 13, day = 32, hour = 25, min = 61, sec = 61}; os.time(norm); show(norm.year, norm.month, norm.day, norm.hour, norm.min, norm.sec, norm.yday)
try(os.time, {year = 2024}); try(os.time, {year = "x", month = 1, day = 1}); try(os.time, {year = 2024, month = 1.5, day = 1}); try(os.date, "%Q"); try(os.date, "%E"); try(os.date, "*t", "x")
try(os.time, {year = 1 << 40, month = 1, day = 1}); show(os.setlocale(), os.setlocale("C"), os.setlocale(nil, "numeric"), os.setlocale("no_SUCH")); try(os.setlocale, "C", "bad")
show(os.date("!%H", 3600.0)); try(os.date, "!%H", 3600.5); try(os.difftime); try(os.getenv); try(os.remove); try(os.exit, {})
io.stderr:write("to stderr\n"); io.stdout:write("last", " ", "words", "\n")
setmetatable({}, {__gc = function() print("collected at close") end})
os.exit(5, true)
