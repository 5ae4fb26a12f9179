-- CVE-2020-15945: the line hook compared with the position of the last
-- instruction, which had not been renewed when a function was returned to in an
-- unusual way (after an error in a finalizer), and read outside of the code.
--
-- Functions are left by errors, from finalizers, coroutines, __close and
-- pcall, into functions of quite another size, with a line hook on.

warn("@off")
local count = 0
local function on() debug.sethook(function() count = count + 1 end, "l") end

local long = {}
for i = 1, 400 do long[i] = "x = " .. i end
local big = assert(load("local x\n" .. table.concat(long, "\n") .. "\nerror('big')"))
local stripped = load(string.dump(big, true))

local function failing_garbage()
  for _ = 1, 5 do setmetatable({}, {__gc = big}) end
  for _ = 1, 5 do setmetatable({}, {__gc = stripped}) end
end

on()
for _ = 1, 5 do
  failing_garbage()
  collectgarbage()
  pcall(big)
  pcall(stripped)
  coroutine.wrap(function()
    on()  -- hooks belong to a coroutine
    pcall(big)
    failing_garbage()
    collectgarbage()
    coroutine.yield()
  end)()
  pcall(function() local _ <close> = setmetatable({}, {__close = big}) end)
  pcall(string.gsub, "abc", ".", big)
  pcall(table.sort, {3, 2, 1}, big)
  local x = setmetatable({}, {__index = big, __add = stripped, __eq = big})
  pcall(function() return x.y end)
  pcall(function() return x + 1 end)
  pcall(function() return x == setmetatable({}, getmetatable(x)) end)
end
debug.sethook()
assert(count > 10000, "the hook did not see the lines: " .. count)
