-- Switches between coroutines, with a value passed each way.
--
-- Idea: a token goes round a ring of 503 threads; each takes one from it and
-- passes it on.
--
-- n: times that the token is passed; result: the thread that has it at the
-- end.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 7000000
local expected = {
  [1000] = "497",
  [140000] = "166",
  [7000000] = "252",
}

local THREADS = 503
local resume, yield = coroutine.resume, coroutine.yield

local function body(token)
  while true do
    token = yield(token - 1)
  end
end

local threads = {}
for i = 1, THREADS do
  threads[i] = coroutine.create(body)
end

local token, holder = n, 1
while token > 0 do
  local _
  _, token = resume(threads[holder], token)
  if token > 0 then
    holder = holder % THREADS + 1
  end
end

harness.finish("coroutine_ring", n, expected, string.format("%d", holder))
