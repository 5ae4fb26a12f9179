-- Runs a batch of generated programs in one process:
--
--   lua harness.lua PRELUDE BATCH MODE
--
-- BATCH holds the number of programs, then for each its length and its bytes.
-- Each program has an environment and a section of the output of its own,
-- on both streams; a section without end is where the process fell.  MODE says
-- how programs run:
--
--   plain         loaded and called
--   generational  with the collector in generational mode
--   eager         with a collector that never rests
--   dump, strip   compiled, dumped (without debug information), loaded again
--   coroutine     inside a coroutine
--   hook          under an empty hook for every event
local prelude, batch, mode = ...
local run_prelude = assert(loadfile(prelude))
run_prelude()
local RESET, P, T, CO, Y, F, C, S, LOG, FLUSH = RESET, P, T, CO, Y, F, C, S, LOG, FLUSH
local helpers = {P = P, T = T, CO = CO, Y = Y, F = F, C = C, S = S, LOG = LOG,
                 FLUSH = FLUSH}

local function copy(t)
  local new = {}
  for k, v in next, t do new[k] = v end
  return new
end

local libraries = {"string", "table", "math", "utf8", "os", "io", "debug", "coroutine"}
local string_meta = getmetatable("")
local string_fields = copy(string_meta)

local function environment()
  local env = copy(_G)
  for _, name in ipairs(libraries) do env[name] = copy(_G[name]) end
  for k, v in next, helpers do env[k] = v end
  env.RESET, env._G, env.arg = nil, env, nil
  -- Without names of variables, all registers look like temporaries.
  if mode == "strip" then env.debug.getlocal = type end
  return env
end

local clear_hook, set_hook, setmeta = debug.sethook, debug.sethook, debug.setmetatable
local collect = collectgarbage

local function restore()
  clear_hook()
  setmeta(nil, nil)
  setmeta(0, nil)
  setmeta(true, nil)
  setmeta(print, nil)
  setmeta(coroutine.running(), nil)
  setmeta("", string_meta)
  for k in next, copy(string_meta) do string_meta[k] = nil end
  for k, v in next, string_fields do string_meta[k] = v end
  collect("restart")
end

local function prepare(text)
  local env = environment()
  local f, message = load(text, "=p", "t", env)
  if f and (mode == "dump" or mode == "strip") then
    f, message = load(string.dump(f, mode == "strip"), "=p", "b", env)
  end
  return f, message
end

local function run(text)
  local f, message = prepare(text)
  if not f then
    P("no program", message)
  elseif mode == "coroutine" then
    CO(f)
  else
    if mode == "hook" then set_hook(function() end, "crl", 1) end
    T(f)
  end
end

if mode == "generational" then collect("generational") end
if mode == "eager" then collect("incremental", 100, 1000, 4) end

local file = assert(io.open(batch, "rb"))
local count = file:read("n", "l")
for i = 1, count do
  local length = file:read("n")
  file:read("l")
  local text = file:read(length)
  RESET()
  io.stdout:write("\n@@@ program ", i, "\n")
  io.stderr:write("\n@@@ program ", i, "\n")
  io.stdout:flush()
  run(text)
  restore()
  if text:find("__gc", 1, true) or text:find("generational", 1, true) or
     text:find("incremental", 1, true) then
    collect(mode == "generational" and "generational" or "incremental")
    collect()
    collect()
  end
  io.stdout:write("\n@@@ end ", i, "\n")
  io.stderr:write("\n@@@ end ", i, "\n")
  io.stdout:flush()
end
