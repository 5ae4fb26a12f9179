"""Metatables, coroutines, variables to be closed, the collector, debug.

Makers as in string_library.py.  Guarded by fuzz_test.py.
"""

import values
from node import block, comma_list, expr, stmt

BINARY = {"__add": "+", "__sub": "-", "__mul": "*", "__div": "/", "__mod": "%", "__pow": "^", "__idiv": "//", "__band": "&", "__bor": "|", "__bxor": "~",
          "__shl": "<<", "__shr": ">>", "__concat": "..", "__eq": "==", "__lt": "<", "__le": "<="}
UNARY = {"__unm": "-", "__bnot": "~", "__len": "#"}


def handler(g, event):
    """The function of an event: prints, then returns, yields or fails."""
    result = g.pick([values.scalar(g.rng), "a", "b", "nil", "", "1, 2, 3", "{}", "true", "false"])
    action = g.pick(['P("%s", type(a), type(b), select("#", ...))' % event] * 4 +
                    ['error("in %s")' % event, "Y('%s')" % event, "error({1})", "P(Y(1, 2))"])
    if g.chance(0.08):
        return g.pick(["1", "{}", '"x"', "setmetatable({}, {__call = function(self, ...) P('called', select('#', ...)) return ... end})", "print == nil"])
    return "function(a, b, ...) %s return %s end" % (action, result)


def object_(g, events):
    return "setmetatable({}, {%s})" % ", ".join(
        [e + " = " + handler(g, e) for e in events] + (['__name = "Name"'] if g.chance(0.3) else []))


def around(g, text):
    """Statements protected, and in a coroutine as often as not."""
    body = [stmt(t) if isinstance(t, str) else t for t in text]
    if g.chance(0.5):
        return stmt("CO(function(...)\n", block([stmt("T(function(...)\n", block(body), "\nend)")] if g.chance(0.5) else body), "\nend)")
    return stmt("T(function(...)\n", block(body), "\nend)")


def operators(g):
    events = [g.pick(list(BINARY)) for _ in range(g.rng.randrange(1, 4))] + ([g.pick(list(UNARY))] if g.chance(0.5) else [])
    other = g.pick(["{}", values.number(g.rng), '"s"', '"10"', "nil", "o", object_(g, events[:1]), "true"])
    lines = ["local o = " + object_(g, events), "local q = " + other]
    for e in events:
        if e in UNARY:
            lines.append("P(%so)" % UNARY[e])
            continue
        op = BINARY[e]
        k = values.scalar(g.rng) if g.chance(0.4) else g.pick(["1", "2.5", "'k'", "255", "-1"])
        lines.append(g.pick(["P(o %s q)", "P(q %s o)", "P(o %s " + k.replace("%", "%%") + ")", "P(" + k.replace("%", "%%") + " %s o)", "local r = o %s q P(r)",
                             "if o %s q then P('then') else P('else') end", "P(not (q %s o))", "return o %s q", "while o %s q do P('loop') break end",
                             "P((o %s q) and 1 or 2)", "local t = {} t.x, t.y = o %s q, 5 P(t)", "repeat local z = 1 until o %s q or true"]) % op)
    if g.chance(0.3):
        lines.append(g.pick(['P("a" .. o .. "b" .. 1)', "P(o > q, o >= q)", "P(o ~= q)", 'P(1 .. 2 .. o)', "P(o .. o .. o)", "P(-o)", "P(#o)", "P(~o)", "P(o())", "P(tostring(o) ~= nil)"]))
    return around(g, _returns_last(lines))


def _returns_last(lines):
    return [("do %s end" % t if t.startswith("return") else t) for t in lines]


def indexing(g):
    chain = g.rng.randrange(1, 4)
    base = g.pick(["{x = 1, [1] = 'one'}", 'setmetatable({}, {__index = %s})' % handler(g, "__index"), '"string"', "nil", "5", "{}", "function(t, k) return k end"])
    lines = ["local base = " + base]
    for i in range(chain):
        inner = "base" if i == 0 else "o%d" % (i - 1)
        lines.append("local o%d = setmetatable({%s}, {__index = %s, __newindex = %s})" % (
            i, g.pick(["", "y = 2", "x = 3"]), g.pick([inner, inner, "function(t, k) return %s[k] end" % inner, handler(g, "__index")]),
            g.pick([inner, inner, "nil", "function(t, k, v) P('new', k, v) rawset(t, k, v) end", handler(g, "__newindex")])))
    o = "o%d" % (chain - 1)
    for _ in range(g.rng.randrange(2, 6)):
        key = g.pick([".x", ".y", ".z", "[1]", "[1.0]", "[2]", '["x"]', "[nil]", "[0/0]", "[k]", "[1.5]", "[{}]", "[-1]", "[2^53]", "[#'ab']", ".len"])
        lines.append(g.pick(["P(%s%s)" % (o, key), "%s%s = %s" % (o, key, values.scalar(g.rng)), "P(rawget(%s, 'x'))" % o, "P(S(%s))" % o,
                             "%s%s, %s.w = 1, 2" % (o, key, o), "P(%s:x())" % o, "function %s.f() end" % o, "T(rawset, %s, nil, 1)" % o,
                             "for i = 1, 2 do %s[i] = i P(%s[i]) end" % (o, o), "P(%s:len())" % o, "local k = 'x' for _ = 1, 3 do P(%s[k]) end" % o]))
    return around(g, ["local k = " + g.pick(["'x'", "1", "nil", "'new'", "2.0", "{}"])] + lines)


def calls(g):
    depth = g.rng.randrange(1, 4)
    lines = ["local c0 = " + g.pick(["function(...) P(select('#', ...)) return ... end", "type", "5", "nil", "select", "error", "function(a, b, ...) return b, a end", "coroutine.yield"])]
    for i in range(depth):
        lines.append("local c%d = setmetatable({}, {__call = c%d})" % (i + 1, i))
    c = "c%d" % depth
    for _ in range(g.rng.randrange(1, 4)):
        lines.append(g.pick(["P(%s())", "P(%s(1, nil))", "P((%s(1, 2)))", "P(pcall(%s, 1))", "return %s(1, 2)", "local a, b = %s(1) P(a, b)", "T(%s, ...)",
                             "P(#{%s(1, 2, 3)})", "P(string.gsub('ab', '.', %s))", "for a in %s, 1, 2 do P(a) break end", "P(table.unpack({%s(1)}))",
                             "P(xpcall(%s, type, 1, 2))", "local t = {f = %s} P(t.f(1), t:f(2))", "P(select('#', %s(nil, nil)))", "T(coroutine.wrap(%s), 1)"]) % c)
    return around(g, _returns_last(lines))


def text_events(g):
    events = ["__tostring = " + g.pick(['function() return "text" end', "function() return 1 end", "function() error('e') end", "1", "function() return Y('t') end", "nil"]),
              "__name = " + g.pick(['"My"', "1", "nil"]), "__metatable = " + g.pick(["nil", '"locked"', "false"]),
              "__pairs = " + g.pick(["nil", "function(t) return function(_, k) if not k then return 1, 2 end end, t, nil end", "function() return 1, 2, 3, 4 end", "function() error('p') end", "5"]),
              "__close = " + g.pick(["nil", "1", "function() P('c') end"]), "__gc = " + g.pick(["nil", "true"]), "__mode = " + g.pick(["nil", '"k"', '"v"', '"kv"', "1"])]
    g.rng.shuffle(events)
    lines = ["local o = setmetatable({}, {%s})" % ", ".join(events[:g.rng.randrange(1, 6)])]
    for _ in range(3):
        lines.append(g.pick(["P((tostring(o):gsub('0x%x+', 'ADDRESS')))", 'P((string.format("%s|%10s", o, o):gsub("0x%x+ *", "ADDRESS")))', "P(getmetatable(o) == nil, getmetatable(o) == 'locked')",
                             "T(setmetatable, o, nil)", "for k, v in pairs(o) do P(k, v) break end", "T(pairs, o)", "do local x <close> = o end", "T(function() return o + 1 end)",
                             "T(function() return o < o end)", "T(function() return o .. 'x' end)", "T(function() return #o end)", "T(function() return o() end)", "T(function() return o.x.y end)",
                             "T(error, o)", "T(string.rep, o)", "T(math.floor, o)", "T(ipairs, o)", "T(tonumber, o, 10)", "T(function() return o & 1 end)", "T(table.concat, {o})",
                             "T(function() for i = 1, o do end end)", "T(io.write, o)", "T(select, o)", "T(setmetatable, 1, o)", "T(os.time, o)", "T(utf8.char, o)", "T(load, o)"]))
    return around(g, lines)


def coroutines(g):
    steps = []
    for _ in range(g.rng.randrange(1, 5)):
        steps.append(g.pick(
            ["P(coroutine.yield(%s))" % values.scalar(g.rng), "P(pcall(coroutine.yield, 1, 2))", "T(function() P(coroutine.yield()) error('after') end)",
             "for i = 1, 3 do local x = coroutine.yield(i) P(x) end", "P(coroutine.isyieldable(), coroutine.running() ~= nil, select(2, coroutine.running()))",
             "local c <close> = setmetatable({}, {__close = function(_, e) P('closing', e) %s end})" % g.pick(["", "coroutine.yield('in close')", "error('bad close')", "error()"]),
             "error(%s)" % values.scalar(g.rng), "P(pcall(error, coroutine.yield('arg')))", "P(select('#', coroutine.yield(coroutine.yield(1, 2))))",
             "T(table.sort, {2, 1}, function(a, b) return coroutine.yield(a) end)", "P(pcall(string.gsub, 'ab', '.', coroutine.yield))",
             "local w = coroutine.wrap(function(...) P('inner', ...) coroutine.yield('w1') %s end) T(w, 1) T(w, 2) T(w, 3)" % g.pick(["return 5", "error('in wrap')", "error({})", "error(nil)"]),
             "T(coroutine.resume, co)", "T(coroutine.close, co)", "P(coroutine.status(co))", "T(coroutine.wrap(function() return coroutine.status(co), coroutine.resume(co) end))",
             "P(xpcall(function() coroutine.yield('in xpcall') error('x') end, function(e) return 'handled ' .. tostring(e) end))",
             "local t = setmetatable({}, {__index = function(_, k) return coroutine.yield(k) end, __lt = function() return coroutine.yield('lt') end, __concat = function(a, b) return coroutine.yield('cat') end, __eq = function() return coroutine.yield('eq') end}) P(t.x) P(t < t, t.y) P(t .. 'x' .. t) P(t == setmetatable({}, getmetatable(t)))",
             "for k in (function() return coroutine.yield('iterator') end) do P(k) break end", "do return coroutine.yield('tail') end", "do return 1, 2, nil end",
             "P(debug.traceback('tb'))", "T(load(function() return coroutine.yield('reader') end))", "P((function(...) return select('#', ...) end)(coroutine.yield()))",
             "local function r(n) F() if n == 0 then return coroutine.yield('deep') end return (r(n - 1)) end P(r(%d))" % g.rng.randrange(30), "T(require, coroutine.yield('none'))"]))
    drive = []
    for _ in range(g.rng.randrange(2, 8)):
        drive.append(g.pick(["P(coroutine.resume(co, %s))" % values.scalar(g.rng)] * 5 +
                            ["P(coroutine.status(co))", "P(coroutine.close(co))", "T(coroutine.wrap(function() return coroutine.resume(co) end))", "P(coroutine.resume(co))",
                             "P((debug.traceback(co)))", "P((debug.traceback(co, 'msg', 1)))", "P(debug.getinfo(co, 0, 'Sl') and debug.getinfo(co, 0, 'Sl').currentline)",
                             "P(coroutine.resume(co, 1, 2, 3))", "T(error, 'x', 2)"]))
    body = block([stmt(s) for s in steps])
    return stmt("do\nlocal co\nco = coroutine.create(function(...)\nP(...)\n", body, "\nend)\n", block([stmt("T(function() " + d + " end)") if "close" in d else stmt(d) for d in drive]),
                g.pick(["", "\nP(coroutine.status(co))", "\nT(coroutine.close, co)"]), "\nend")


def closing(g):
    """Variables to be closed, left in every way there is."""
    count = g.rng.randrange(1, 4)
    lines = []
    for i in range(count):
        action = g.pick(["", "", "error('close %d', 0)" % i, "Y('yield %d')" % i, "P(pcall(error, e))", "error()", "local z <close> = setmetatable({}, {__close = function(_, f) P('nested', f) end}) error('z')", "return 1, 2"])
        lines.append("local c%d <close> = %s" % (i, g.pick(["setmetatable({}, {__close = function(o, e, ...) P('close %d', e, select('#', ...)) do %s end end})" % (i, action)] * 6 + ["nil", "false", "{}", "1"])))
        if g.chance(0.3):
            lines.append("P(%d)" % i)
    leave = g.pick(["return 1, 2, 3", "error('left')", "error({})", "return (function() return 'tail' end)()", "goto out", "P('end')", "return Y('y')", "return", "error(nil)", "return table.unpack({1, 2, 3, 4, 5, 6})",
                    "return ...", "coroutine.yield(1) return 2", "local function f() error('deep') end f()", "break"])
    if leave == "break":
        text = ["for i = 1, 2 do", *lines, "do break end", "end", "P('after')"]
    elif leave == "goto out":
        text = ["do", *lines, "goto out", "end", "::out:: P('out')"]
    else:
        text = ["do", *lines, leave, "end"]
    return around(g, ["\n".join(text)])


def garbage(g):
    """Finalizers and weak tables; only what must be collected is counted."""
    kind = g.rng.randrange(5)
    n = g.rng.randrange(1, 6)
    if kind == 0:
        return stmt("do\nlocal function make(n) F() for i = 1, n do setmetatable({}, {__gc = function(o) LOG('gc', i) %s end}) end end\nmake(%d)\ncollectgarbage() collectgarbage()\nFLUSH()\nend" % (
            g.pick(["", "o.x = 1", "local t = {} for j = 1, 10 do t[j] = {} end", "P(pcall(error, 'x'))", "collectgarbage('count')"]), n))
    if kind == 1:
        mode = g.pick(["k", "v", "kv"])
        return stmt("do\nlocal w = setmetatable({}, {__mode = '%s'})\nlocal keep = {}\n(function() for i = 1, %d do local k = {} w[%s] = %s if i %% 2 == 0 then keep[#keep + 1] = k end end end)()\n"
                    "collectgarbage() collectgarbage()\nlocal n = 0 for k, v in pairs(w) do n = n + 1 end P(n, #keep)\nend" % (
                        mode, n, *g.pick([("k", "i"), ("i", "k"), ("k", "k"), ("k", "{k}"), ("i", "{k}"), ("{}", "k"), ("'s' .. i", "k")] )))
    if kind == 2:
        return stmt("do\nlocal saved\n(function() local o = setmetatable({name = 'o'}, {__gc = function(o) saved = o %s end}) o = nil end)()\ncollectgarbage() collectgarbage()\nP(saved and saved.name)\nsaved = nil\ncollectgarbage()\nend" % g.pick(
            ["", "setmetatable(o, getmetatable(o))", "setmetatable(o, nil)"]))
    if kind == 3:
        return stmt("do\nlocal e = setmetatable({}, {__mode = 'k'});\n(function() local a, b = {}, {} e[a] = b e[b] = a e[{}] = {} end)()\nlocal k = {} e[k] = {k}\ncollectgarbage() collectgarbage()\nlocal n = 0 for _ in pairs(e) do n = n + 1 end P(n, e[k] and e[k][1] == k)\nend")
    return stmt("do\ncollectgarbage(%s)\nlocal t = {} for i = 1, %d do t[i] = {i} collectgarbage('step', %d) end P(#t, t[1]) collectgarbage('restart') collectgarbage('incremental')\nend" % (
        g.pick(["'generational'", "'incremental', 100, 200", "'stop'", "'restart'"]), n * 10, g.pick([0, 1, 100])))


def debug_(g):
    r = g.rng.randrange(9)
    if r == 0:
        name = g.pick(["local function f() %s end f()", "function glob() %s end glob()", "local t = {} function t.f() %s end t.f()", "local t = {} function t:m() %s end t:m()", "(function() %s end)()",
                       "local function f() %s end return f()", "pcall(function() %s end)", "for _ in function() %s end do end", "local t = setmetatable({}, {__index = function() %s end}) local x = t.x",
                       "local t = setmetatable({}, {__add = function() %s end}) local x = t + 1", "table.sort({1, 2}, function() %s end)", "string.gsub('a', 'a', function() %s end)",
                       "local t <close> = setmetatable({}, {__close = function() %s end})", "coroutine.wrap(function() %s end)()", "local u = function() %s end local function g() u() end g()",
                       "local t = setmetatable({}, {__eq = function() %s end}) local b = t == setmetatable({}, getmetatable(t))", "xpcall(error, function() %s end)", "local t = setmetatable({}, {__call = function() %s end}) t()",
                       "local t = setmetatable({}, {__lt = function() %s end}) local b = t < t", "local t = setmetatable({}, {__concat = function() %s end}) local b = t .. 'x'", "local t = setmetatable({}, {__len = function() %s end}) local b = #t",
                       "local t = setmetatable({}, {__newindex = function() %s end}) t.x = 1", "local t = setmetatable({}, {__unm = function() %s end}) local b = -t"])
        what = g.pick(["P(debug.traceback('m'))", "P(debug.traceback('m', 0))", "P(debug.traceback('m', 2))", "local i = debug.getinfo(1, 'nSlut') P(i.name, i.namewhat, i.what, i.currentline, i.linedefined, i.lastlinedefined, i.nups, i.nparams, i.isvararg, i.istailcall, i.short_src)",
                       "local i = debug.getinfo(2, 'nSlt') if i then P(i.name, i.namewhat, i.what, i.currentline, i.istailcall) end", "local i = debug.getinfo(1, 'r') P(i.ftransfer, i.ntransfer)"])
        # (The line of a call is that of its "(" since 5.4.6.)
        newline = "" if name.startswith("(") else g.pick(["", "\n"])
        return around(g, [name % (newline + what + newline)])
    if r == 1:
        return stmt("do\nlocal function f(a, b, ...)\nlocal c <const> = 5\nlocal d = a\n%s\nreturn d\nend\nlocal i = debug.getinfo(f, 'SlnuL') local lines = {} for k in pairs(i.activelines) do lines[#lines + 1] = k - i.linedefined end table.sort(lines)\nP(table.concat(lines, ' '), i.nparams, i.isvararg, i.nups, i.what, i.lastlinedefined - i.linedefined)\nP(debug.getlocal(f, 1), debug.getlocal(f, 2), debug.getlocal(f, 3))\nend" % g.pick(
            ["", "if a then\nb = 1\nelse\nb = 2\nend", "for i = 1, 2 do\nd = i\nend", "while d do\nd = nil\nend", "d = {\n1,\n2\n}", "local g = function()\nreturn f\nend", "repeat\nlocal z = 1\nuntil z", "goto l\n::l::", "do return\n1 end"]))
    if r == 2:
        lines = g.pick([["local x = 1", "x = x + 1", "P(x)"], ["for i = 1, 2 do", "local y = i", "end"], ["local i = 0", "while i < 2 do", "i = i + 1", "end"], ["local i = 0", "repeat", "i = i + 1", "until i > 1"],
                        ["if true then", "local x = 1", "else", "local y = 2", "end"], ["local function f()", "return 1", "end", "f()"], ["local t = {", "1,", "2,", "}"], ["for _, v in ipairs({1, 2}) do", "local z = v", "end"],
                        ["local a = 1 +", "2 +", "3"], ["goto e", "local x", "::e::"], ["P(", "1,", "2", ")"], ["do", "local x <close> = nil", "end"]])
        return stmt("do\nlocal base = debug.getinfo(1, 'l').currentline\nlocal list = {}\nlocal function run()\n%s\nend\ndebug.sethook(function(e, l) list[#list + 1] = l - base end, 'l')\nrun()\ndebug.sethook()\nP(table.concat(list, ' '))\nend" % "\n".join(lines))
    if r == 3:
        return around(g, ["local a, b = 1, 'two'", "do local c = 3 end", "for i = 1, 1 do local d = i P(debug.getlocal(1, %d)) end" % g.rng.randrange(1, 7), "P(debug.getlocal(1, %d))" % g.rng.randrange(1, 3),
                          "P(debug.setlocal(1, 1, 'new'), a)", "P(debug.getlocal(1, -1))", "T(debug.getlocal, 100, 1)"])
    if r == 4:
        return stmt("do\nlocal u, v = 1, 2\nlocal function f() return u, v end\nlocal function h() return v end\nP(debug.getupvalue(f, 1), debug.getupvalue(f, 2), debug.getupvalue(f, 3))\nP(debug.setupvalue(f, 1, 'x'), u, debug.upvalueid(f, 2) == debug.upvalueid(h, 1))\ndebug.upvaluejoin(f, 1, h, 1) P(f()) T(debug.upvaluejoin, f, 5, h, 1) T(debug.upvalueid, f, 9)\nend")
    if r == 5:
        return stmt("T(function() P(debug.traceback(%s)) end)" % g.pick(["", "nil", "'m'", "{}, 1", "42", "'m', 50", "nil, 0", "true", "coroutine.create(type)", "coroutine.create(type), 'x'", "'a', -1"]).replace("{}, 1", "type({}), 1"))
    if r == 6:
        return stmt("do\nlocal events = {}\nlocal function f(n) if n > 0 then return f(n - 1) end return n end\ndebug.sethook(function(e) events[#events + 1] = e .. ':' .. tostring(debug.getinfo(2, 'n').name) end, '%s')\nf(2) type(1) pcall(error)\ndebug.sethook()\nP(table.concat(events, ' '))\nend" % g.pick(["c", "r", "cr"]))
    if r == 7:
        return stmt("T(debug.getinfo, %s)" % g.pick(["1, 'X'", "-1", "100", "'x'", "1, '>S'", "nil", "1.5", "type, ''", "{}", "0, 'nope'", "'1'"]))
    return stmt("T(function() debug.setmetatable(%s, {__index = function(_, k) return k end, __call = function(_, a) return a end, __add = function() return 'sum' end}) P(pcall(function() local v = %s return v.x, v(5), v + 1 end)) debug.setmetatable(%s, nil) end)" % (
        (g.pick(["nil", "1", "true", "print"]),) * 3))


def deep(g):
    """Sizes where instructions and tables change their form."""
    n = g.pick([5, 20, 60, 120, 180, 195, 260])
    r = g.rng.randrange(12)
    if r == 0:
        text = "return " + "(" * min(n, 180) + "1" + ")" * min(n, 180)
    elif r == 1:
        text = "local t = {" + ", ".join(str(i) for i in range(n)) + ", ...} return #t, t[#t], t[1], t[%d]" % (n // 2 + 1)
    elif r == 2:
        text = "\n".join("local a%d = %d" % (i, i) for i in range(min(n, 199))) + "\nreturn a0 + a%d" % (min(n, 199) - 1)
    elif r == 3:
        text = "return " + " .. ".join("'%d'" % i for i in range(min(n, 180)))
    elif r == 4:
        text = "local x = ... " + " ".join("if x == %d then return %d else" % (i, i * 2) for i in range(n)) + " return 'none' end"
    elif r == 5:
        text = "local t = {} " + " ".join("t.f%d = %d.5" % (i, i) for i in range(n + 100)) + " return t.f0, t.f%d, t.f%d == %d.5" % (n + 99, n, n)
    elif r == 6:
        text = "return " + " + ".join(["1", "x.y", "2"][i % 2 * 2] for i in range(n)) + " - " + "- " * min(n, 100) + "1"
    elif r == 7:
        text = "do " * min(n, 180) + "P(1) " + "end " * min(n, 180)
    elif r == 8:
        n = min(n, 60)
        text = "local u0 = 0 " + "".join("local function f%d() local u%d = u%d + 1 " % (i, i + 1, i) for i in range(n)) + "return u%d, u0 " % n + "".join(" end return f%d() " % i for i in reversed(range(n)))
    elif r == 9:
        n = min(n, 250)
        text = "local function f(...) return select('#', ...), ... end return (f(%s))" % ", ".join(["nil"] * n)
    elif r == 10:
        text = "return " + "{" * min(n, 180) + "1" + "}" * min(n, 180) 
    else:
        text = "local i = 0 while i < 3 do i = i + 1 " + "local x = i " + "x = x + 1 " * (n * 20) + "if x > %d then break end end return i" % (n * 20 + 2)
    return stmt("T(load([==[%s]==], '=deep', 't', setmetatable({}, {__index = {P = P, select = select}})), %d)" % (text, g.rng.randrange(n)))


MAKERS = [(operators, 7), (indexing, 7), (calls, 4), (text_events, 4), (coroutines, 8), (closing, 6), (garbage, 2), (debug_, 7), (deep, 2)]
