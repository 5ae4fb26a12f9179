"""Tells whether two runs of one program differ, and how.

Guarded by fuzz_test.py.
"""

import re

from runner import SANITIZER

INCOMPARABLE = re.compile(
    # Nested calls of native code end at a depth of the engine's own.
    r"C stack overflow|"
    # 5.4.4 loses the variable to be closed of a generic for whose body has a
    # closure and a break.
    r"attempt to call a nil value \(metamethod 'close'\)|"
    # 5.4.4 goes on to use the handler of an xpcall that coroutine.close has
    # thrown away (later ones do not).
    r"\"in xpcall\"\n(\"suspended\"\n)?\"closing\" nil\n(\"ok\" )?false \"error in error handling\"|"
    # 5.4.4 notes no position before it divides by a constant zero.
    r"(divide by zero|perform 'n%%?0')(\\010|\n)stack traceback")


def unusable(oracle):
    """Whether what the oracle did makes a program useless: PUC Lua itself
    crashed, ran longer than is allowed, or did what no other need do."""
    return oracle.end == "timeout" or oracle.end.startswith("signal") or \
        oracle.end == "early end" or bool(INCOMPARABLE.search(oracle.out + oracle.err))


def kind_of_difference(oracle, ours):
    """None, or a word for the way in which `ours` differs; the shrinker keeps
    a program only as long as this word stays the same."""
    if ours.end == "timeout":
        return "timeout"
    if SANITIZER.search(ours.err):
        return "sanitizer"
    if ours.end.startswith("signal") or ours.end == "early end":
        return "crash"
    theirs, mine = oracle.key(), ours.key()
    if theirs == mine:
        return None
    if theirs[0] != mine[0]:
        return "exit"
    return "output" if theirs[1] != mine[1] else "stderr"


def first_difference(oracle, ours):
    """The first line that differs, of both, for the report."""
    for which in (1, 2):
        theirs = oracle.key()[which].split("\n")
        mine = ours.key()[which].split("\n")
        for i in range(max(len(theirs), len(mine))):
            a = theirs[i] if i < len(theirs) else "(nothing)"
            b = mine[i] if i < len(mine) else "(nothing)"
            if a != b:
                return a, b
    return oracle.end, ours.end
