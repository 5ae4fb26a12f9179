local a, b = ...
while a do f() end
while a < 10 and b do a = a + 1 end
while true do
  if a then break end
  f()
end
while false do f() end
while a do
  local x = a
  b = function() return x end
  if x == b then break end
end
