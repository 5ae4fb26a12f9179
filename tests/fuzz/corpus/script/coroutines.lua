local co = coroutine.create(function(a, ...)
  local b <close> = setmetatable({}, {__close = function() coroutine.yield("closing") end})
  for i = 1, 3 do a = coroutine.yield(i, a, ...) end
  error({a})
end)
while coroutine.status(co) ~= "dead" do print(coroutine.resume(co, 1, 2)) end
local gen = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
for v in gen do print(v, coroutine.running(), coroutine.isyieldable()) end
print(coroutine.close(coroutine.create(print)), pcall(coroutine.resume, coroutine.running()))
