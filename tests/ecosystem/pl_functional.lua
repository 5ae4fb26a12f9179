-- Penlight: functions, comprehensions, utilities, strict mode and dates.
package.path = "/usr/share/lua/5.4/?.lua"
package.cpath = ""

local utils = require "pl.utils"
local func = require "pl.func"
local operator = require "pl.operator"
local comprehension = require "pl.comprehension".new()
local tablex = require "pl.tablex"
local types = require "pl.types"
local strict = require "pl.strict"
local compat = require "pl.compat"
local Date = require "pl.Date"
local List = require "pl.List"
local balanced = require "pl.luabalanced"

-- Prints the results of one line, or its error, which must be equal too.
local function try(f)
  print(select(2, pcall(f)))
end
local sorted = dofile "printed.lua".sorted
local function list(t)
  local parts = {}
  for i, v in ipairs(t) do
    parts[i] = type(v) == "table" and list(v) or tostring(v)
  end
  return "[" .. table.concat(parts, " ") .. "]"
end

print "utils"
try(function() return sorted(utils.pack(1, nil, 3)), utils.unpack({n = 3, 1, nil, 3}) end)
utils.printf("%s %d %5.2f|\n", "x", 3, 2.5)
utils.fprintf(io.stdout, "%q\n", "a\nb")
try(function() return utils.choose(true, 1, 2), utils.choose(nil, 1, 2), utils.array_tostring({1, "b", true})[3] end)
try(function() return utils.is_type("x", "string"), utils.is_type(1, "string"), utils.escape "a.b*c", list(utils.split "a b  c") end)
try(function() return list(utils.split("a.b.c", ".", true, 2)), utils.splitv("k=v", "="), list(utils.split("a1b22c", "%d+")) end)
try(function() local calls = 0 local f = utils.memoize(function(x) calls = calls + 1 return x * 2 end) return f(2), f(2), f(3), calls end)
try(function() return utils.bind1(math.max, 10)(3), utils.bind2(function(a, b) return a - b end, 3)(10) end)
try(function() return utils.string_lambda "|x,y| x * y" (6, 7), utils.string_lambda "_ + 1" (41) end)
try(function() return utils.function_arg(1, "+")(1, 2), utils.function_arg(1, "#") "abc" end)
try(function() return utils.function_arg(1, 5) end)
try(function() return utils.assert_arg(2, {}, "number") end)
try(function() return utils.assert_string(3, nil) end)
try(function() return utils.assert_arg(1, 5, "number", function(v) return v > 9 end, "must exceed 9") end)
try(function() local e = utils.enum("A", "B") return e.A, e.B, pcall(function() return e.C end) end)
try(function() return sorted(utils.enum {X = "x", Y = 5}), pcall(utils.enum, 1) end)
for i, v in utils.npairs {1, nil, 3, n = 3} do io.write(i, "=", tostring(v), " ") end
for i, v in utils.npairs({1, 2, 3, 4}, 4, 1, -2) do io.write(i, "=", v, " ") end
for k, v in utils.kpairs {1, 2, only = 3} do io.write(k, "=", v, "\n") end
try(function() return utils.quote_arg "it's", utils.quote_arg {"a b", "c"}, utils.quote_arg "" end)
try(function() return utils.executeex("printf 'out'; printf 'err' >&2; exit 3") end)
try(function() return utils.writefile("f.txt", "one\ntwo\n"), utils.readfile "f.txt", list(utils.readlines "f.txt") end)
try(function() return utils.readfile "missing.txt", utils.readlines "missing.txt" end)
try(function() return utils.raise "a message" end)
try(function() utils.on_error "error" return utils.raise "thrown" end)
try(function() utils.on_error "default" return utils.on_error "wrong" end)
try(function() return compat.lua51, compat.jit, compat.dir_separator, compat.is_windows, compat.load "return 1 + 1" (), compat.setfenv and compat.getfenv(try) == _G end)
try(function() local f = compat.load("x = 5 return y") compat.setfenv(f, {y = 7}) return f(), rawget(_G, "x") end)
try(function() return list(table.pack(compat.execute "exit 4")), compat.warn end)
try(function() return tostring(utils.patterns.FLOAT), utils.patterns.IDEN, ("x9 -1.5e3"):match(utils.patterns.FLOAT) end)
try(function() local mt = {} utils.add_function_factory(mt, function(x) return function(y) return x.v + y end end) return tablex.map(setmetatable({v = 10}, mt), {1, 2})[2] end)
try(function()
  utils.set_deprecation_func(function(msg, trace) print("deprecated", msg, type(trace)) end)
  return utils.raise_deprecation {source = "Here 1.0", message = "gone", version_removed = "2.0", deprecated_after = "1.5"}
end)
try(function() return utils.raise_deprecation {} end)

print "func and operator"
local _1, _2, _3, I = func._1, func._2, func._3, func.I
try(function() return tostring(_1 + 2 * _2), tostring(-_1 ^ 2 .. "x"), tostring(func.Not(_1):And(_2)), tostring((_1 * _2)[_3]), tostring(_1.name) end)
try(function() return I(_1 + _2)(3, 4), I(_1 * _1 - 1)(5), I(_1 .. "!")("hey"), I(#_1 and _1)({1}) and 1 end)
try(function() return list(tablex.map(_1 + 10, {1, 2})), list(tablex.map(_1.x, {{x = 1}, {x = 2}})), list(tablex.filter({1, 5, 9}, func.Gt and func.Gt(_1, 3) or I(_1))) end)
try(function() return tablex.reduce(_1 * _2, {1, 2, 3, 4}), tablex.map_named_method and list(tablex.map_named_method("upper", {"a"})), tablex.map2(_1 .. _2, {"a"}, {"b"})[1] end)
try(function() return func.bind(math.max, _2, 5, _1)(1, 9), func.bind(string.format, "%s-%s", _2, _1)("a", "b"), func.bind1 == nil end)
try(function() return func.compose(math.abs, tonumber)("-5"), func.curry(math.max, 3)(2) end)
try(function() local sin = func.register(math.sin, "sin") return tostring(sin(_1) + 1), ("%.4f"):format(I(sin(_1))(1)) end)
try(function() local m = {} func.import("math", m) return tostring(m.max(_1, 3)), I(m.max(_1, 3))(2) end)
try(function() return list(func.tail {1, 2, 3}), func.isPE(_1), func.isPE(1), I(func.Args(_1, _2) and _1)(1, 2) end)
for _, op in ipairs {"eq", "neq", "lt", "le", "gt", "ge", "add", "sub", "mul", "div", "pow", "mod", "concat", "land", "lor"} do
  io.write(op, "=", tostring(operator[op](7, 2)), " ")
end
print(operator.unm(3), operator.lnot(nil), operator.len "abc", operator.index({5}, 1), operator.call(math.min, 2, 1), list(operator.table(1, 2)), operator.match("abc", "b"), operator.nop(1))
for name, f in tablex.sort(operator.optable) do io.write(name, " ", type(f), " ") end
print()

print "comprehension"
local C = comprehension
for _, source in ipairs {
  "x for x", "x^2 for x", "{x,y} for x for y", "x*y for x for y if x > y", "table(v,k for k,v in pairs(_1))",
  "sum(x for x)", "max(x for x)", "min(x*-1 for x)", "list(x for x if x % 2 == 1)", "x for x=1,10,3",
  "x+_2 for x=1,_1", "{i,v} for i,v in ipairs(_1)", "table(x,x*2 for x)", "product(x for x)", "x if x",
  "x for", "sum(x^2 for x=1,10)", "s:upper() for s", "(x,y) for x",
} do
  try(function()
    local ok, f = pcall(C, source)
    if not ok then return source, "error", f end
    local arg = source:find "upper" and {"a", "b"} or source:find "=1,_1" and 4 or {3, 1, 2}
    local result = f(arg, source:find "_2" and 100 or {5, 6})
    return source, type(result) == "table" and sorted(result) or result
  end)
end
for _, text in ipairs {"x + (y) z", "function() return 1 end, 2", "'a\\'b' .. [==[c]==] rest", "{1,{2}}[1] = 3", "a.b:c'd' {e} f"} do
  try(function() return balanced.match_expression(text, 1) end)
  try(function() return balanced.match_namelist(text, 1) end)
  try(function() return balanced.match_string(text, 1) end)
  try(function() return (balanced.gsub(text, function(kind, s) return kind .. "<" .. s .. ">" end)) end)
end

print "strict"
try(function() return undefined_name end)
try(function() assigned_name = 1 end)
local M = strict.module("mod", {known = 1})
try(function() M.added = 2 return M.known, M.added end)
try(function() return M.unknown end)
local closed = strict.closed_module({f = 1}, "closed")
try(function() return closed.f end)
try(function() closed.g = 1 end)
try(function() return closed.h end)

print "Date"
local function at(y, m, d, h, mi, s)
  return Date {year = y, month = m, day = d, hour = h or 12, min = mi, sec = s}
end
local f = Date.Format "yyyy-mm-dd HH:MM:SS"
for _, d in ipairs {at(2000, 1, 1), at(2024, 2, 29, 23, 59, 59), at(1999, 12, 31, 0), at(2038, 1, 19, 3, 14, 7)} do
  try(function() return f:tostring(d), d:weekday_name(), d:weekday_name(true), d:month_name(), d:month_name(true), d:is_weekend(), d:year(), d:yday(), f:tostring(d:last_day()) end)
  for _, delta in ipairs {{day = 1}, {month = 1}, {year = -4}, {hour = 30}, {min = -61}, {sec = 86400}, {month = 13}} do
    try(function() local e = Date(d) e:add(delta) return sorted(delta), f:tostring(e), tostring(e > d and e:diff(d) or d:diff(e)), e > d, e == d end)
  end
end
for _, case in ipairs {
  {"dd/mm/yyyy", "31/12/1999"}, {"yyyy-mm-dd", "2001-02-03"}, {"HH:MM", "23:59"}, {"d/m/yy", "1/2/03"},
  {"yyyymmdd", "20240229"}, {"d mm yyyy", "3 02 2020"}, {"dd/mm/yyyy", "nonsense"}, {"yyyy-mm-dd", "2001-13-40"},
} do
  try(function()
    local format = Date.Format(case[1])
    local d, err = format:parse(case[2])
    return case[1], case[2], d and (case[1]:find "y" and f:tostring(d) or d:hour() .. ":" .. d:min()) or err
  end)
end
local any = Date.Format()
for _, text in ipairs {"2010-10-18T05:01:02", "May 4, 1979 12:30", "2011-12-13 10:30:45Z", "3 Jan 2005", "12/31/1999", "2012/1/2", "31 feb 2001 ", "x"} do
  try(function() local d, err = any:parse(text) return text, d and f:tostring(d) or err end)
end
try(function() return tostring(Date.Interval(86400 * 3 + 3661)), tostring(at(2021, 3, 4):diff(at(2020, 1, 1))) end)
try(function() return tostring(at(2020, 5, 6):toUTC()), at(2020, 5, 6) < at(2020, 5, 7), at(2020, 5, 6) <= at(2020, 5, 6) end)
try(function() return at(2020, 5, 6) + Date.Interval(3600), at(2020, 5, 6) - 1 end)
try(function() return Date.Format(5) end)
