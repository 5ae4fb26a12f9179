-- Bugs of PUC Lua 5.4.1 (https://www.lua.org/bugs.html#5.4.1), tried on us; the table is in
-- docs/known_bugs.md.

local function bug(title, test)
  local ok, message = xpcall(test, debug.traceback)
  assert(ok, "bug: " .. title .. "\n" .. tostring(message))
end

bug("a key that was removed may not be found by next", function()
  local makers = {
    function(i) return {i} end,
    function(i) return ("a long string as a key "):rep(4) .. i end,
    function(i) return "short" .. i end,
    function(i) return function() return i end end,
    function(i) return i + 0.5 end,
    function(i) return coroutine.create(function() return i end) end,
  }
  local t = {}
  for i = 1, 60 do t[makers[i % #makers + 1](i)] = i end
  local co = coroutine.wrap(function()
    local last = 0
    for k, v in pairs(t) do
      assert(next(t) == k)  -- those before are gone
      t[k] = nil
      k = nil
      coroutine.yield(v)
    end
  end)
  local count = 0
  while co() do
    count = count + 1
    collectgarbage()  -- collects keys that were removed
  end
  assert(count == 60 and next(t) == nil)
end)

bug("the extra space of a stack is not kept when the stack grows", function()
  -- Metamethods and hooks at every depth: they use slots beyond the frame.
  local mt = {}
  local object = setmetatable({}, mt)
  mt.__add = function(a, b) return {a, b} end
  mt.__index = function(_, k) return k end
  local function deep(n)
    local r = object + n
    assert(r[1] == object and r[2] == n and object[n] == n)
    if n > 0 then
      local x = deep(n - 1)
      return x + 1
    end
    return 0
  end
  debug.sethook(function() local a, b, c, d, e = 1, 2, 3, 4, 5 return a + b + c + d + e end, "crl")
  local ok, result = pcall(deep, 300)
  debug.sethook()
  assert(ok and result == 301 or result == 300, result)
end)

bug("the trace of vararg functions skips lines", function()
  local function trace(code)
    local lines = {}
    local f = assert(load(code))
    debug.sethook(function(_, line)
      if debug.getinfo(2, "f").func == f then lines[#lines + 1] = line end
    end, "l")
    f(1, 2)
    debug.sethook()
    return table.concat(lines, " ")
  end
  assert(trace("local function g()\nend\ng()\nX = 1\nX = 2\nX = ...\n") == "1 3 4 5 6"
         or trace("local function g()\nend\ng()\nX = 1\nX = 2\nX = ...\n") == "2 3 4 5 6")
  X = nil
end)
