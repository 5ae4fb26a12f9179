local i = 1
::top::
do
  local x = i
  local f = function() return x end
  i = i + 1
  if i < 10 then goto top end
  if f() then goto done end
end
for j = 1, 3 do
  if j == 2 then goto continue end
  print(j)
  ::continue::
end
::done::
