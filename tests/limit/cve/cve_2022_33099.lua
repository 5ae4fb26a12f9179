-- CVE-2022-33099: an error raised while an error was being handled at the limit
-- of the C stack took stack slots that nobody had asked for.
--
-- Errors recur in message handlers, in the making of messages and at the end of
-- the stack, over and over.

local function outcome(f, handler)
  local called, ok, message = pcall(xpcall, f, handler)
  assert(not called or not ok)  -- not called: it is no function
  return message
end

local function forever() return 1 + forever() end
local function native() return (string.gsub("x", "x", native)) end

-- Handlers that never come to an end by themselves.
local depth = 0
local function recurring(m)
  depth = depth + 1
  local x = m .. nil
  return x
end
local handlers = {
  recurring,
  function() error("again") end,
  function() forever() end,
  function() native() end,
  function(m) return m.x.y.z end,
  function(m) error(setmetatable({}, {__tostring = error})) end,
  function(m) return (string.rep("x", 1 << 40)) end,
  function(m) coroutine.wrap(function() error(m) end)() end,
  function(m) return xpcall(error, recurring, m) and nil end,
  false, 1, {}, setmetatable({}, {__call = error}), error,
  debug.traceback, string.rep, coroutine.yield, pcall, collectgarbage,
}
local failures = {
  forever, native, error,
  function() return #nil end,
  function() return ("x"):rep(200) .. {} end,
  function() local name_of_a_variable = nil; name_of_a_variable() end,
  function() return ("%s"):rep(100):format() end,
  function() coroutine.wrap(forever)() end,
  function() error(setmetatable({}, {__tostring = forever})) end,
  function() setmetatable({}, {__index = forever})[1] = forever() end,
}
for _, f in ipairs(failures) do
  for _, handler in pairs(handlers) do
    outcome(f, handler)
  end
  -- In a chain: each level has its handler.
  local chain = f
  for _ = 1, 30 do
    local inner = chain
    chain = function() assert(xpcall(inner, recurring)) end
  end
  outcome(chain, recurring)
end
assert(depth > 0)
-- And everything works still.
assert(select(2, pcall(error, "plain")) == "plain")
assert(outcome(forever, function(m) return "caught" end) == "caught")
