local function closer(name, fail)
  return setmetatable({}, {__close = function(_, e) if fail then error(name, 0) end end})
end
print(pcall(function()
  local a <close> = closer("a")
  local b <close> = closer("b", true)
  for i = 1, 2 do local c <close> = closer("c", i == 2) if i == 2 then goto out end end
  ::out::
  return 1, 2, 3
end))
for k, v in next, {1, 2}, nil, closer("loop", true) do break end
