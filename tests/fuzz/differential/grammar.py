"""Random programs of the core language: expressions and statements.

A Generator makes expressions of a wanted type (so that programs do not end at
their first line) and, now and then, of a wrong one (so that errors are seen).
What keeps programs comparable:

- Sequences stay proper sequences: the variables of type "seq" are changed only
  by statements that keep them so, because the length of any other table is
  not specified.  Tables of type "obj" never get a key that `#` could see.
- Every loop that is not short by itself and every function counts with F(),
  and strings that grow in loops are cut by C(), so programs end soon.
- Only prelude.lua prints, and it shows no addresses.

Guarded by fuzz_test.py.
"""

import values
from node import block, comma_list, expr, quote, render, stmt

BINARY_INTEGER = ["+", "-", "*", "//", "%", "&", "|", "~", "<<", ">>"]
BINARY_FLOAT = ["+", "-", "*", "/", "//", "%", "^"]
COMPARISON = ["<", "<=", ">", ">=", "==", "~="]
TYPES = ["int", "flt", "str", "bool", "seq", "obj", "fn"]


class Variable:
    __slots__ = ("name", "type", "fixed")

    def __init__(self, name, type_, fixed=False):
        self.name = name
        self.type = type_
        self.fixed = fixed


class Generator:
    def __init__(self, rng):
        self.rng = rng
        self.scopes = [[]]
        self.names = 0
        self.loops = 0        # loops around, in this function
        self.vararg = True    # the main chunk is a vararg function
        self.coroutine = 0    # coroutines around
        self.labels = 0
        self.depth = 0        # of blocks
        self.budget = 60      # statements that may still be made
        self.break_lines = rng.random() < 0.15
        self.may_return = False

    # Small helpers.

    def chance(self, p):
        return self.rng.random() < p

    def pick(self, list_):
        return list_[int(self.rng.random() * len(list_))]

    def space(self):
        return "\n" if self.break_lines and self.chance(0.15) else " "

    def new_name(self):
        self.names += 1
        if self.chance(0.08) and self.names > 3:  # shadows an older variable
            return "v%d" % self.rng.randrange(1, self.names)
        return "v%d" % self.names

    def declare(self, name, type_, fixed=False):
        self.scopes[-1].append(Variable(name, type_, fixed))

    def find(self, type_, assignable=False):
        """The name of a visible variable of that type, or None."""
        seen = set()
        found = []
        for scope in reversed(self.scopes):
            for v in reversed(scope):
                if v.name in seen:
                    continue
                seen.add(v.name)
                if (type_ is None or v.type == type_) and not (
                        assignable and v.fixed):
                    found.append(v)
        return self.pick(found) if found else None

    # Expressions.

    def args(self, count, depth):
        return comma_list([self.any(depth) for _ in range(count)])

    def any(self, depth=2):
        r = self.rng.random()
        if r < 0.08:
            return expr("nil")
        if r < 0.13:
            v = self.find(None)
            if v:
                return expr(v.name)
        if r < 0.16 and self.vararg:
            return expr("...")
        if r < 0.20:
            return expr(self.pick(values.WORDS))  # a global
        return self.of(self.pick(TYPES), depth)

    def of(self, type_, depth=2):
        """An expression that should have the type, seldom another."""
        if self.chance(0.4) or depth <= 0:
            v = self.find(type_)
            if v and self.chance(0.85):
                return expr(v.name)
        if type_ in ("int", "flt", "str", "bool") and self.chance(0.02):
            return self.any(depth - 1)
        if self.coroutine and depth > 0 and self.chance(0.04):
            return expr("Y(", self.of(type_, depth - 1), ")")
        return getattr(self, "make_" + type_)(depth)

    def operator(self, left, op, right):
        inner = expr(left, self.space(), op, self.space(), right)
        return expr("(", inner, ")") if self.chance(0.75) else inner

    def make_int(self, depth):
        r = self.rng.random()
        if depth <= 0 or r < 0.3:
            return expr(values.integer(self.rng))
        if r < 0.62:
            return self.operator(self.operand("int", depth),
                                 self.pick(BINARY_INTEGER),
                                 self.operand("int", depth))
        if r < 0.70:
            return expr("(", self.pick(["- ", "~", "- - "]), self.of("int", depth - 1), ")")
        if r < 0.78:
            return expr("#", self.postfix(self.pick(["str", "seq"]), depth - 1))
        if r < 0.84:
            return expr("select(", self.pick(['"#"', "'#'"]), ", ", self.args(self.rng.randrange(1, 3), depth - 1), ")") \
                if self.chance(0.8) else expr("select('#')")
        if r < 0.90:
            return expr("(", self.condition(depth - 1), " and ",
                        self.of("int", depth - 1), " or ",
                        self.of("int", depth - 1), ")")
        if r < 0.94:
            return expr("math.tointeger(", self.of("flt", depth - 1), ")")
        if r < 0.97:
            return expr("(", self.of("flt", depth - 1), " // 1 | 0)")
        return expr("(", self.operand("int", depth), " ", self.pick(["&", "|", "<<", "+", "//", "%"]), " ",
                    self.pick(values.NUMERIC_STRINGS), ")")

    def operand(self, type_, depth):
        r = self.rng.random()
        if r < 0.12 and type_ == "int":
            return self.of("flt", depth - 1)
        if r < 0.3:
            return expr(values.integer(self.rng) if type_ == "int" else values.number(self.rng))
        if r < 0.33:
            return expr(self.pick(values.NUMERIC_STRINGS))
        return self.of(type_, depth - 1)

    def make_flt(self, depth):
        r = self.rng.random()
        if depth <= 0 or r < 0.35:
            return expr(values.float_(self.rng))
        if r < 0.75:
            return self.operator(self.operand("flt", depth),
                                 self.pick(BINARY_FLOAT),
                                 self.operand("flt", depth))
        if r < 0.80:
            return expr("(- ", self.of("flt", depth - 1), ")")
        if r < 0.87:
            return self.operator(self.of("int", depth - 1), self.pick(["/", "^"]), self.of("int", depth - 1))
        if r < 0.95:
            return expr(self.pick(["math.sqrt(", "math.floor(", "math.ceil(",
                                   "math.abs(", "math.modf("]),
                        self.of("flt", depth - 1), ")")
        return expr("(", self.of("int", depth - 1), " + 0.0)")

    def make_str(self, depth):
        r = self.rng.random()
        if depth <= 0 or r < 0.35:
            return expr(values.string_literal(self.rng))
        if r < 0.65:
            parts = []
            for i in range(self.rng.randrange(2, 5)):
                if i:
                    parts.append(self.space() + ".." + self.space())
                parts.append(self.of(self.pick(["str", "str", "int", "flt"]), depth - 1))
            return expr("(", expr(*parts), ")")
        if r < 0.75:
            return expr("tostring(", self.of(self.pick(["int", "flt", "str", "bool"]), depth - 1), ")")
        if r < 0.85:
            return expr(self.postfix("str", depth - 1), ":", self.pick(
                ["sub(%s, %s)" % (values.integer(self.rng), values.integer(self.rng)),
                 "rep(%d)" % self.rng.randrange(4), "upper()", "reverse()",
                 "rep(2, ',')", "lower()", "byte(%s)" % self.pick(values.SMALL_INTEGERS)]))
        if r < 0.93:
            return expr("(", self.condition(depth - 1), " and ",
                        self.of("str", depth - 1), " or ", self.of("str", depth - 1), ")")
        return expr("type(", self.any(depth - 1), ")") if self.chance(0.9) else expr("type(nil)")

    def make_bool(self, depth):
        r = self.rng.random()
        if depth <= 0 or r < 0.15:
            return expr(self.pick(["true", "false"]))
        if r < 0.45:
            t = self.pick(["int", "flt"])
            u = self.pick(["int", "flt"])
            return self.operator(self.of(t, depth - 1), self.pick(COMPARISON), self.of(u, depth - 1))
        if r < 0.55:
            return self.operator(self.of("str", depth - 1), self.pick(COMPARISON), self.of("str", depth - 1))
        if r < 0.68:
            return self.operator(self.any(depth - 1), self.pick(["==", "~="]), self.any(depth - 1))
        if r < 0.80:
            return expr("(not ", self.any(depth - 1), ")")
        if r < 0.97:
            return self.operator(self.condition(depth - 1), self.pick(["and", "or"]), self.of("bool", depth - 1))
        return self.operator(self.any(depth - 1), self.pick(COMPARISON), self.any(depth - 1))

    def condition(self, depth):
        """What stands left of `and` and `or`; no constant, because what is
        known of the names of variables behind it depends on the code made."""
        e = self.of("bool", depth)
        return e if render(e)[0] in "v(" else expr("(P == ", e, ")")

    def make_seq(self, depth):
        n = self.rng.randrange(6)
        items = []
        for _ in range(n):
            item = self.of(self.pick(["int", "flt", "str", "bool"]), min(depth - 1, 1))
            items.append(expr("(", item, ")") if self.chance(0.3) else item)
        # Calls and "..." may give nil; a constructor of literals is proper.
        items = [expr("(", i, ") or 0") if any(c in render(i) for c in "(.v\n")
                 else i for i in items]
        items = [i for i in items if render(i) not in ("nil", "...")]
        return expr("{", comma_list(items), "}")

    def make_obj(self, depth):
        items = []
        for _ in range(self.rng.randrange(5)):
            value = self.any(depth - 1)
            r = self.rng.random()
            if r < 0.5:
                items.append(expr(self.pick(values.WORDS), " = ", value))
            elif r < 0.8:
                items.append(expr("[", self.key(), "] = ", value))
            else:
                items.append(expr(self.pick(values.WORDS), " = ", "function(self, ...) return self, ... end"))
        return expr("{", comma_list(items), "}")

    def key(self):
        """A key that no border depends on, never nil or NaN."""
        return self.pick(
            ['"x"', '"y"', '"key"', "true", "0", "-1", "1.5", "2^53", "2^60",
             "math.mininteger", "math.huge", '"%s"' % ("k" * 45), '""', '"1"',
             "-0.0", '"name"', '"\\0"'])

    def make_fn(self, depth):
        if depth <= 0 or self.chance(0.2):
            return expr(self.pick(["print", "type", "tostring", "math.floor",
                                   "string.upper", "rawget", "rawlen", "error",
                                   "select", "math.max", "rawequal",
                                   "function() end", "function(...) return ... end",
                                   "function(a, b) return b, a end",
                                   "function(...) return select('#', ...), ... end"]
                                  [1:]))
        return self.function(depth)

    def function(self, depth, method=False):
        """A function expression; `method` gives the text between name and body."""
        params = ["p%d" % i for i in range(self.rng.randrange(4))]
        vararg = self.chance(0.3)
        saved = (self.loops, self.vararg, self.may_return)
        self.loops, self.vararg, self.may_return = 0, vararg, True
        self.scopes.append([Variable(p, None) for p in params])
        body = [stmt("F()")]
        if self.depth < 5 and self.budget > 0:
            body += self.statements(self.rng.randrange(1, 4))
        body.append(self.return_statement(depth))
        self.scopes.pop()
        self.loops, self.vararg, self.may_return = saved
        if vararg:
            params.append("...")
        return expr("" if method else "function", "(", ", ".join(params), ")\n", block(body), "\nend")

    def return_statement(self, depth):
        if self.chance(0.2):
            return stmt("return ", self.call(depth - 1))
        return stmt("return ", self.args(self.rng.randrange(4), depth - 1))

    def postfix(self, type_, depth):
        """An expression that an index, call or # may stand at."""
        # On one line: the line of a call is that of its "(" since 5.4.6, and
        # before that the line where the whole expression begins.
        saved, self.break_lines = self.break_lines, False
        e = self.of(type_, depth)
        self.break_lines = saved
        text = render(e)
        if "\n" in text:
            e, text = expr('"line"'), ""
        return e if text.isidentifier() and text not in ("nil", "true", "false") \
            else expr("(", e, ")")

    def call(self, depth=2):
        v = self.find("fn")
        args = self.args(self.rng.randrange(4), depth - 1)
        r = self.rng.random()
        if v and r < 0.6:
            return expr(v.name, "(", args, ")")
        if r < 0.75:
            return expr("select(", self.pick(["1", "2", "-1", "3", "'#'", "0", "-2"]), ", ", comma_list(
                [self.any(depth - 1) for _ in range(self.rng.randrange(1, 4))]), ")")
        if r < 0.85:
            return expr("table.unpack(", self.of("seq", depth - 1), ")")
        if r < 0.92:
            return expr("pcall(", self.of("fn", depth - 1), ", ", self.any(depth - 1), ")")
        o = self.find("obj")
        if o:
            return expr(o.name, self.pick([".", ":"]), self.pick(values.WORDS), "(", args, ")")
        return expr("math.max(", self.of("int", depth), ", ", self.of("flt", depth), ")")

    # Statements.

    def statements(self, count):
        self.scopes.append([])
        self.depth += 1
        list_ = []
        for _ in range(count):
            if self.budget <= 0:
                break
            self.budget -= 1
            made = self.statement()
            list_.extend(made if isinstance(made, list) else [made])
        self.depth -= 1
        self.scopes.pop()
        return list_

    def body(self, count=None):
        return self.statements(count or self.rng.randrange(1, 5))

    SIMPLE = [("print_", 12), ("local", 14), ("assign", 12), ("multiple", 4),
              ("call_statement", 6), ("sequence", 5), ("field", 6),
              ("local_multiple", 3)]
    NESTED = [("if_", 6), ("while_", 3), ("repeat_", 3), ("numeric_for", 7),
              ("generic_for", 5), ("do_", 3), ("local_function", 6),
              ("method", 2), ("guarded", 7), ("goto_continue", 3),
              ("goto_loop", 2), ("goto_out", 2), ("closures_in_loop", 2),
              ("coroutine_block", 3), ("close_block", 3), ("return_", 1),
              ("break_", 2)]

    def statement(self):
        table = self.SIMPLE + self.NESTED if self.depth < 6 else self.SIMPLE
        total = sum(w for _, w in table)
        r = self.rng.random() * total
        for name, weight in table:
            r -= weight
            if r < 0:
                break
        return getattr(self, name)()

    def print_(self):
        return stmt("P(", self.args(self.rng.randrange(1, 4), 3), ")")

    def local(self):
        type_ = self.pick(TYPES)
        value = self.of(type_, 3)
        name = self.new_name()
        attrib = ""
        if self.chance(0.1):
            attrib = " <const>"
        self.declare(name, type_, bool(attrib))
        if type_ == "str":
            value = expr("C(", value, ")") if self.loops else value
        return stmt("local ", name, attrib, " = ", value)

    def local_multiple(self):
        values_ = self.args(self.rng.randrange(1, 4), 2)
        names = [self.new_name() for _ in range(self.rng.randrange(2, 4))]
        for n in names:
            self.declare(n, None)
        return stmt("local ", ", ".join(names), " = ", values_)

    def assign(self):
        v = self.find(None, assignable=True)
        if not v or v.name.startswith("v") and v.type == "seq":
            return stmt(self.pick(values.WORDS), " = C(", self.any(2), ")")
        value = self.of(v.type, 3) if v.type else self.any(3)
        if v.type in ("str", None):
            value = expr("C(", value, ")")
        return stmt(v.name, " = ", value)

    def multiple(self):
        """Several targets at once: swaps, and indices that change meanwhile."""
        targets, sources = [], []
        for _ in range(self.rng.randrange(2, 4)):
            v = self.find(None, assignable=True)
            o = self.find("obj")
            if o and self.chance(0.4):
                i = self.find("str") if self.chance(0.3) else None
                targets.append("%s[%s]" % (o.name, i.name if i else self.key()))
                sources.append(expr("C(", self.any(1), ")"))
            elif v and v.type != "seq":
                targets.append(v.name)
                sources.append(expr("C(", self.of(v.type, 1) if v.type else self.any(1), ")"))
            else:
                targets.append(self.pick(values.WORDS))
                sources.append(expr("C(", self.any(1), ")"))
        return stmt(", ".join(targets), " = ", comma_list(sources))

    def call_statement(self):
        return stmt("P(", self.call(2), ")") if self.chance(0.7) else stmt("T(", self.of("fn", 2), ", ", self.args(self.rng.randrange(1, 3), 2), ")")

    def sequence(self):
        """Changes a sequence and keeps it one."""
        v = self.find("seq")
        if not v:
            return self.local()
        n = v.name
        value = expr("(C(", self.of(self.pick(["int", "flt", "str"]), 2), ")) or 0")
        r = self.rng.random()
        if r < 0.3:
            return stmt(n, "[#", n, " + 1] = ", value)
        if r < 0.4:
            return stmt("table.insert(", n, ", ", value, ")")
        if r < 0.5:
            return stmt("table.insert(", n, ", 1, ", value, ")")
        if r < 0.6:
            return stmt("P(table.remove(", n, "))")
        if r < 0.7:
            return stmt("if #", n, " > 0 then ", n, "[#", n, "] = nil end")
        if r < 0.8:
            return stmt("if #", n, " > 1 then ", n, "[1], ", n, "[2] = ", n, "[2], ", n, "[1] end")
        if r < 0.9:
            return stmt("P(table.concat(", n, ', ",", 1, math.min(#', n, ", 3)))")
        return stmt("P(#", n, ", ", n, "[#", n, "], ", n, "[", self.of("int", 1), "], ", n, ")")

    def field(self):
        o = self.find("obj")
        if not o:
            return self.local()
        r = self.rng.random()
        if r < 0.35:
            return stmt(o.name, ".", self.pick(values.WORDS), " = C(", self.any(2), ")")
        if r < 0.6:
            return stmt(o.name, "[", self.key(), "] = C(", self.any(2), ")")
        if r < 0.85:
            return stmt("P(", o.name, ".", self.pick(values.WORDS), ", ", o.name, "[", self.key(), "])")
        return stmt("P(S(", o.name, "))")

    def if_(self):
        parts = ["if ", self.of("bool", 3), " then\n", block(self.body())]
        while self.chance(0.3):
            parts += ["\nelseif ", self.of("bool", 3), " then\n", block(self.body())]
        if self.chance(0.5):
            parts += ["\nelse\n", block(self.body())]
        return stmt(*parts, "\nend")

    def loop_body(self, count=None):
        self.loops += 1
        body = self.body(count)
        self.loops -= 1
        return body

    def counter(self):
        self.labels += 1
        return "c%d" % self.labels

    def while_(self):
        c = self.counter()
        condition = self.pick(["%s < %d" % (c, self.rng.randrange(1, 6)), "true"])
        if condition == "true":
            body = [stmt(c, " = ", c, " + 1"), stmt("if ", c, " > 4 then break end")]
        else:
            body = [stmt(c, " = ", c, " + 1")]
        return stmt("local ", c, " = 0\nwhile ", condition, " do\nF()\n", block(body + self.loop_body()), "\nend")

    def repeat_(self):
        c = self.counter()
        self.scopes.append([])
        body = [stmt("F()"), stmt(c, " = ", c, " + 1"), stmt("local u", c, " = ", c)]
        body += self.loop_body()
        if self.chance(0.3):
            body.append(stmt("local function g() return u", c, " end"))
            until = expr("g() >= ", str(self.rng.randrange(1, 5)))
        else:
            until = expr("u", c, " >= ", str(self.rng.randrange(1, 5)))
        self.scopes.pop()
        return stmt("local ", c, " = 0\nrepeat\n", block(body), "\nuntil ", until)

    def numeric_for(self):
        r = self.rng.random()
        if r < 0.45:
            head = "%d, %d" % (self.rng.randrange(-2, 4), self.rng.randrange(-1, 6))
            if self.chance(0.3):
                head += ", " + self.pick(["1", "2", "3", "-1", "-2"])
            limited = True
        elif r < 0.6:
            head = self.pick(
                ["math.maxinteger - 2, math.maxinteger", "math.mininteger + 2, math.mininteger, -1",
                 "1, math.huge", "1, -math.huge", "math.mininteger, math.maxinteger, 1 << 62",
                 "math.maxinteger, math.mininteger, -(1 << 62)", "1, 3, 0", "1.0, 3", "0.1, 1, 0.3",
                 "1, 3, 0.0", "1, 2, 1e308", "3, 1", "1, 0/0", "0/0, 1", "1, 3, 0/0", "'1', 2", "1, '2'",
                 "1, 2, '1'", "1, 2.9", "-1, -2.1, -1", "math.huge, 1", "1, 2, math.mininteger",
                 "math.maxinteger, math.maxinteger + 1.0", "math.mininteger, math.mininteger - 1.0, -1",
                 "1, {}", "nil, 1", "1, math.maxinteger, math.maxinteger", "3, 1.5, -0.5", "-0.0, 0.0",
                 "9007199254740991.0, 9007199254740993", "1, 2^53, 2^52", "1e308, math.huge, 1e308"])
            limited = False
        else:
            head = expr(self.of(self.pick(["int", "flt"]), 1), ", ", self.of(self.pick(["int", "flt"]), 1),
                        *([", ", self.of(self.pick(["int", "int", "flt"]), 1)] if self.chance(0.5) else []))
            limited = False
        self.scopes.append([])
        name = self.new_name()
        self.declare(name, "int")
        start, before = [], ""
        if not limited:
            c = self.counter()
            before = "local %s = 0\n" % c
            start = [stmt(c, " = ", c, " + 1"), stmt("if ", c, " > 5 then break end"), stmt("P(", name, ")")]
        body = start + self.loop_body()
        self.scopes.pop()
        return stmt(before, "for ", name, " = ", head, " do\nF()\n", block(body), "\nend")

    def generic_for(self):
        self.scopes.append([])
        r = self.rng.random()
        one, two = self.new_name(), self.new_name()
        if one == two:
            two = two + "b"
        before = ""
        if r < 0.35:
            head = expr("ipairs(", self.of("seq", 2), ")")
            self.declare(one, "int")
            self.declare(two, None)
        elif r < 0.5:
            head = expr("string.gmatch(C(", self.of("str", 2), '), "',
                        self.pick([".", "%a+", "(%w)(%w)", "()", "%d*", "[^,]*", "^a", "(a)()"]), '")')
            self.declare(one, "str")
            self.declare(two, None)
        elif r < 0.65:
            saved = self.coroutine
            self.coroutine += 1
            f = self.function(2)
            self.coroutine = saved
            c = self.counter()
            before = "local %s = 0\n" % c
            head = expr("coroutine.wrap(", f, ")")
            self.declare(one, None)
            self.declare(two, None)
            body = [stmt(c, " = ", c, " + 1"), stmt("if ", c, " > 5 then break end")] + self.loop_body()
            self.scopes.pop()
            return stmt(before, "for ", one, ", ", two, " in ", head, " do\nF()\n", block(body), "\nend")
        elif r < 0.8:
            head = expr("function(s, c) if c < s then return c + 1, s end end, ",
                        str(self.rng.randrange(5)), ", 0",
                        *([', setmetatable({}, {__close = function(o, e) P("closed", e) end})']
                          if self.chance(0.5) else []))
            self.declare(one, "int")
            self.declare(two, "int")
            # No break out of it: 5.4.4 may forget to close then.
            saved, self.loops = self.loops, 0
            body = self.body()
            self.loops = saved
            self.scopes.pop()
            return stmt("for ", one, ", ", two, " in ", head, " do\nF()\n", block(body), "\nend")
        elif r < 0.9:
            # At most one field, so there is no order to depend on.
            head = expr("pairs({", self.pick(["x = 1", "", "10", '["y"] = {}', "[1.5] = 2"]), "})")
            self.declare(one, None)
            self.declare(two, None)
        else:
            head = expr(self.any(1), *([", ", self.any(1)] if self.chance(0.5) else []))
            c = self.counter()
            before = "local %s = 0\n" % c
            self.declare(one, None)
            self.declare(two, None)
            body = [stmt(c, " = ", c, " + 1"), stmt("if ", c, " > 5 then break end")]
            self.scopes.pop()
            return stmt(before, "for ", one, ", ", two, " in ", head, " do\nF()\n", block(body), "\nend")
        body = self.loop_body()
        self.scopes.pop()
        return stmt(before, "for ", one, ", ", two, " in ", head, " do\nF()\n", block(body), "\nend")

    def do_(self):
        return stmt("do\n", block(self.body()), "\nend")

    def local_function(self):
        name = self.new_name()
        if self.chance(0.6):
            self.declare(name, "fn")
            return stmt("local function ", name, self.function(3, method=True))
        f = self.function(3, method=True)
        if self.chance(0.5):
            return stmt("function ", self.pick(values.WORDS), f)
        self.declare(name, "fn")
        return stmt("local ", name, " = function", f)

    def method(self):
        o = self.find("obj")
        if not o:
            return self.local()
        f = self.function(3, method=True)
        return stmt("function ", o.name, self.pick([".", ":"]), self.pick(values.WORDS), f)

    def guarded(self):
        """Statements whose error is caught and printed."""
        saved = (self.loops, self.vararg, self.may_return)
        vararg = self.chance(0.3)
        self.loops, self.vararg, self.may_return = 0, vararg, True
        body = self.body()
        if self.chance(0.3):
            body.append(stmt("return ", self.args(self.rng.randrange(3), 2)))
        elif self.chance(0.2):
            body.append(stmt("error(", self.any(1), self.pick(["", ", 0", ", 1", ", 2", ", 3"]), ")"))
        self.loops, self.vararg, self.may_return = saved
        extra = [", ", self.args(self.rng.randrange(1, 3), 1)] if vararg else []
        return stmt("T(function(", "..." if vararg else "", ")\n", block(body), "\nend", *extra, ")")

    def new_label(self):
        self.labels += 1
        return "l%d" % self.labels

    def goto_continue(self):
        label = self.new_label()
        name = self.new_name()
        self.scopes.append([])
        self.declare(name, "int")
        body = self.loop_body(2)
        body.append(stmt("if ", self.of("bool", 2), " then goto ", label, " end"))
        body += [stmt("do\n", block(self.loop_body(2)), "\nend")]
        self.scopes.pop()
        return stmt("for ", name, " = 1, ", str(self.rng.randrange(1, 5)), " do\nF()\n", block(body), "\n::", label, "::\nend")

    def goto_loop(self):
        label, c = self.new_label(), self.counter()
        extra = []
        if self.chance(0.4):
            extra = [stmt("local w = ", c), stmt("local function g() w = w + 1 return w end"), stmt("P(g(), g())")]
        body = [stmt("F()"), stmt(c, " = ", c, " + 1")] + extra + self.body(2)
        return stmt("do\nlocal ", c, " = 0\n::", label, "::\ndo\n", block(body), "\nif ", c, " < ",
                    str(self.rng.randrange(1, 5)), " then goto ", label, " end\nend\nend")

    def goto_out(self):
        label = self.new_label()
        close = ""
        if self.chance(0.4):
            close = 'local k <close> = setmetatable({}, {__close = function() P("%s closed") end})\n' % label
        body = self.body(2)
        return stmt("do\nfor i = 1, 3 do\nF()\nlocal j = 0\nwhile true do\nF()\n", close, "j = j + 1\n", block(body),
                    "\nif i + j >= ", str(self.rng.randrange(1, 5)), " then goto ", label,
                    " end\nif j > 2 then break end\nend\nend\n::", label, "::\nend")

    def closures_in_loop(self):
        name = self.new_name()
        self.declare(name, "obj")
        kind = self.pick(["for i = 1, 3 do", "for _, i in ipairs({5, 6, 7}) do"])
        return stmt("local ", name, " = {get = {}, set = {}}\n", kind, "\nF()\nlocal u = i * 2\n",
                    name, ".get[#", name, ".get + 1] = function() return i, u end\n",
                    name, ".set[#", name, ".set + 1] = function(x) u = x; ", self.pick(["", "i = x "]), "end\n",
                    block(self.loop_body(1)), "\nend\n",
                    "for i = 1, 3 do ", name, ".set[i](", self.of("int", 1), ") P(", name, ".get[i]()) end\n",
                    name, ".get = nil ", name, ".set = nil")

    def coroutine_block(self):
        saved = (self.loops, self.vararg, self.may_return)
        self.loops, self.vararg, self.may_return = 0, True, True
        self.coroutine += 1
        body = self.body()
        body.insert(self.rng.randrange(len(body) + 1), stmt(
            self.pick(["P(coroutine.yield(", "Y((", "T(coroutine.yield, ("]), self.args(1, 1), "))"))
        self.coroutine -= 1
        self.loops, self.vararg, self.may_return = saved
        return stmt("CO(function(...)\n", block(body), "\nend, ", self.args(self.rng.randrange(1, 3), 1), ")")

    def close_block(self):
        c = self.counter()
        action = self.pick(['P("close %s", e)' % c, 'P("close %s") error("in close %s")' % (c, c),
                            'P(Y("close %s"))' % c, 'P("close %s", e) error(e, 0)' % c])
        value = self.pick(["setmetatable({}, {__close = function(o, e) %s end})" % action] * 5 +
                          ["nil", "false", "42", "{}"])
        head = "local %s <close> = %s" % (c, value)
        return stmt("T(function()\n", head, "\n", block(self.guard_body()), "\nend)")

    def guard_body(self):
        saved = (self.loops, self.vararg, self.may_return)
        self.loops, self.vararg, self.may_return = 0, False, True
        body = self.body()
        if self.chance(0.3):
            body.append(stmt("error(", self.any(1), ")"))
        elif self.chance(0.3):
            body.append(self.return_statement(2))
        self.loops, self.vararg, self.may_return = saved
        return body

    def return_(self):
        if not self.may_return:
            return self.print_()
        return stmt("if ", self.of("bool", 2), " then ", self.return_statement(2), " end")

    def break_(self):
        if not self.loops:
            return self.print_()
        return stmt("if ", self.of("bool", 2), " then break end")
