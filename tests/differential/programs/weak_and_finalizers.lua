-- Which entries of weak tables go, when finalizers run, in which order, and what
-- becomes of errors in them.
collectgarbage(); collectgarbage("stop")
local function count(t) local n = 0 for _ in pairs(t) do n = n + 1 end return n end
-- which kinds of keys and values are ever removed
local function fill(mode)
  local t = setmetatable({}, {__mode = mode})
  for i = 1, 10 do t[i] = {}; t["s" .. i] = "v" .. i; t[{}] = i; t[i + 0.5] = function() return i end; t[function() return i end] = true end
  t[coroutine.create(print)] = 1; t.co = coroutine.create(print); t[true] = {}; t[print] = print; t.io = io.tmpfile()
  local key = {}; t[key] = key; t.long = ("x"):rep(100); t[("y"):rep(100)] = {}
  return t, key
end
for _, mode in ipairs{"k", "v", "kv", "vk", "", "x", "kx", "K"} do
  local t, key = fill(mode); collectgarbage()
  local kinds = {}
  for k, v in pairs(t) do local kind = type(k) .. "=" .. type(v); kinds[kind] = (kinds[kind] or 0) + 1 end
  local list = {}; for k, n in pairs(kinds) do list[#list + 1] = k .. ":" .. n end; table.sort(list)
  print(mode, count(t), table.concat(list, " ")); key = nil
end
-- ephemerons: chains, cycles, keys kept by values of others
do
  local e = setmetatable({}, {__mode = "k"})
  local first = {}; local k = first
  for i = 1, 100 do local n = {}; e[k] = n; k = n end
  collectgarbage(); print(count(e)); k = nil; collectgarbage(); print(count(e)); first = nil; collectgarbage(); print(count(e))
  local e1, e2 = setmetatable({}, {__mode = "k"}), setmetatable({}, {__mode = "k"})
  do local a, b = {}, {}; e1[a] = b; e2[b] = a end
  collectgarbage(); print(count(e1), count(e2))
  local root = {}; do local a = {}; e1[root] = a; e2[a] = {root}; e1[a] = {a} end
  collectgarbage(); print(count(e1), count(e2)); root = nil; collectgarbage(); print(count(e1), count(e2))
end
-- finalizers: order, resurrection, errors, re-marking, values removed before, keys after
local log = {}
local function fin(name, f) return setmetatable({name = name}, {__gc = function(o) log[#log + 1] = o.name; if f then f(o) end end}) end
local function flush() print(table.concat(log, " ")); log = {} end
do local a, b, c = fin("a"), fin("b"), fin("c") end; collectgarbage(); flush()
do local a, b = fin("p"), fin("q"); a.other = b; b.other = a end; collectgarbage(); flush()
local saved; do local r = fin("r", function(o) saved = o end) end; collectgarbage(); flush(); print(saved.name); saved = nil; collectgarbage(); flush()
do local n = 0; local mt = {}; mt.__gc = function(o) n = n + 1; log[#log + 1] = "again" .. n; if n < 3 then setmetatable(o, mt) end end; setmetatable({}, mt) end
for i = 1, 5 do collectgarbage() end; flush()
do local mt = {}; local o = setmetatable({}, mt); mt.__gc = function() log[#log + 1] = "late" end; o = nil; collectgarbage(); flush() end
do local mt = {__gc = true}; local o = setmetatable({}, mt); mt.__gc = function() log[#log + 1] = "set later" end; o = nil; collectgarbage(); flush() end
do local mt = {__gc = function() log[#log + 1] = "removed" end}; local o = setmetatable({}, mt); mt.__gc = nil; o = nil; collectgarbage(); flush() end
do local mt = {__gc = function() log[#log + 1] = "x" end}; local o = setmetatable({}, mt); setmetatable(o, nil); o = nil; collectgarbage(); flush() end
do local mt = {__gc = function() log[#log + 1] = "m1" end}; local o = setmetatable({}, mt); setmetatable(o, {__gc = function() log[#log + 1] = "m2" end}); o = nil; collectgarbage(); flush() end
do local o = setmetatable({}, {__gc = 42}); o = nil; collectgarbage(); local p = setmetatable({}, {__gc = setmetatable({}, {__call = function() log[#log + 1] = "callable" end})}); p = nil; collectgarbage(); flush() end
local wk, wv = setmetatable({}, {__mode = "k"}), setmetatable({}, {__mode = "v"})
do local o = fin("w", function(o) log[#log + 1] = tostring(wk[o]) .. tostring(wv[1]) end); wk[o] = "kept"; wv[1] = o end
collectgarbage(); flush(); collectgarbage(); print(count(wk), count(wv))
-- errors are warnings
warn("@on")
for _, e in ipairs{"text", 42, true, {}, setmetatable({}, {__tostring = function() return "tostring" end})} do setmetatable({}, {__gc = function() error(e) end}); collectgarbage() end
setmetatable({}, {__gc = function() error("no position", 0) end}); collectgarbage()
setmetatable({}, {__gc = function() error() end}); collectgarbage()
setmetatable({}, {__gc = function() local x = nil + 1 end}); collectgarbage()
setmetatable({}, {__gc = function() coroutine.yield() end}); collectgarbage()
setmetatable({}, {__gc = function(...) print(select("#", ...), coroutine.running()) end}); collectgarbage()
coroutine.wrap(function() setmetatable({}, {__gc = function() print(coroutine.isyieldable(), select(2, coroutine.running())) end}); collectgarbage() end)()
warn("@off")
-- finalizers that make objects with finalizers, and at the end of the state in reverse order
do local function again(n) return function() if n > 0 then log[#log + 1] = "n" .. n; setmetatable({}, {__gc = again(n - 1)}) end end end
  setmetatable({}, {__gc = again(3)}) end
for i = 1, 5 do collectgarbage() end; flush()
for i = 1, 5 do _G["end" .. i] = setmetatable({}, {__gc = function() print("end", i); if i == 3 then error("at the end") end; if i == 2 then setmetatable({}, {__gc = function() print("never") end}) end end}) end
