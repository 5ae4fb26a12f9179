-- Closing a state from deep inside: os.exit in a coroutine, under pcall, with
-- variables to be closed in both stacks.  (It must end, with the code given.)
local engine = arg and arg[-1]
if engine then
  local code = [[
    local t <close> = setmetatable({}, {__close = function() print("close") end})
    local function f()
      local u <close> = setmetatable({}, {__close = function() print("inner") end})
      os.exit(5, true)
    end
    coroutine.wrap(function() pcall(f) end)()]]
  local name = os.tmpname()
  local file <close> = assert(io.open(name, "w"))
  file:write(code)
  file:flush()
  local pipe = io.popen(string.format("'%s' %s", engine, name))
  assert(pipe:read("a"):find("close"))
  local ok, how, status = pipe:close()
  os.remove(name)
  assert(not ok and how == "exit" and status == 5)
end
