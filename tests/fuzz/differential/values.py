"""Literals with an edge to them, by type, and other small choices.

Guarded by fuzz_test.py.
"""

from node import quote

INTEGERS = (
    "0 1 -1 2 3 4 5 7 8 10 -2 -3 -7 15 16 17 31 32 33 62 63 64 65 -63 -64 100 "
    "127 128 255 256 -128 1000 32767 65535 65536 16777216 2147483647 "
    "2147483648 -2147483648 4294967295 4294967296 9007199254740991 "
    "9007199254740992 9007199254740993 -9007199254740993 0x7fffffffffffffff "
    "0x8000000000000000 0xffffffffffffffff 9223372036854775807 "
    "math.maxinteger math.mininteger 4611686018427387904").split()
SMALL_INTEGERS = "0 1 2 3 4 5 6 -1 -2 -3 -4 7 8 9 10".split()
FLOATS = (
    "0.0 -0.0 1.0 -1.0 2.0 3.0 0.5 -0.5 1.5 2.5 -2.5 0.1 1e15 1e16 1e100 "
    "-1e100 1e308 5e-324 2.2250738585072014e-308 math.huge -math.huge (0/0) "
    "math.pi 0x1p53 0x1p63 -0x1p63 0x1p62 9007199254740992.0 2147483648.0 "
    "4294967296.0 9.2233720368547758e18 -9223372036854775808.0 0x.8p1 "
    "0xA.8p-2 3e0 .5 5. 1e-7 123456789012345678.0 1e1 255.0").split()
NUMERIC_STRINGS = [
    '"10"', '"0x10"', '" 5 "', '"1e2"', '"-3"', '"2.5"', '"0x1p4"', '"-0"',
    '"9223372036854775807"', '"9223372036854775808"', '"1e400"', '"0"', '".5"',
    '"5."', '"0x.8"', '"\\t7\\n"', '"-9223372036854775808"', '"3.0"']
ODD_STRINGS = [
    '""', '"a"', '"abc"', '"hello world"', '"0x"', '"1e"', '"1e+"', '"10a"',
    '"- 1"', '"inf"', '"nan"', '"\\0"', '"a\\0b"', '"\\xff\\xfe"', '"%"', '"%d"',
    '"\\u{7FFFFFFF}"', '"\\\\"', '"10 20"', '"__index"', '"0x1g"', '"1__0"',
    '"0b1"', '"--1"', '"+1"', '"+-1"', '"\\n"', '"true"', '"nil"', '"1e1 "',
    '"0x1p"', '"0x.p1"', '"."', '"1 "', '"\\0321"', '"1\\0"']
WORDS = ["x", "y", "z", "n", "name", "key", "a", "b", "first", "value"]
SIZES = ["0", "1", "2", "3", "-1", "-2", "5", "-5", "10", "100", "-100",
         "math.maxinteger", "math.mininteger", "2^53", "1.0", "nil"]


def random_text(rng, alphabet="abcxyz01 .,-_ABC%[]()", most=12):
    return "".join(rng.choice(alphabet) for _ in range(rng.randrange(most)))


def string_literal(rng):
    """A string in one of the notations that Lua has for it."""
    kind = rng.randrange(10)
    if kind < 3:
        return quote(random_text(rng))
    if kind < 5:
        return rng.choice(ODD_STRINGS)
    if kind < 7:
        return rng.choice(NUMERIC_STRINGS)
    if kind == 7:
        level = "=" * rng.randrange(3)
        return "[%s[%s]%s]" % (level, random_text(rng, "abc xyz\n"), level)
    if kind == 8:
        return "'%s'" % rng.choice(
            ["\\a\\b\\f\\n\\r\\t\\v", "\\z   x", "\\065\\x42\\u{43}", "a\\\nb",
             "\\u{10FFFF}\\u{0}", "\\'\"", "x\\zy"])
    return quote("".join(chr(rng.randrange(256)) for _ in range(rng.randrange(6))))


def integer(rng):
    if rng.random() < 0.4:
        return rng.choice(SMALL_INTEGERS)
    if rng.random() < 0.1:
        return str(rng.getrandbits(64) - (1 << 63) + 1)
    return rng.choice(INTEGERS)


def float_(rng):
    if rng.random() < 0.15:
        return "%.17g" % (rng.uniform(-1, 1) * 10 ** rng.randrange(-20, 20))
    return rng.choice(FLOATS)


def number(rng):
    return integer(rng) if rng.random() < 0.6 else float_(rng)


def scalar(rng):
    """Any literal but a table or a function."""
    kind = rng.randrange(10)
    if kind < 3:
        return integer(rng)
    if kind < 5:
        return float_(rng)
    if kind < 8:
        return string_literal(rng)
    return rng.choice(["nil", "true", "false"])
