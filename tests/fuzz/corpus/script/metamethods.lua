local mt = {}
for _, e in ipairs {"add", "sub", "mul", "div", "mod", "pow", "unm", "idiv", "band", "bor", "bxor",
    "shl", "shr", "bnot", "concat", "len", "eq", "lt", "le", "call", "index", "tostring", "pairs"} do
  mt["__" .. e] = function(a, b) coroutine.yield(e) return a end
end
mt.__newindex = function(t, k, v) rawset(t, k, v) end
local t = setmetatable({}, mt)
local f = coroutine.wrap(function()
  return t + 1, 2 - t, t .. "x", #t, -t, t < t, t == setmetatable({}, mt), t(1), t.x, t[1], ~t
end)
for i = 1, 20 do print(pcall(f)) end
