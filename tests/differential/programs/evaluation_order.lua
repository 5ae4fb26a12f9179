-- In which order operands, arguments, fields and assignments are evaluated.
local log = {}
local function v(name, value) log[#log + 1] = name; if value == nil then return name end return value end
local function flush(label) print(label, table.concat(log, " ")); log = {} end
local function obj(name) return setmetatable({}, {__index = function(_, k) log[#log + 1] = name .. "." .. tostring(k); return nil end, __newindex = function(_, k, x) log[#log + 1] = name .. "." .. tostring(k) .. "=" .. tostring(x) end, __call = function(_, ...) log[#log + 1] = name .. "(" .. select("#", ...) .. ")"; return name end,
  __add = function(a, b) log[#log + 1] = "+"; return a end, __concat = function(a, b) log[#log + 1] = ".." .. (type(a) == "table" and "T" or tostring(a)) .. (type(b) == "table" and "T" or tostring(b)); return "c" end, __eq = function() log[#log + 1] = "=="; return true end, __lt = function(a, b) log[#log + 1] = "<" .. (a.n or "?") .. (b.n or "?"); return true end, __le = function(a, b) log[#log + 1] = "<="; return true end, __len = function() log[#log + 1] = "#"; return 1 end, __close = function() log[#log + 1] = "close " .. name end}) end
local A, B, C = obj "A", obj "B", obj "C"
A.x, B.y, C.z = 1, 2, 3; flush "fields from right to left"
v "t" ; log = {}; local t = {}; local i = 1; i, t[i] = i + 1, 20; print(i, t[1], t[2])
A[v "k1"], B[v "k2"] = v "v1", v "v2"; flush "keys, values, stores"
do local a = {}; local b = a; a.x, a = 1, nil; print(b.x, a) end
do local a, b = 1, 2; a, b = b, a; print(a, b); a, a = 1, 2; print(a); local x, y, z = (function() return 1, 2, 3 end)(); print(x, y, z); x, y, z = 0, (function() return 1, 2, 3 end)(); print(x, y, z); x, y, z = (function() return 1, 2, 3 end)(), 10; print(x, y, z) end
local _ = {v "1", v "2", [v "k"] = v "v", v "3", x = v "x", v(nil, "4")}; flush "constructor"
_ = {[1] = "a", "b"}; print(_[1]); _ = {"b", [1] = "a"}; print(_[1]); _ = {[1] = "a", "b", nil, "c"}; print(#_ == 3, _[3])
_ = v("f", function(...) return select("#", ...) end)(v "a1", v "a2", (v "a3")); flush "call"
_ = A[v "m"]; _ = pcall(function() return A[v "m"][v "n"](v "a") end); flush "index nil"; _ = pcall(function() A.missing(v "arg") end); flush "call of nil: arguments first"
_ = v("a", 1) + v("b", 2) * v("c", 3) ^ v("d", 2) .. v "e" .. v "f"; flush "operators"
_ = A + v "r"; _ = v "l" + A; flush "add"; _ = "x" .. A .. "y"; flush "concat"; _ = A .. "x" .. "y" .. B; flush "concat2"; _ = 1 .. A; _ = A .. 1; _ = A .. B .. C; flush "concat3"
_ = A == B, A ~= B, A < B, A <= B, A > B, A >= B, #A; flush "comparisons"; local P, Q = setmetatable({n = "P"}, getmetatable(A)), setmetatable({n = "Q"}, getmetatable(A)); _ = P < Q; _ = P > Q; flush "swapped"
_ = v("x", false) and v "y" or v "z"; _ = v "x" or v "y"; _ = not v "n"; _ = v("p", false) or v("q", false) and v "r"; flush "short circuit"
for _ = v("from", 1), v("to", 2), v("step", 1) do v "body" end; flush "numeric for"
for _ in v("f", function(_, c) return nil end), v "s", v "c" do end; flush "generic for"
do local a <close> = A; local b <close> = B; v "body" end; flush "close"
do local function f() local a <close> = A; return v "result", B.x end f() end; flush "return then close"
do local function f() local a <close> = A; error "e" end pcall(f) end; flush "error then close"
local mt = {}; for _, e in ipairs{"__add", "__sub", "__mul", "__div", "__mod", "__pow", "__idiv", "__band", "__bor", "__bxor", "__shl", "__shr", "__concat", "__unm", "__bnot", "__len"} do mt[e] = function(a, b, ...) return e .. " " .. (type(a) == "table" and "T" or tostring(a)) .. " " .. (type(b) == "table" and "T" or tostring(b)) .. " " .. select("#", ...) end end
local T = setmetatable({}, mt); local one, half, text = 1, 0.5, "s"
print(T + 1, 1 + T, T + one, one + T, T - 1, 1 - T, T * 2, 2 * T, T / 2, 2 / T, T % 2, 2 % T, T ^ 2, 2 ^ T, T // 2, 2 // T); print(T & 1, 1 & T, T | 1, 1 | T, T ~ 1, 1 ~ T, T << 1, 1 << T, T >> 1, 1 >> T, T & 1.0, 1.0 & T, T & half, T .. text, text .. T, 1 .. T, -T, ~T, #T, T + T, T .. T, T + 1.5, 1.5 + T, T - half, half - T, T + "s", "s" + T, T + 1000, 1000 + T, T - 1000, T << 1000, 1000 << T, T * 1000.5)
local m1, m2 = setmetatable({}, {__lt = function(a, b) return "truthy" end, __le = function() return nil end, __eq = function() return 1 end}), setmetatable({}, {}); print(m1 < m2, m2 < m1, m1 <= m2, m1 > 1, 1 < m1, 1.5 >= m1, m1 == m2, m2 == m1, m1 ~= m2, m1 == 1, not (m1 < m2), "x" < m1)
do local n = 0; local function next_() n = n + 1; return n end; local x = {next_(), next_(), [next_()] = next_(), next_()}; for k = 1, 5 do io.write(tostring(x[k]), " ") end print() end
do local s = ""; local f = function(x) s = s .. x; return x end; local r = f "a" .. f "b" .. f "c"; print(r, s); r = f "d" < f "e"; r = f "f" > f "g"; r = f "h" <= f "i"; r = f "j" >= f "k"; r = f "l" == f "m"; print(s) end
do local a = 1; local function set() a = 2; return 10 end; print(a + set(), a); a = 1; print((a) + set()); a = 1; print(a .. set()); a = 1; print(a, set(), a); a = 1; local t = {a, set(), a}; print(t[1], t[2], t[3]); a = 1; print(a < set()); a = 1; t = {}; t[a] = set(); print(t[1], t[2]); a = 1; local x, y = a, set(); print(x, y) end
