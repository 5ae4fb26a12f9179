local function f(x)
  local a <close> = x
  do
    local b <close>, c = g(x)
    if c then return c end
  end
  return h(a)
end
for i = 1, 2 do
  local d <close> = f(i)
  if d then break end
end
