-- A return closes what may be open; before the first capture nothing is.
local function counter(n)
  if n == 0 then return end
  local count = 0
  local function step() count = count + n; return step end
  if n == 1 then return step end
  return step, function() return count end
end
local function tail(x)
  return counter(function() return x end)
end
do
  local y = 1
  z = function() return y end
end
function a.b.c:d(e) return self end
