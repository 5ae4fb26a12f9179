"""Errors of the language: what is named in their messages, and where.

Makers as in string_library.py.  Guarded by fuzz_test.py.
"""

import values
from node import stmt

VALUES = ["nil", "true", "1", "1.5", "'s'", "{}", "print", "coroutine.create(print)", "'10'", "2^63", "-0.5", "io.stdout", "setmetatable({}, {__name = 'My'})"]


def place(g):
    """(declaration, expression): a value in each place that has a name."""
    v = g.pick(VALUES)
    return g.pick([
        ("local a = " + v, "a"), ("local a <const> = " + (v if v in ("nil", "true", "1", "1.5", "'s'", "'10'") else "1"), "a"), ("up = nil local up = %s local function q() return up end" % v, "up"),
        ("g = " + v, "g"), ("local t = {f = %s}" % v, "t.f"), ("local t = {f = {g = %s}}" % v, "t.f.g"), ("local t = {%s}" % v, "t[1]"), ("local t, k = {x = %s}, 'x'" % v, "t[k]"),
        ("local t = {[1.5] = %s}" % v, "t[1.5]"), ("local t = {[300] = %s}" % v, "t[300]"), ("", "(%s)" % v), ("local function f() return %s end" % v, "f()"), ("local t = {m = function() return %s end}" % v, "t:m()"),
        ("local t = {}", "t.missing"), ("", "undefined"), ("local t = {}", "t.a.b"), ("local s = 'x'", "s.y"), ("local s = 'x'", "s:nomethod()"), ("local t = {}", "t:nomethod()"), ("", "string.nofunction"),
        ("local a, b = 1, %s" % v, "b"), ("local t = {['a b'] = %s}" % v, "t['a b']"), ("local t = {['%s'] = %s}" % ("x" * 60, v), "t.%s" % ("x" * 60)), ("_ENV.h = %s" % v, "_ENV.h"),
        ("local _ENV = {h = %s, T = T, P = P, pcall = pcall}" % v.replace("coroutine.create(print)", "1").replace("io.stdout", "1").replace("setmetatable({}, {__name = 'My'})", "1").replace("print", "1"), "h")])


def operations(g):
    declaration, e = place(g)
    k = values.scalar(g.rng) if g.chance(0.3) else g.pick(["1", "2.5", "'k'", "'10'", "nil", "{}", "x", "0", "3", "200", "true"])
    use = g.pick(["local r = %s + " + "K", "local r = K - %s", "local r = %s .. K", "local r = K .. %s", "local r = %s < K", "local r = K <= %s", "local r = %s & K", "local r = K | %s", "local r = -%s", "local r = ~%s",
                  "local r = #%s", "%s()", "%s.x = 1", "local r = %s.x", "local r = %s.x.y", "local r = %s[K]", "%s[K] = 1", "%s:method()", "%s.x()", "for i = %s, 2 do break end", "for i = 1, %s do break end",
                  "for i = 1, 2, %s do break end", "for k in %s do break end", "for k in pairs(%s) do break end", "local r <close> = %s", "local r = %s // 0", "local r = %s % 0", "local r = %s << 1.5", "local r = %s >> K", "local r = {} r[%s] = 1",
                  "local r = 2^53 | %s", "if %s > K then end", "while %s >= K do break end", "return %s + 1", "return %s(1)", "local r = %s .. 'a' .. K", "local r = 'a' .. %s .. 'b'", "string.rep(%s)", "('x'):rep(%s)", "math.floor(%s)",
                  "ipairs(%s)", "setmetatable(%s, {})", "%s.x, %s.y = 1, 2", "local r = %s == K and %s + 1", "string.char(%s)", "table.concat({%s})", "table.insert(%s, 1)", "(%s)(1, 2)", "tostring(%s)()", "local r = %s / K",
                  "error(%s)", "error(%s, 2)", "assert(%s)", "assert(false, %s)", "select(%s)", "os.time(%s)", "next(%s)", "rawset(%s, 1, 2)", "string.format('%%d', %s)", "utf8.char(%s)", "io.open(%s):read()", "local r = not %s.x"])
    text = use.replace("%%d", "\x01").replace("%s", e).replace("K", k).replace("\x01", "%d")
    if text.startswith("("):
        text = ";" + text
    if e.startswith("(") and text.startswith("local") is False:
        text = ";" + text
    if "..." in text:
        return operations(g)
    wrap = g.pick(["T(function()\n%s\n%s\nend)", "T(function()\n%s\nlocal function inner()\n%s\nend\ninner()\nend)", "P(xpcall(function()\n%s\n%s\nend, debug.traceback))",
                   "T(function()\n%s\nreturn (function(...) %s end)()\nend)", "T(coroutine.wrap(function()\n%s\n%s\nend))"])
    return stmt(wrap % (declaration, text))


def raised(g):
    value = g.pick(["'message'", "nil", "{}", "42", "1.5", "true", "setmetatable({}, {__tostring = function() return 'obj' end})", "print"])
    level = g.pick(["", ", 0", ", 1", ", 2", ", 3", ", 10"])
    handler = g.pick(["function(e) return e end", "function(e) P('handler', e) return 1, 2 end", "function(e) error('again', 0) end", "debug.traceback", "function(e) return debug.traceback(e, 2) end", "type", "nil", "function(e) error(e) end", "function() end",
                      "function(e) return tostring(e) .. '!' end", "coroutine.yield", "function(e) coroutine.yield(e) end"])
    inner = g.pick(["error(%s%s)" % (value, level), "local function f() error(%s%s) end f()" % (value, level), "return error(%s%s)" % (value, level), "assert(false, %s)" % value, "assert(nil)", "error()", "local t = nil; t.x = 1", "string.rep()",
                    "('x'):bad()", "local c <close> = setmetatable({}, {__close = function(_, e) P(e) end}) error(%s%s)" % (value, level), "pcall(error, 1) error(%s%s)" % (value, level), "coroutine.wrap(function() error(%s%s) end)()" % (value, level),
                    "local co = coroutine.create(function() error(%s%s) end) P(coroutine.resume(co)) error(select(2, coroutine.resume(co)))" % (value, level), "load('error(1)', '=c')()", "load('local x = nil + 1', '@f')()", "error('pos', 1)",
                    "setmetatable({}, {__index = function(t, k) error('index ' .. k%s) end}).key()" % level, "table.sort({1, 2, 3}, function(a, b) error('sort'%s) end)" % level, "string.gsub('a', 'a', function() error('gsub'%s) end)" % level,
                    "for i = 1, 2 do (function() if i == 2 then error('loop'%s) end end)() end" % level])
    form = g.pick(["T(function()\n%s\nend)", "P(xpcall(function()\n%s\nend, " + handler.replace("%", "%%") + "))", "T(function() P(pcall(function()\n%s\nend)) error('outer') end)", "T(coroutine.wrap(function()\n%s\nend))",
                   "CO(function()\nP(xpcall(function()\n%s\nend, " + handler.replace("%", "%%") + "))\nend)"])
    return stmt(form % inner)


MAKERS = [(operations, 6), (raised, 4)]
