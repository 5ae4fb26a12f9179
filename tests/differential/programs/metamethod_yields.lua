-- Every metamethod yields; errors after a yield; iterators; close.
local function yielding(name, f)
  return function(...)
    local sent = coroutine.yield(name)
    return f(sent, ...)
  end
end
local mt = {}
for _, name in ipairs {"add", "sub", "mul", "div", "mod", "pow", "unm", "idiv", "band", "bor", "bxor", "shl", "shr", "bnot", "concat"} do
  mt["__" .. name] = yielding(name, function(sent) return name .. sent end)
end
mt.__eq = yielding("eq", function(sent) return sent > 2 end)
mt.__lt = yielding("lt", function(sent) return sent > 2 end)
mt.__le = yielding("le", function(sent) return sent > 2 end)
mt.__len = yielding("len", function(sent) return sent end)
mt.__index = yielding("index", function(sent, _, k) return k .. sent end)
mt.__newindex = yielding("newindex", function(sent, t, k, v) rawset(t, k, v .. sent) end)
mt.__call = yielding("call", function(sent, self, ...) return sent, select("#", ...), ... end)
mt.__close = yielding("close", function(sent, self, err) return sent end)
mt.__pairs = yielding("pairs", function(sent, self) return next, {sent}, nil end)
mt.__tostring = function() return "object" end
local function new() return setmetatable({}, mt) end
local function run(label, f)
  local co = coroutine.create(f)
  local line, sent = {label}, 0
  local results = table.pack(coroutine.resume(co))
  while coroutine.status(co) ~= "dead" do
    line[#line + 1] = tostring(results[2])
    sent = sent + 1
    results = table.pack(coroutine.resume(co, sent))
  end
  for i = 1, results.n do line[#line + 1] = tostring(results[i]) end
  print(table.concat(line, " "))
end
run("arithmetic", function() local a, b = new(), new() return a + 1, 1 - b, a * b, a / 2, 5 % a, a ^ 2, -a, a // b end)
run("bits", function() local a = new() return a & 1, 1 | a, a ~ a, a << 1, 1 >> a, ~a end)
run("constants", function() local a = new() return a + 1.5, a - "x", 2 * a, a & 0xff, a << 3, 3 << a, a // 7, a % 3 end)
run("compare", function() local a, b = new(), new() return a == b, a ~= b, a < b, a <= b, a > b, a >= b, a < 1, 1 < a, a >= 2, 2 >= a end)
run("branches", function()
  local a, b, out = new(), new(), {}
  if a == b then out[1] = "eq" else out[1] = "ne" end
  if a < b then out[2] = "lt" else out[2] = "ge" end
  if not (a <= b) then out[3] = "gt" else out[3] = "le" end
  out[4] = a < b and "and" or "or"
  while a < b do out[5] = "loop" break end
  repeat out[6] = (out[6] or 0) + 1 until a == b
  return table.unpack(out, 1, 6)
end)
run("concat", function() local a = new() return a .. "x", "x" .. a, "p" .. "q" .. a .. "r" .. "s", 1 .. a .. 2, a .. a .. a end)
run("len", function() return #new(), #new() + 1 end)
run("index", function() local a = new() return a.x, a[1], a["long key " .. ("x"):rep(50)], a[1.5] end)
run("self", function() local a = setmetatable({}, {__index = yielding("index", function(sent) return function(self, x) return sent, x end end)}) return a:method(7), a.f(a, 8) end)
run("newindex", function() local a = new() a.x = "v" a[1] = "w" a[1] = "again" a["k" .. 1] = 5 return rawget(a, "x"), rawget(a, 1), rawget(a, "k1") end)
run("call", function() local a = new() return a(1, 2, 3), (a()), a(nil, nil) end)
run("tailcall", function() local a = new() return a(1, 2) end)
run("close", function() do local c <close> = new() local d <close> = new() end local e <close> = new() return "r", "s" end)
run("close in loop", function() for i = 1, 2 do local c <close> = new() if i == 2 then break end end return "out" end)
run("close on error", function() return pcall(function() local c <close> = new() error "boom" end) end)
run("close uncaught", function() local c <close> = new() error "boom" end)
run("close goto", function() local n = 0 ::top:: do local c <close> = new() n = n + 1 if n < 3 then goto top end end return n end)
run("generic for close", function() local out = {} for i in function(_, i) i = (i or 0) + 1 if i <= 3 then return i end end, nil, nil, new() do out[#out + 1] = i end return #out end)
run("generic for iterator", function()
  local out = {}
  for k, v in yielding("iterator", function(sent, s, c) if sent < 4 then return sent, c end end), "state", 0 do out[#out + 1] = k .. ":" .. v end
  return table.concat(out, ",")
end)
run("pairs", function() local out = {} for k, v in pairs(new()) do out[#out + 1] = k .. "=" .. v end return table.concat(out) end)
run("error in metamethod", function() local a = setmetatable({}, {__add = function() coroutine.yield "before" error {} end}) return (select("#", pcall(function() return a + 1 end))) end)
run("error string", function() local a = setmetatable({}, {__index = function() coroutine.yield "i" error("in index", 0) end}) return pcall(function() return a.x end) end)
run("pcall xpcall", function()
  return pcall(pcall, xpcall, function(...) return coroutine.yield(...) end, print, "deep")
end)
run("xpcall handler", function() return xpcall(function() coroutine.yield "y" error "E" end, function(m) return "H:" .. m end) end)
run("table functions", function() local a = setmetatable({}, {__index = function(_, i) if i <= 3 then return i end end, __len = function() return 3 end}) return table.concat(a, ","), table.unpack(a) end)
run("across C", function() return pcall(table.sort, {3, 2, 1}, function(x, y) coroutine.yield() end) end)
run("gsub yield", function() return pcall(string.gsub, "abc", ".", coroutine.yield) end)
run("load yield", function() return pcall(load, function() coroutine.yield() end) end)
run("require yield", function() package.preload.ym = function() coroutine.yield() end return pcall(require, "ym") end)
run("dofile-like", function() return select(2, pcall(coroutine.wrap(function() return coroutine.yield() end))) end)
run("many values", function() return select("#", coroutine.yield(table.unpack({}, 1, 100))), coroutine.yield(table.unpack({}, 1, 300)) end)
run("wrap inside", function()
  local gen = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(new() + i) end return "end" end)
  return pcall(gen)
end)
