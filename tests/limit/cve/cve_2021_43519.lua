-- CVE-2021-43519: coroutines that resume coroutines were not counted while they
-- ran on after an error had been caught, so a chain of them overflowed the C
-- stack.
--
-- Chains of coroutines without end, started in every state that a coroutine
-- can be in: each ends in an ordinary error.

local function endless(start)
  local depth = 0
  local function link()
    depth = depth + 1
    return start(link)
  end
  local ok, message = pcall(link)
  assert(depth > 50, "stopped at depth " .. depth)
  return ok, message, depth
end

local function overflow(ok, message)
  assert(not ok and tostring(message):find("overflow", 1, true), message)
end

-- After an error that was caught.
overflow(endless(function(link)
  pcall(error)
  coroutine.wrap(link)()
end))
-- After a caught error and a yield.
overflow(endless(function(link)
  local co = coroutine.wrap(function()
    pcall(function() coroutine.yield() error() end)
    link()
  end)
  co()
  co()
end))
-- In pcall in a coroutine in pcall.
local ok = endless(function(link)
  return pcall(coroutine.wrap(function() return pcall(link) end))
end)
assert(ok)
-- In __close while an error is on its way.
endless(function(link)
  coroutine.wrap(function()
    local _ <close> = setmetatable({}, {__close = function() link() end})
    error("going down")
  end)()
end)
-- In a message handler.
endless(function(link)
  xpcall(error, function() coroutine.wrap(link)() end)
end)
-- By way of a metamethod, an iterator, a comparison, a finalizer's coroutine.
overflow(endless(function(link)
  return setmetatable({}, {__index = coroutine.wrap(link)}).x
end))
overflow(endless(function(link)
  for _ in coroutine.wrap(link) do end
end))
overflow(endless(function(link)
  table.sort({1, 2, 3}, coroutine.wrap(link))
end))
