-- What the programs use to expect errors: an error that says "not enough
-- memory" is passed on, so that it ends the program.
function check_memory(message)
  if type(message) == "string" and message:find("not enough memory", 1, true) then
    if coroutine.status(coroutine.running()) ~= "running" then
      error("who runs has the status " .. coroutine.status(coroutine.running()))
    end
    error("not enough memory", 0)
  end
end

local function must_find(pattern, ok, message, second)
  if ok and message == nil then message = second end  -- nil, message
  check_memory(message)
  if ok and second == nil then error("no error that says " .. pattern, 2) end
  if not tostring(message):find(pattern) then
    error("not an error that says '" .. pattern .. "': " .. tostring(message), 2)
  end
end
-- f(...) raises an error, or returns nil or false and a message.
function fails(pattern, f, ...) must_find(pattern, pcall(f, ...)) end

-- Returns its arguments if the first is true.
function must(ok, message, ...)
  if ok then return ok, message, ... end
  check_memory(message)
  error(message, 2)
end

local function resumed(ok, ...)
  if ok then return ... end
  check_memory((...))
  error((...), 0)
end
-- coroutine.resume without its first result.
function resumes(co, ...) return resumed(coroutine.resume(co, ...)) end
