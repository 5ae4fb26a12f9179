-- Variables to be closed, left in every way: by the end of a block, break, goto,
-- return, tail position, error, coroutine.close, the end of a coroutine, a
-- yield in __close, an error in __close, from loops, iterators and pcall.
local log = {}
local function say(...) log[#log + 1] = table.concat({...}, " ") end
local function flush(name, ...) print(name, table.concat(log, "; "), ...); log = {} end
local function c(name, f) return setmetatable({name = name}, {__close = function(self, e, ...) say("close", name, tostring(e):gsub("^.-:%d+: ", ""), select("#", ...)); if f then return f(self, e) end end}) end
local function yielding(name) return c(name, function() say("yields", tostring(coroutine.yield(name))) return "ignored" end) end
local function failing(name) return c(name, function() error("error of " .. name, 0) end) end
-- `all` runs a body with each kind of variable, outside and inside a coroutine that is resumed to its end
local kinds = {plain = c, yielding = yielding, failing = failing}
local bodies = {
  {"block", function(m) do local a <close> = m "a"; local b <close> = m "b" end return "after" end},
  {"return", function(m) local a <close> = m "a"; return 1, 2, 3 end},
  {"return of a call", function(m) local a <close> = m "a"; return select(2, "x", "y", "z") end},
  {"return varargs", function(m, ...) local a <close> = m "a"; return ... end},
  {"nested return", function(m) local a <close> = m "a"; do local b <close> = m "b"; for i = 1, 3 do local c <close> = m("c" .. i); if i == 2 then return i end end end end},
  {"break", function(m) for i = 1, 3 do local a <close> = m("a" .. i); if i == 2 then break end end return "broke" end},
  {"while and repeat", function(m) local i = 0; while i < 2 do i = i + 1; local a <close> = m("w" .. i) end repeat local b <close> = m("r" .. i); i = i - 1 until i == 0 or b == nil return i end},
  {"goto", function(m) local i = 0 ::again:: do local a <close> = m("a" .. i); i = i + 1; if i < 3 then goto again end end goto out; do local never <close> = m "never" end ::out:: return i end},
  {"error", function(m) local a <close> = m "a"; local b <close> = m "b"; error("boom", 0) end},
  {"error table", function(m) local a <close> = m "a"; local e = {}; local ok, r = pcall(function() local b <close> = m "b"; error(e) end); return ok, r == e end},
  {"run-time error", function(m) local a <close> = m "a"; local x = nil + 1 end},
  {"pcall", function(m) local a <close> = m "a"; local r = table.pack(pcall(function() local b <close> = m "b"; error("inner", 0) end)); say(tostring(r[1]), tostring(r[2])); return "on" end},
  {"xpcall", function(m) return xpcall(function() local b <close> = m "b"; error("inner", 0) end, function(e) say("handler", tostring(e)); return "H" .. tostring(e) end) end},
  {"generic for", function(m) for k, v in next, {10, 20}, nil, m "closing value" do say(k, v) end return "done" end},
  {"generic for, break", function(m) for k in next, {10, 20}, nil, m "closing value" do break end return "done" end},
  {"generic for, return", function(m) for k in next, {10, 20}, nil, m "closing value" do local a <close> = m "a"; return k end end},
  {"generic for, error", function(m) for k in next, {10, 20}, nil, m "closing value" do error("in the loop", 0) end end},
  {"generic for, iterator fails", function(m) for k in function() error("iterator", 0) end, nil, nil, m "closing value" do end end},
  {"nil and false", function(m) local a <close> = nil; local b <close> = false; local d <close> = m "d"; local e <close> = nil return "ok" end},
  {"not closable", function(m) local a <close> = m "a"; local b <close> = 42; say "never" end},
  {"not closable 2", function(m) local a <close> = m "a"; local b <close> = {}; say "never" end},
  {"loop, not closable", function(m) for k in next, {1}, nil, "no" do end end},
  {"metatable taken away", function(m) local a <close> = m "a"; local b <close> = m "b"; setmetatable(b, nil); return 1 end},
  {"__close taken away", function(m) local a <close> = m "a"; local b <close> = m "b"; getmetatable(b).__close = nil; return 1 end},
  {"__close replaced", function(m) local a <close> = m "a"; getmetatable(a).__close = function() say "other" end; return 1 end},
  {"captured", function(m) local f; do local a <close> = m "a"; local x = 1; f = function() x = x + 1; return x, a.name end; f() end return f() end},
  {"tail call in between", function(m) local function g(n) if n == 0 then return "end" end; local a <close> = m("g" .. n); return g(n - 1) end return g(3) end},
  {"deep", function(m) local function g(n) local a <close> = m("g" .. n); if n == 0 then error("deep", 0) end; g(n - 1); end g(3) end},
  {"varargs and closes", function(m, ...) local function g(...) local a <close> = m "va"; return select("#", ...), ... end return g(1, nil, 3, nil) end},
  {"in a metamethod", function(m) local t = setmetatable({}, {__index = function(_, k) local a <close> = m "ix"; return k end, __add = function() local a <close> = m "add"; return 5 end, __lt = function() local a <close> = m "lt"; return true end, __concat = function() local a <close> = m "cc"; return "c" end}); return t.x, t + 1, t < t, t .. "s", 1 .. t end},
  {"error replaced twice", function(m) local a <close> = c("a", function(_, e) error("second " .. tostring(e), 0) end); local b <close> = m "b"; local d <close> = c("d", function(_, e) error("first " .. tostring(e), 0) end); error("zero", 0) end},
}
for _, body in ipairs(bodies) do for _, kind in ipairs{"plain", "yielding", "failing"} do
  local name, f, m = body[1] .. " / " .. kind, body[2], kinds[kind]
  if kind ~= "yielding" then flush(name, pcall(f, m, "v1", "v2")) end
  local co = coroutine.create(f)
  local r = table.pack(coroutine.resume(co, m, "v1", "v2")); local n = 0
  while coroutine.status(co) == "suspended" do n = n + 1; r = table.pack(coroutine.resume(co, n)) end
  flush(name .. " in a coroutine", n, table.unpack(r, 1, r.n))
  co = coroutine.wrap(function(...) return pcall(f, ...) end); r = table.pack(co(m, "v1")); n = 0
  while kind == "yielding" and r[1] ~= true and r[1] ~= false do n = n + 1; r = table.pack(co(n)) end
  flush(name .. " in pcall in a coroutine", n, table.unpack(r, 1, r.n))
  -- closed at its first yield
  co = coroutine.create(function() local x <close> = c "outer"; local r = table.pack(pcall(f, m)); coroutine.yield("between"); return table.unpack(r, 1, r.n) end)
  local first = table.pack(coroutine.resume(co)); flush(name .. " until a yield", table.unpack(first, 1, first.n)); flush(name .. " then closed", pcall(coroutine.close, co)); flush("", coroutine.status(co))
end end
-- coroutine.close: errors, status, twice, of a running or normal one
local co = coroutine.create(function() local a <close> = failing "a"; local b <close> = c "b"; coroutine.yield() end); coroutine.resume(co); flush("close", coroutine.close(co)); flush("again", coroutine.close(co)); flush("dead", coroutine.status(co), coroutine.resume(co))
co = coroutine.create(function() local a <close> = yielding "a"; coroutine.yield() end); coroutine.resume(co); flush("close with a yield", coroutine.close(co))
co = coroutine.create(function() error({}) end); coroutine.resume(co); flush("after an error", (coroutine.close(co))); flush("once more", coroutine.close(co))
flush("fresh", coroutine.close(coroutine.create(print))); flush("running", pcall(coroutine.close, coroutine.running())); co = coroutine.create(function() return pcall(coroutine.close, coroutine.running()) end); flush("itself", coroutine.resume(co))
do local outer; outer = coroutine.create(function() local inner = coroutine.create(function() return pcall(coroutine.close, outer) end); return coroutine.resume(inner) end); flush("normal", coroutine.resume(outer)) end
local w = coroutine.wrap(function() local a <close> = c "a"; local b <close> = failing "b"; error("wrapped", 0) end); flush("wrap closes", pcall(w)); flush("wrap is dead", pcall(w))
for _, level in ipairs{1, 2, 3} do local function f() local a <close> = c("a", function(_, e) error("at level", level) end) end local function g() f() end; flush("position " .. level, pcall(g)) end
