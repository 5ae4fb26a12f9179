local a = ...
repeat a = a + 1 until a > 10
repeat
  local x = a
  local f = function() return x end
until x
repeat
  if a then goto continue end
  f()
  ::continue::
until a == 1
repeat f() until true
repeat f() until false
