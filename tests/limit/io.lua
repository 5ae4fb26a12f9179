-- Files: closed, of the wrong mode, read in every format and amount, written
-- with every value, and the operating system asked for what it can't give.

local name = os.tmpname()
local values = {nil, true, 0, -1, 1.5, 0 / 0, math.huge, math.maxinteger, math.mininteger, "", "x", "\0", ("x"):rep(100000),
                {}, print, io.stdout, coroutine.create(print), n = 17}
local modes = {"r", "w", "a", "r+", "w+", "a+", "rb", "wb", "r+b", "", "x", "rw", "rr", ("r"):rep(1000), "r\0", "\0"}

for _, mode in ipairs(modes) do
  local ok, f = pcall(io.open, name, mode)
  if ok and f then
    for i = 1, values.n do
      pcall(f.write, f, values[i]) pcall(f.read, f, values[i]) pcall(f.seek, f, "set", values[i]) pcall(f.seek, f, values[i])
      pcall(f.setvbuf, f, "full", values[i]) pcall(f.setvbuf, f, values[i])
      -- (lines of a whole file may be long; two are enough.)
      pcall(function() local n = 0 for l in f:lines(values[i]) do n = n + 1 if n > 2 then break end end end)
    end
    pcall(f.read, f, "n", "l", "L", "a", "*n", "*a", 0, 1, 1 << 40, math.maxinteger)
    f:close()
    for _, method in ipairs{"read", "write", "lines", "seek", "setvbuf", "flush", "close"} do
      assert(not pcall(f[method], f), method .. " of a closed file")
    end
    assert(tostring(f) == "file (closed)" and io.type(f) == "closed file")
  end
end

-- Amounts, of a file with known contents.
local f <close> = assert(io.open(name, "w+"))
f:write("12 0x1p4 -7.5e1 nonsense\nsecond line\n\n\0\0tail")
for _, amount in ipairs{0, 1, 7, 4096, 1 << 20, 1 << 31, 1 << 40, math.maxinteger} do
  f:seek("set")
  local text = f:read(amount)
  assert(type(text) == "string" and #text == math.min(amount, 44), amount)
end
for _, amount in ipairs{-1, math.mininteger} do
  f:seek("set")
  pcall(f.read, f, amount)
end
f:seek("set")
local a, b, c, d = f:read("n", "n", "n", "n")
assert(a == 12 and b == 16.0 and c == -75.0 and d == nil)
for _, offset in ipairs{math.maxinteger, math.mininteger, -1, 1 << 62} do
  pcall(f.seek, f, "set", offset) pcall(f.seek, f, "end", offset) pcall(f.seek, f, "cur", offset)
end

-- A number of 100,000 digits, a line of a million characters, many lines.
local g <close> = assert(io.open(name .. ".2", "w+"))
g:write(("9"):rep(100000), "\n", ("x"):rep(1000000), "\n", ("y\n"):rep(10000))
g:seek("set")
assert(g:read("n") == nil)
g:seek("set", 100001)
assert(#g:read("l") == 1000000)
local lines = 0
for line in g:lines() do lines = lines + 1 end
assert(lines == 10000)

-- Default files, and files that go away under an iterator.
local keep = io.output()
assert(pcall(io.output, name .. ".3"))
io.write("x"):write("y")
io.close()
assert(not pcall(io.write, "x"))
io.output(keep)
local iterator = io.lines(name .. ".2")
iterator()
collectgarbage()
iterator()
local h = io.open(name .. ".2")
local lines_of = h:lines()
h:close()
assert(not pcall(lines_of))
assert(not pcall(io.lines, name .. ".missing"))
for _ = 1, 2000 do io.open(name) end  -- closed by the collector
collectgarbage()
assert(io.open(name)):close()

-- Formats of lines: up to 250 are taken, more are refused.
assert(pcall(io.lines, name, table.unpack({}, 1, 0)))
local many = {}
for i = 1, 300 do many[i] = 1 end
assert(not pcall(io.lines, name, table.unpack(many)))

-- The operating system.
for i = 1, values.n do
  local v = values[i]
  pcall(os.date, v) pcall(os.date, "%c", v) pcall(os.time, {year = v, month = v, day = v})
  pcall(os.getenv, v) pcall(os.setlocale, v) pcall(os.difftime, v, v)
  if type(v) ~= "string" then pcall(os.remove, v) pcall(os.rename, v, v) end
end
for _, format in ipairs{"%", "%%", "%E", "%Ez", "%O", "%Oy", "%10d", "%\0", "*t", "!*t", "!%c", ("%c"):rep(1000), "*", "%Q"} do
  pcall(os.date, format) pcall(os.date, format, 0)
end
for _, time in ipairs{math.maxinteger, math.mininteger, 1 << 55, -1 << 55, 1e300} do pcall(os.date, "*t", time) end
assert(not pcall(os.time, {year = math.maxinteger, month = 1, day = 1}))
assert(os.remove(name .. ".missing") == nil)
for _, suffix in ipairs{"", ".2", ".3"} do os.remove(name .. suffix) end
print "io: no harm done"
