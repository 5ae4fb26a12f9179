"""Tells whether two runs of one program differ, and how.

Guarded by fuzz_test.py.
"""

from runner import SANITIZER

# Errors that 5.4.4 raises where it has lost a variable to be closed of a
# generic for: a loop whose body has a closure and a break.
ORACLE_BUGS = ["attempt to call a nil value (metamethod 'close')"]


def unusable(oracle):
    """Whether what the oracle did makes a program useless: PUC Lua itself
    crashed, ran longer than is allowed, or showed a bug of its own."""
    return oracle.end == "timeout" or oracle.end.startswith("signal") or \
        oracle.end == "early end" or any(bug in oracle.out + oracle.err for bug in ORACLE_BUGS)


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
