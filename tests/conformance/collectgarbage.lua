-- The options of collectgarbage (manual 6.1).

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok and string.find(message, text, 1, true), message)
end

assert(collectgarbage() == 0 and collectgarbage("collect") == 0)
assert(math.type(collectgarbage("count")) == "float")
fails("bad argument #1 to 'collectgarbage' (invalid option 'x')",
      collectgarbage, "x")
fails("string expected, got table", collectgarbage, {})

do  -- memory comes and goes
  collectgarbage()
  local before = collectgarbage("count")
  local s = string.rep("x", 1 << 20)
  assert(collectgarbage("count") >= before + 1024)
  s = nil
  collectgarbage()
  assert(collectgarbage("count") < before + 100)
end

do  -- stop and restart
  assert(collectgarbage("isrunning") == true)
  assert(collectgarbage("stop") == 0)
  assert(collectgarbage("isrunning") == false)
  local weak = setmetatable({}, {__mode = "v"})
  for i = 1, 1000 do weak[i] = {} end
  for i = 1, 1000 do assert(weak[i]) end
  collectgarbage()  -- works nevertheless
  assert(next(weak) == nil and not collectgarbage("isrunning"))
  assert(collectgarbage("restart") == 0 and collectgarbage("isrunning"))
end

do  -- modes and parameters
  local mode = collectgarbage("incremental")
  assert(mode == "incremental" or mode == "generational")
  assert(collectgarbage("generational", 30, 120) == "incremental")
  assert(collectgarbage("incremental", 160, 400, 12) == "generational")
  assert(collectgarbage("setpause", 200) == 160)
  assert(collectgarbage("setstepmul", 100) == 400)
  assert(collectgarbage("setpause", 200) == 200)
  assert(collectgarbage("setstepmul", 100) == 100)
  assert(collectgarbage("incremental") == "incremental")
end

do  -- steps end a cycle at some time
  collectgarbage("incremental")
  local weak = setmetatable({{}}, {__mode = "v"})
  local steps = 0
  repeat
    steps = steps + 1
    assert(steps <= 1000000)
  until collectgarbage("step", 0)
  while weak[1] do collectgarbage("step", 10) end
  collectgarbage("generational")
  assert(type(collectgarbage("step")) == "boolean")
  collectgarbage("incremental")
end

do  -- in a finalizer every option fails
  local result, count = "not called", nil
  setmetatable({}, {__gc = function()
    result = collectgarbage()
    count = collectgarbage("count")
  end})
  collectgarbage()
  assert(result == nil, "collectgarbage in a finalizer gave " ..
         tostring(result))
  assert(count == nil)
end

do  -- percentages are kept in steps of 4, as PUC does
  local pause, multiplier =
    collectgarbage("setpause", 50), collectgarbage("setstepmul", 203)
  assert(collectgarbage("setpause", -1) == 48)
  assert(collectgarbage("setpause", pause) == 0)
  assert(collectgarbage("setstepmul", multiplier) == 200)
end

print("ok")
