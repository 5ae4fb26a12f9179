local n, t = ...
for i = 1, n do t[i] = i end
for i = n, 1, -1 do
  t[i] = function() return i end
  if i == 5 then break end
end
