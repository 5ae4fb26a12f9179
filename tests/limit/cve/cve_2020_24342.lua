-- CVE-2020-24342: an error at the very end of the C stack, when the thing
-- called was no function, was counted wrongly, and the error's own handling ran
-- past the red zone.
--
-- Native recursion of each kind is driven to its limit, where it calls
-- something that is not callable, raises, formats long messages or enters a
-- message handler that does the same.

local function innermost(how)
  local depth = 0
  local bottom = setmetatable({}, {
    __index = 42, __concat = {}, __tostring = function() return {} end,
    __name = ("n"):rep(200), __call = false, __close = 1, __lt = "x"})
  local step
  function step()
    depth = depth + 1
    how(step, bottom)
  end
  return pcall(step), depth
end

local drivers = {
  function(step) string.gsub("a", "a", step) end,
  function(step, bottom)
    string.gsub("a", "a", step)
    return bottom()
  end,
  function(step, bottom)
    pcall(bottom)
    string.gsub("a", "a", step)
  end,
  function(step, bottom)
    pcall(tostring, bottom)
    table.sort({1, 2}, step)
  end,
  function(step, bottom)
    pcall(function() return bottom .. "x" end)
    xpcall(step, function() return bottom() end)
    error(("message "):rep(100))
  end,
  function(step, bottom)
    xpcall(bottom, step)
  end,
  function(step, bottom)
    pcall(function() return bottom < bottom end)
    coroutine.wrap(step)()
    return bottom.x.y
  end,
  function(step, bottom)
    pcall(error, setmetatable({}, {__tostring = step}))
    tostring(setmetatable({}, {__tostring = step}))
    local _ <close> = bottom
  end,
  function(step)
    assert(load(step))
  end,
}

for i, how in ipairs(drivers) do
  local _, depth = innermost(how)
  assert(depth >= 10, "driver " .. i .. " stopped at depth " .. depth)
  for _ = 1, 3 do innermost(how) end
end
-- The limits are back where they were.
assert(select("#", pcall(string.rep, "x", 10)) == 2)
local ok, message = pcall(drivers[1], function() error("up") end)
assert(not ok and message:find("up", 1, true))
