-- CVE-2020-24369: the line hook asked for the lines of a function whose debug
-- information had been stripped.
--
-- Stripped functions of every kind run under every hook and are asked for
-- everything that debug information would have told.

local source = [[
  local function vararg(...)
    local a, b = ...
    for i = 1, 3 do a = i end
    local t = {f = function() return a, b end, ...}
    return t:f()
  end
  local function loops(n)
    while n > 0 do n = n - 1 end
    repeat n = n + 1 until n > 3
    for k, v in pairs{1, 2} do n = n + v end
    goto done
    ::done::
    return n
  end
  local co = coroutine.wrap(function(x) while true do x = coroutine.yield(x) end end)
  local r = co(1) + co(2)
  return vararg(1, 2), loops(3), r, function(...) return ... end
]]
local whole = assert(load(source, "=whole"))
local stripped = assert(load(string.dump(whole, true), "=stripped"))

local function compare(...)
  local a, b = table.pack(whole()), table.pack(stripped())
  assert(a.n == b.n)
  for i = 1, a.n - 1 do assert(a[i] == b[i]) end
end
compare()

for _, mask in ipairs{"l", "c", "r", "lcr", "", "lcr"} do
  for _, count in ipairs{0, 1, 3} do
    local lines, other = 0, 0
    debug.sethook(function(event, line)
      if event == "line" then
        lines = lines + 1
        assert(line == nil or line > 0)
      else
        other = other + 1
      end
      local info = debug.getinfo(2, "nSltufrL")
      if info.what ~= "C" and info.short_src == "?" then
        assert(info.currentline == -1)
      end
      debug.getlocal(2, 1)
      debug.getlocal(2, -1)
    end, mask, count)
    pcall(stripped)
    debug.sethook()
    if mask:find("[cr]") or count == 1 then assert(other > 0) end
  end
end

local info = debug.getinfo(stripped, "nSltufrL")
assert(info.short_src == "?" and info.currentline == -1)
assert(info.activelines == nil or next(info.activelines) == nil)
assert(debug.getlocal(stripped, 1) == nil)
assert(debug.getupvalue(stripped, 1) == "(no name)")
local erring = load(string.dump(load("local a; return function() a.b.c = 1 end"), true))()
local ok, message = pcall(erring)
assert(not ok and message == "?:-1: attempt to index a nil value (upvalue '?')"
       or message:find("^%?:"), message)
local trace = select(2, xpcall(erring, debug.traceback))
assert(trace:find("in function <?:", 1, true), trace)
