"""Calls of the other libraries with arguments at the edges.

Makers as in string_library.py.  Guarded by fuzz_test.py.
"""

import values
from node import expr, quote, stmt
from string_library import call

LOGGING_TABLE = (
    'setmetatable({}, {__index = function(_, k) P("get", k) return base[k] end, '
    '__newindex = function(_, k, v) P("set", k, v) base[k] = v end, '
    '__len = function() P("len") return #base end})')


def sequence(g, most=8):
    kind = g.rng.randrange(4)
    n = g.rng.randrange(most)
    if kind == 0:
        items = [g.pick(values.SMALL_INTEGERS) for _ in range(n)]
    elif kind == 1:
        items = [quote(values.random_text(g.rng, "abc", 4)) for _ in range(n)]
    elif kind == 2:
        items = [values.number(g.rng) for _ in range(n)]
    else:
        items = [g.pick(["1", "2.5", '"a"', '"10"', "true", "false"]) for _ in range(n)]
    return "{" + ", ".join(items) + "}"


def position(g):
    return g.pick(["0", "1", "2", "3", "-1", "4", "5", "9", "math.maxinteger", "math.mininteger", "1.0", "1.5", '"2"', "nil"])


def tables(g):
    """table.*, on a plain sequence and on one that logs every access."""
    base = sequence(g)
    r = g.rng.random()
    if r < 0.2:
        what = "return table.insert(%s)" % ", ".join(["t"] + g.pick(
            [["v"], [position(g), "v"], ["#base + 1", "v"], ["#base + 2", "v"], [], ["1", "v", "v"]]))
    elif r < 0.4:
        what = "return table.remove(t%s)" % g.pick(["", ", " + position(g), ", #base", ", #base + 1", ", 1", ", #base + 2"])
    elif r < 0.6:
        i, j, k = (g.pick(["1", "2", "3", "#base", "0", "-1", "4"]) for _ in range(3))
        if g.chance(0.15):
            i, j, k = (position(g) for _ in range(3))
            if "math" in i + j:
                i, j = g.pick([("1", "0"), ("math.mininteger", "math.maxinteger"), ("math.maxinteger", "math.maxinteger"), ("1", "math.maxinteger"), ("-1", "math.maxinteger")])
        what = "return table.move(t, %s, %s, %s%s)" % (i, j, k, g.pick(["", "", ", {}", ", t", ", {9, 8, 7}", ", nil"]))
    elif r < 0.75:
        what = "return table.concat(t%s)" % g.pick(
            ["", ', ","', ', ", ", 2', ', "", 1, 2', ', "-", 3, 1', ', ";", 0, 1', ', nil, 2', ", 1, 2, 3", ', "", math.maxinteger, math.maxinteger', ', "", 1, #base + 1'])
    elif r < 0.9:
        what = "return table.unpack(t%s)" % g.pick(
            ["", ", 1", ", 2", ", 1, 3", ", -1, 2", ", 3, 1", ", 1, 1e7", ", 1, math.maxinteger", ", math.mininteger, math.maxinteger",
             ", math.maxinteger - 1, math.maxinteger", ", math.mininteger, math.mininteger + 1", ", 1.5", ", 2.0, 3.0", ', "1", "2"', ", 0, 0"])
    else:
        what = "local p = table.pack(table.unpack(t)) return p.n, p"
    head = "base = %s\nlocal v = %s\n" % (base, values.scalar(g.rng))
    table = LOGGING_TABLE if g.chance(0.4) else "base"
    text = "do\nlocal %slocal t = %s\nT(function() %s end)\n" % (head, table, what)
    return stmt(text, "P(S(base))\nend")


def sort(g):
    kind = g.rng.randrange(6)
    n = g.pick([0, 1, 2, 3, 5, 10, 20, 40, 100])
    if kind < 3:
        items = [str(g.rng.randrange(-20, 20)) for _ in range(n)] if kind else [values.number(g.rng).replace("(0/0)", "1") for _ in range(n)]
    else:
        items = [quote(values.random_text(g.rng, "abcABC\0", 6)) for _ in range(n)]
    compare = g.pick(["", "", ", function(a, b) return a > b end", ", function(a, b) return a < b end",
                      ", function() error('in sort') end", ", function() error({}) end", ", function(a, b) return coroutine.yield(a) end",
                      ", 1", ", nil", ", print, 1", ", function(a, b) return tostring(a) < tostring(b) end"])
    if "yield" in compare or "error" in compare:
        items = items[:2]
    show = 'for i = 1, #t do t[i] = type(t[i]) == "number" and t[i] + 0.0 or t[i] end P(#t, table.concat(t, " "))'
    if g.chance(0.1):
        return stmt("T(table.sort, {", g.pick(['1, "a"', '"a", 1', "{}, {}", "true, false", "1, {}", "nil, 2", "print, print", "{}, 1"]), "})")
    return stmt("do\nlocal t = {", ", ".join(items), "}\nT(table.sort, t", compare.replace(", print, 1", ", 'x'"), ")\n",
                show if "tostring" not in compare else "P(#t)", "\nend")


def maths(g):
    name = g.pick(["abs", "ceil", "floor", "sqrt", "tointeger", "type", "modf", "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan",
                   "deg", "rad", "fmod", "fmod", "max", "min", "ult", "log", "atan", "tointeger", "floor", "fmod"])
    count = {"fmod": 2, "max": g.rng.randrange(5), "min": g.rng.randrange(5), "ult": 2, "log": g.rng.randrange(1, 3), "atan": g.rng.randrange(1, 3)}.get(name, 1)
    args = [g.pick([values.number(g.rng), values.number(g.rng), g.pick(values.NUMERIC_STRINGS), values.scalar(g.rng)])
            if g.chance(0.3) else values.number(g.rng) for _ in range(count)]
    return call(g, "math." + name, args)


def arithmetic(g):
    """Operators on every pairing of edges, with constants and with variables."""
    op = g.pick(["+", "-", "*", "/", "//", "%", "^", "&", "|", "~", "<<", ">>", "<", "<=", ">", ">=", "==", "~=", ".."])
    make = lambda: g.pick(values.NUMERIC_STRINGS) if g.chance(0.12) else values.scalar(g.rng) if g.chance(0.05) else values.number(g.rng)
    a, b = make(), make()
    form = g.rng.randrange(5)
    if form == 0:
        return stmt("T(function() return ", expr(a), " ", op, " ", expr(b), " end)")
    if form == 1:
        return stmt("T(function(a, b) return a ", op, " b end, ", expr(a), ", ", expr(b), ")")
    if form == 2:
        return stmt("T(function(a) return a ", op, " ", expr(b), " end, ", expr(a), ")")
    if form == 3:
        return stmt("T(function(b) return ", expr(a), " ", op, " b end, ", expr(b), ")")
    return stmt("T(function(a, b) if a ", op, " b then P('yes') else P('no') end while not (a ", op, " b) do P(1) break end return a ", op,
                " b and 1 or 2, - a, - b end, ", expr(a), ", ", expr(b), ")")


def utf8(g):
    r = g.rng.random()
    text = quote("".join(g.pick(["a", "b", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\x80", "\xff", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                 "\xfd\xbf\xbf\xbf\xbf\xbf", "\xc0\x80", "\0", "\xf8\x88\x80\x80\x80"]) if g.chance(0.5) else g.pick(["x", "\xc3\xa4", "\xe4\xb8\xad"])
                       for _ in range(g.rng.randrange(7))))
    index = lambda: g.pick([None, "1", "2", "-1", "3", "0", "-2", "100", "-100", "4", "5", "math.maxinteger", "math.mininteger", "1.0"])
    lax = g.pick([None, None, "true", "false"])
    if r < 0.2:
        return call(g, "utf8.char", [g.pick(["0", "65", "0x7f", "0x80", "0x7ff", "0x800", "0xffff", "0x10000", "0x10ffff", "0x110000", "0x7fffffff",
                                             "0x80000000", "-1", "0xd800", "1.5"]) for _ in range(g.rng.randrange(4))])
    if r < 0.4:
        return call(g, "utf8.len", [text, index(), index(), lax])
    if r < 0.6:
        return call(g, "utf8.codepoint", [text, index(), index(), lax])
    if r < 0.8:
        return call(g, "utf8.offset", [text, g.pick(["0", "1", "-1", "2", "-2", "5", "100", "-100"]), index()])
    return stmt("T(function() for p, c in utf8.codes(", expr(text.replace("\\128", "")), g.pick(["", "", ", true"]), ") do F() P(p, c) end end) ",
                "P(utf8.charpattern) T(function() for c in (", expr(text), "):gmatch(utf8.charpattern) do P(c) end end)")


def dates(g):
    r = g.rng.random()
    time = g.pick(["0", "86400", "951782400", "1709210096", "-1", "1e9", "2147483648", "-86401", "4102444800", "253402300800", "1.5", '"7"', "2^40", "2^60", "-2^55"])
    if r < 0.4:
        spec = "".join(g.pick(["%Y", "%m", "%d", "%H", "%M", "%S", "%p", "%A", "%a", "%B", "%b", "%c", "%x", "%X", "%y", "%j", "%U", "%w", "%W", "%Z", "%%",
                               "%I", "%D", "%e", "%F", "%g", "%G", "%h", "%n", "%R", "%t", "%T", "%u", "%V", "%C", "%r", "%z", "%E", "%Ex", "%EY", "%Od", "%Oy",
                               "%Q", "%", "%k", "x", " "]) for _ in range(g.rng.randrange(1, 4)))
        return call(g, "os.date", [quote(g.pick(["!", "!", ""]) + spec), time])
    if r < 0.6:
        return call(g, "os.date", [g.pick(['"*t"', '"!*t"', '"!*t "', '"*tx"', '"!"', '""']), time])
    field = lambda edges: g.pick(edges + [str(g.rng.randrange(-40, 140))])
    fields = [("year", field(["2000", "1970", "1900", "2024", "99999", '"2001"', "2000.0", "2000.5", "math.maxinteger", "2147485547", "nil"])),
              ("month", field(["1", "2", "12", "13", "0", '"x"', "nil"])), ("day", field(["1", "29", "31", "0", "2^31", "nil"])),
              ("hour", field(["0", "12", "nil"])), ("min", field(["0", "nil", "1.5"])), ("sec", field(["0", "61", "nil"])), ("isdst", g.pick(["nil", "false", "true"]))]
    text = ", ".join("%s = %s" % f for f in fields if g.chance(0.9))
    return stmt("T(function() local t = {", text, "} local r = os.time(t) return r, t end)")


def base(g):
    r = g.rng.random()
    if r < 0.15:
        n = g.rng.randrange(4)
        return call(g, "select", [g.pick(['"#"', "1", "2", "-1", "-2", "-5", "0", "1.5", '"1"', '"x"', "math.mininteger", "math.maxinteger"])] + [values.scalar(g.rng) for _ in range(n)])
    if r < 0.25:
        return call(g, g.pick(["rawequal", "rawlen", "rawget", "rawset"]), [g.pick(["{}", '"abc"', "{1, 2}", "nil", "5"]), values.scalar(g.rng), g.pick([None, "1"])])
    if r < 0.32:
        return call(g, "type", [g.pick([None, values.scalar(g.rng)])])
    if r < 0.42:
        return call(g, "tostring", [values.scalar(g.rng)])
    if r < 0.5:
        return call(g, "assert", [values.scalar(g.rng), g.pick([None, '"message"', "{}", "nil", "42"]), g.pick([None, "2"])])
    if r < 0.6:
        return call(g, "error", [values.scalar(g.rng), g.pick([None, "0", "1", "2", "3", "100", "-1"])])
    if r < 0.68:
        return call(g, "next", [g.pick(["{}", "{10}", "nil", "{x = 1}"]), g.pick([None, "nil", "1", '"x"', "2", "{}", "1.0"])])
    if r < 0.75:
        return call(g, "setmetatable", [g.pick(["{}", "1", "nil", 'setmetatable({}, {__metatable = "locked"})']), g.pick(["{}", "nil", "1", None])])
    if r < 0.8:
        return call(g, "getmetatable", [g.pick(['"x"', "1", "{}", 'setmetatable({}, {__metatable = "locked"})', "nil", None])])
    if r < 0.86:
        return call(g, g.pick(["pcall", "xpcall"]), [g.pick(["print", "error", "type", "nil", "function(...) return ... end", "pcall", "error"]),
                                                     g.pick(["nil", "print", "type", "function(e) return e, 2 end", "error", "{}"]).replace("print", "type"),
                                                     g.pick([None, "1", "{}"])])
    if r < 0.9:
        return call(g, g.pick(["ipairs", "pairs"]), [g.pick(["nil", "1", '"x"', None])])
    if r < 0.94:
        return call(g, "collectgarbage", [g.pick(['"isrunning"', '"none"', "nil", "1", '"stop"', '"restart"'])]) \
            if g.chance(0.5) else stmt('collectgarbage() P(type(collectgarbage("count")))')
    return call(g, "coroutine." + g.pick(["create", "wrap", "resume", "status", "close", "isyieldable", "running", "yield"]).replace("running", "status"),
                [g.pick(["nil", "1", "print", "coroutine.create(type)", "coroutine.running()", "coroutine.create(error)", None]), g.pick([None, "1"])])


def loads(g):
    """load in all its forms."""
    text = g.pick(["return 1", "return ...", "x = ", "return x", "local a <const> = 1; a = 2", "goto l", "return type(_ENV)", "error('e')", "return 1 +", "\\27Lua", "",
                   "#!x\\nreturn 1", "break", "for", "return function() return x end", "x, y = 1", "::l:: ::l::", "local function f() return f end return type(f)", "return '\\\\q'", "--[[", "]]", "x = [[", "x = 'a", "return 0x", "return 3..2", "f(", "a.b:c = 1"])
    if g.chance(0.3):
        text = text.replace(" ", "\\n")
    name = g.pick(["nil", '"=name"', '"@file.lua"', '"chunk"', '"line\\nline"', '""', '"="', '"@"', '"%s"' % ("x" * 70), '"=%s"' % ("y" * 70), '"@%s"' % ("z" * 70), "1", "{}", '"\\0abc"'])
    mode = g.pick([None, None, '"t"', '"b"', '"bt"', '"x"', '""'])
    chunk = '"%s"' % text
    if g.chance(0.35):
        pieces = []
        rest = text
        while rest and len(pieces) < 6:
            n = g.rng.randrange(1, 5)
            if "\\" in rest:
                n = len(rest)
            pieces.append('"%s"' % rest[:n])
            rest = rest[n:]
        pieces.append(g.pick(["nil", '""', "false", "1", "{}"]))
        chunk = "(function() local i, l = 0, {%s} return function() i = i + 1 return l[i] end end)()" % ", ".join(pieces)
    env = g.pick([None, "{}", "{x = 5}", "nil", "1"])
    if env and not mode:
        mode = "nil"
    args = ", ".join([chunk, name] + ([mode] if mode else []) + ([env] if env else []))
    then = g.pick(["return f(1, 2)", "return f()", "return type(f)"])
    return stmt("T(function() local f, m = load(", args, ") if not f then return f, m end ", then, " end)")


def dump(g):
    strip = g.pick(["", ", true", ", false"])
    body = g.pick(["local a, b = ... return a, b, up", "up = 5 return up", "local function f(n) if n < 1 then return 0 end return n + f(n - 1) end return f(10)",
                   "for i = 1, 3 do P(i, ...) end", "local t = {1, 2.5, 'x', [10] = -0.0} return t, 1 << 62, math.huge, 2^53", "return undefined.field",
                   "local x <close> = setmetatable({}, {__close = function() P('closed') end}) return 1", "error('in dumped')", "local a = nil; a.b.c = 1", "return nil + 1",
                   "return debug.getinfo(1, 'Sl').currentline, debug.getinfo(1, 'S').short_src", "return select('#', ...), (...)", "goto x do P(1) end ::x:: P(2)"])
    return stmt("do\nlocal up = 1\nlocal function f(...) ", body, " end\nT(function() local s = string.dump(f", strip, ") local h = load(s, 'again', ",
                g.pick(["'b'", "nil", "'bt'", "'t'"]), ") if not h then return load(s, 'again', 't') end P(debug.getinfo(h, 'u').nups, ",
                "(debug.getupvalue(h, 1))) debug.setupvalue(h, 1, ", g.pick(["_ENV", "_ENV", "3", "nil"]), ") ", g.pick(["debug.setupvalue(h, 2, _ENV) ", ""]), "return h(7, 8) end)\nend")


MAKERS = [(tables, 6), (sort, 2), (maths, 5), (arithmetic, 10), (utf8, 3), (dates, 2), (base, 5), (loads, 3), (dump, 2)]
