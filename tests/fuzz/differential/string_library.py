"""Calls of the string library: patterns, formats, packing, indices.

Each maker takes a grammar.Generator and gives a statement that prints what a
protected call returns.  Guarded by fuzz_test.py.
"""

import values
from node import comma_list, expr, quote, stmt

CLASSES = "acdglpsuwx"


def call(g, function, args):
    """T(function, args), or the same inside a function of its own."""
    # A missing last argument is another case than nil.
    while args and args[-1] is None:
        args.pop()
    args = ["nil" if a is None else a for a in args]
    if g.chance(0.04) and function != "os.date":
        args = args[:g.rng.randrange(len(args) + 1)]
    elif g.chance(0.04) and args and function != "os.date":  # (nil: now)
        args[g.rng.randrange(len(args))] = g.pick(["nil", "{}", "true", "print", '"x"', "1.5", '"3"', "-1", "2^63"])
    items = comma_list([expr(a) if isinstance(a, str) else a for a in args])
    if g.chance(0.5):
        return stmt("T(", function, *([", ", items] if args else []), ")")
    if function.startswith("string.") and args and "\n" not in args[0] and g.chance(0.4):
        rest = comma_list(items.parts[1:])
        return stmt("T(function() return (", items.parts[0], "):", function[7:], "(", rest, ") end)")
    return stmt("T(function() return ", function, "(", items, ") end)")


def subject(g):
    rng = g.rng
    if g.chance(0.2):
        return values.string_literal(rng)
    alphabet = g.pick(["ab", "abc ", "a1 .", "xX0_-", "()[]a", "\0a\xff", "hello world", "=,;ab1"])
    return quote("".join(rng.choice(alphabet) for _ in range(rng.randrange(14))))


def set_(g):
    parts = []
    for _ in range(g.rng.randrange(1, 4)):
        parts.append(g.pick(["a", "b", "a-c", "0-9", "%a", "%d", "%s", "%]", "^", "-", "]", "%-", "a-", "z-a", ".", "%w", "%", "\0-\x7f", "x-%a"]))
    return "[" + g.pick(["", "", "^"]) + "".join(parts) + "]"


def pattern_items(g, depth):
    out = []
    for _ in range(g.rng.randrange(1, 4)):
        r = g.rng.random()
        if r < 0.3:
            item = g.pick(list("ab1 x.l"))
        elif r < 0.5:
            c = g.pick(CLASSES)
            item = "%" + (c.upper() if g.chance(0.3) else c)
        elif r < 0.65:
            item = set_(g)
        elif r < 0.77 and depth > 0:
            out.append("(" + pattern_items(g, depth - 1) + ")")
            continue
        elif r < 0.82:
            out.append("()")
            continue
        elif r < 0.86:
            out.append(g.pick(["%b()", "%bxy", "%baa", "%b[]", "%b"]))
            continue
        elif r < 0.90:
            out.append("%f" + g.pick([set_(g), "[%w]", "[%a]", "[^%z]", "[%z]", "a"]))
            continue
        elif r < 0.94:
            out.append("%" + g.pick("112390"))
            continue
        else:
            item = g.pick(["%.", "%%", "%(", "$", "^", "\0", "%z", "-"])
        out.append(item + g.pick(["", "", "*", "+", "-", "?"]))
    return "".join(out)


def pattern(g):
    if g.chance(0.12):
        return g.pick(["%", "[", "[a", "(", ")", "(a", "a)", "%f", "[^", "[]", "[%", "%b(", "%1", "(%1)", "[a-", "^*",
                       "((((((((((((((((((((((((((((((((((a))))))))))))))))))))))))))))))))))", "()()", "[[:alpha:]]", "^^a",
                       "a$b", "$", "^$", "", "%g+", "a-$", ".-b", "(.-)%1", "(a*(.)%w(%s*))", "[]]", "[^]]", "[%a-z]", "[a-%%]"])
    return g.pick(["", "", "", "^"]) + pattern_items(g, 2) + g.pick(["", "", "", "$"])


def patterns(g):
    s, p = subject(g), quote(pattern(g))
    r = g.rng.random()
    if r < 0.25:
        return call(g, "string.find", [s, p, g.pick([None, None, "1", "2", "-2", "0", "10", "-100", "math.maxinteger", "math.mininteger"]),
                                       g.pick([None, None, "true", "false"])])
    if r < 0.45:
        return call(g, "string.match", [s, p, g.pick([None, None, "1", "3", "-1", "-50", "7", "100"])])
    if r < 0.6:
        init = g.pick(["", "", "", ", 2", ", -2", ", 100", ", -100", ", 0"])
        return stmt("T(function() for a, b, c in string.gmatch(", expr(s), ", ", expr(p), init, ") do F() P(a, b, c) end end)")
    repl = g.pick(['"<%0>"', '"%1"', '"%2%1"', '"%%"', '"%"', '"%9"', '""', '"x"', '"%x"', '{a = "A", b = false, ["1"] = 1}',
                   '{a = {}}', 'function(...) return select("#", ...) end', "function(a) return a end",
                   "function(a, b) return b end", "function() return {} end", "function() return false end",
                   "function(a) P(a) return 1.5 end", "function() error({}) end", "function() error('no') end", "3", "3.5", "nil", "true",
                   "setmetatable({}, {__index = function(t, k) return k end})", "function(a) return coroutine.yield(a) end",
                   "string.upper", "'%0%0%1'", "'a%'"])
    return call(g, "string.gsub", [s, p, repl, g.pick([None, None, None, "0", "1", "2", "-1", "1.0", '"2"', "math.mininteger"])])


def format_(g):
    specs, args = [], []
    for _ in range(g.pick([1, 1, 1, 2, 3])):
        flags = "".join(g.pick(" -+#0") for _ in range(g.pick([0, 0, 0, 1, 1, 2, 3])))
        width = g.pick(["", "", "1", "5", "10", "20", "99", "100", "0"])
        precision = g.pick(["", "", "", ".", ".0", ".1", ".3", ".10", ".20", ".99", ".100", ".014"])
        conversion = g.pick("dddixXocsssqgggGeEfffaAu%pFn" if g.chance(0.25) else "ddixXocsssqgGeEfaA")
        if conversion == "q" and g.chance(0.8):
            flags = width = precision = ""
        specs.append("%" + flags + width + precision + conversion)
        if g.chance(0.1):
            args.append(values.scalar(g.rng))
        elif conversion in "dixXocu":
            args.append(values.integer(g.rng) if g.chance(0.8) else values.scalar(g.rng))
        elif conversion in "geEfaAGF":
            args.append(values.number(g.rng))
        elif conversion == "s":
            args.append(g.pick([values.string_literal(g.rng), values.number(g.rng), "nil", "true",
                                'setmetatable({}, {__tostring = function() return "obj" end})',
                                "setmetatable({}, {__tostring = function() return 1 end})"]))
        elif conversion == "p":
            args.append(g.pick(["nil", "1", "true", "1.5"]))
        elif conversion != "%":
            args.append(g.pick([values.scalar(g.rng), values.number(g.rng)]))
    if g.chance(0.05):
        specs.append(g.pick(["%", "%-", "%5", "%y", "%.", "%ll", "%*d", "%1234d", "%0-+# d", "%.1234f", "%\0"]))
    text = g.pick(["", "a ", "<"]) + g.pick(["", " ", "|"]).join(specs) + g.pick(["", ">", "\0"])
    if g.chance(0.08) and args:
        args.pop()
    return call(g, "string.format", [quote(text)] + args)


PACK_OPTIONS = ["b", "B", "h", "H", "l", "L", "j", "J", "T", "i", "I", "f", "d", "n", "s", "z", "x", "X", " ", "<", ">", "=", "!"]


def pack_format(g):
    out = []
    for _ in range(g.rng.randrange(1, 6)):
        o = g.pick(PACK_OPTIONS)
        if o in "iI!s" and g.chance(0.6):
            o += g.pick(["1", "2", "3", "4", "7", "8", "9", "15", "16", "17", "0", "99", "5"]) if g.chance(0.5) else g.pick("1248")
        elif o == "X":
            o += g.pick(["h", "i4", "d", "j", "", "X", "s", "i16", "i3", "b", "z"])
        out.append(o)
    if g.chance(0.15):
        out.append("c" + g.pick(["0", "3", "5", "", "10"]))
    if g.chance(0.04):
        out.append(g.pick(["y", "i999999999999", "%", "!3", "w", "\0", "c99999999999999999999"]))
    return out


def packing(g):
    options = pack_format(g)
    args = []
    for o in options:
        c = o[0]
        if c in "bBhHlLjJTiI":
            args.append(values.integer(g.rng) if g.chance(0.5) else g.pick(values.SMALL_INTEGERS))
        elif c in "fdn":
            args.append(values.number(g.rng))
        elif c in "szc":
            args.append(g.pick(['"abc"', '""', '"a\\0b"', '"12345"', '"\\xff"']))
    fmt = quote("".join(options))
    r = g.rng.random()
    if r < 0.35:
        return call(g, "string.pack", [fmt] + args)
    if r < 0.45:
        return call(g, "string.packsize", [fmt])
    if r < 0.75:
        joined = ", ".join([fmt] + args)
        return stmt("T(function() local s = string.pack(", joined, ") P(s) return string.unpack(", fmt, ", s",
                    g.pick(["", "", ", 1", ", 2", ", -3", ", #s + 1", ", #s + 2", ", 0"]), ") end)")
    data = quote("".join(chr(g.rng.choice([0, 0, 1, 2, 3, 0x7f, 0x80, 0xff, g.rng.randrange(256)])) for _ in range(g.rng.randrange(20))))
    return call(g, "string.unpack", [fmt, data, g.pick([None, None, "1", "2", "-1", "5", "100", "0", "-100", "math.maxinteger"])])


def index(g):
    return g.pick(["0", "1", "2", "-1", "-2", "3", "10", "-10", "math.maxinteger", "math.mininteger", "1.0", '"2"', "1.5", "2^53"])


def simple(g):
    s = subject(g)
    r = g.rng.random()
    if r < 0.2:
        return call(g, "string.sub", [s, index(g), g.pick([None, index(g)])])
    if r < 0.4:
        return call(g, "string.byte", [s, g.pick([None, index(g)]), g.pick([None, index(g)])])
    if r < 0.5:
        return call(g, "string.rep", [s, g.pick(["0", "1", "2", "3", "-1", "math.mininteger", "2.0", "1.5", "nil"]), g.pick([None, '","', '""', "1"])])
    if r < 0.55:
        return call(g, "string.rep", [g.pick(['"ab"', '"abc"', '""', '"x"']), g.pick(["math.maxinteger", "0", "1 << 62", "-1"]),
                                      g.pick([None, '", "', '"x"'])]) if g.chance(0.5) else call(g, "string.rep", ['"xy"', "math.maxinteger"])
    if r < 0.65:
        return call(g, "string.char", [g.pick(values.INTEGERS) if g.chance(0.2) else str(g.rng.randrange(256)) for _ in range(g.rng.randrange(5))])
    if r < 0.8:
        return call(g, "string." + g.pick(["len", "upper", "lower", "reverse"]), [s])
    if r < 0.9:
        a, b = subject(g), subject(g)
        return stmt("P(", a, g.pick([" < ", " <= ", " == ", " > "]), b, ")")
    return call(g, "tonumber", [g.pick([s, values.string_literal(g.rng), g.pick(values.NUMERIC_STRINGS), values.number(g.rng)])])


def tonumber_base(g):
    base = g.pick(["2", "8", "10", "16", "36", "1", "37", "3", "10.0", "-1", "35"])
    alphabet = g.pick(["01", "0123456789", "09afAFxzZ ", "7fz-_ \t", "10"])
    text = "".join(g.pick(alphabet) for _ in range(g.rng.randrange(20)))
    return call(g, "tonumber", [quote(g.pick(["", "", "-", " ", "- "]) + text + g.pick(["", "", " ", "\\n"])), base])


def numeral(g):
    """Text between strings and numbers, in all the ways to convert it."""
    text = "".join(g.pick(["0x", "0X", "1", "9", "0", ".", "e", "E", "p", "+", "-", "f", "a", " ", "_", "10", "e5", "e-2", "p3",
                           "99999999999999999999", "\\t"]) for _ in range(g.rng.randrange(1, 6)))
    q = '"' + text + '"'
    return stmt("P(tonumber(", q, "), math.tointeger(", q, "), (pcall(load, \"return ", text, '"))) T(load, "return ',
                text, '") T(function() return ', q, " + 1, ", q, " | 0 end)")


MAKERS = [(patterns, 8), (format_, 6), (packing, 5), (simple, 5), (tonumber_base, 1), (numeral, 2)]
