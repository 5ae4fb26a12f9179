local t = ...
for k, v in pairs(t) do t[k] = v end
for line in t, 1, 2, 3 do
  if line == "" then break end
  if not line then return line end
end
for k in next, t do
  f(function() return k end)
end
