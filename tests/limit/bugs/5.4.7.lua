-- Bugs of PUC Lua 5.4.7 (https://www.lua.org/bugs.html#5.4.7), tried on us; the table is in
-- docs/known_bugs.md.

local function bug(title, test)
  local ok, message = xpcall(test, debug.traceback)
  assert(ok, "bug: " .. title .. "\n" .. tostring(message))
end

bug("wrong code for an index that is a comparison", function()
  local t = {[true] = "true", [false] = "false"}
  local a, b = 1, 2
  assert(t[a < b] == "true" and t[a > b] == "false" and t[not a] == "false")
  assert(t[a == b] == "false" and t[a ~= b] == "true" and t[a < b and b > a] == "true")
  assert(t[a < b or nil] == "true" and t[not (a < b)] == "false")
  t[a <= b] = "new"
  assert(t[true] == "new")
  assert(({[1 < 2] = 5})[2 > 1] == 5)
  local function up() return t[a < b], _ENV[a < b], _ENV[1 < 2] end
  _ENV[true] = 10
  local x, y, z = up()
  _ENV[true] = nil
  assert(x == "new" and y == 10 and z == 10)
  local s = setmetatable({}, {__index = function(_, k) return k end})
  assert(s[a < b] == true and s[1 < 1] == false and s[nil == a] == false)
end)

bug("the prompt drops the message of an unfinished line", function()
  local input = os.tmpname()
  local f = assert(io.open(input, "w"))
  f:write("local x =\n1 +\na.\n")
  f:close()
  local pipe = assert(io.popen(arg[-1] .. " -i < " .. input .. " 2>&1"))
  local text = pipe:read("a")
  assert(pipe:close())
  os.remove(input)
  assert(text:find("near <eof>", 1, true), text)
end)

bug("the message for a field of the string _ENV speaks of a global", function()
  local function message(code)
    local ok, m = pcall(assert(load(code, "=m")))
    assert(not ok)
    return m
  end
  assert(message("return ('_ENV').x + 1"):find("field 'x'", 1, true))
  assert(message("local s <const> = '_ENV'; return s.x + 1"):find("field 'x'", 1, true))
  assert(message("return x + 1"):find("global 'x'", 1, true))
  assert(message("local _ENV = {}; return x + 1"):find("global 'x'", 1, true))
end)

bug("a message handler is overwritten while a coroutine is closed", function()
  local used
  local co = coroutine.create(function()
    local x <close> = setmetatable({}, {__close = function()
      local a, b, c, d = 134, 135, 136, 137
      error(a)
    end})
    xpcall(coroutine.yield, function() used = true return "handled" end)
  end)
  assert(coroutine.resume(co))
  local ok, message = coroutine.close(co)
  assert(not ok and message == 134 and not used)
  -- The same with handlers at several depths, and closed by an error.
  co = coroutine.wrap(function()
    local x <close> = setmetatable({}, {__close = function(_, e) error({e}) end})
    xpcall(function()
      local y <close> = setmetatable({}, {__close = function(_, e) error({e}) end})
      xpcall(coroutine.yield, function() return "inner" end)
      error("first")
    end, function(e) return e end)
    error("second")
  end)
  co()
  ok, message = pcall(co)
  assert(not ok and message[1]:find("second", 1, true))
end)

bug("a __newindex from a weak metatable is collected while in use", function()
  for _ = 1, 20 do
    local mt = setmetatable({__newindex = {}, __index = {5}}, {__mode = "v"})
    local t = setmetatable({}, mt)
    for i = 1, 50 do
      t[i] = {i}
      if i % 10 == 0 then collectgarbage("step") end
      local _ = t[1]
    end
    local weak = setmetatable({}, {__mode = "kv"})
    weak.__index = function(o, k) collectgarbage() return k end
    weak.__newindex = function(o, k, v) collectgarbage() rawset(o, k, v) end
    weak.__call = function(_, x) collectgarbage() return x end
    weak.__add = function(a, b) collectgarbage() return b end
    weak.__close = function() collectgarbage() end
    local o = setmetatable({}, weak)
    local results = table.pack(pcall(function()
      local _ <close> = o
      o.x = 1
      return o.y, o(3), o + 4
    end))
    assert(results[1] == false or results.n == 4)
  end
end)

bug("making the value of an error raises one", function()
  local function forever() local s = {} return forever() .. s end
  for i = 1, 3 do
    local ok, message = pcall(forever)
    assert(not ok and message:find("overflow", 1, true))
    ok, message = coroutine.resume(coroutine.create(forever))
    assert(not ok and message:find("overflow", 1, true))
    ok = coroutine.close(coroutine.create(forever))
    assert(ok)
  end
end)

bug("a constructor with very many [exp] fields overflows a counter", function()
  local part = {}
  for i = 1, 40000 do part[i] = "[" .. i .. "] = " .. i end
  local t = assert(load("return {" .. table.concat(part, ", ") .. "}"))()
  assert(t[1] == 1 and t[40000] == 40000 and #t == 40000)
end)
