"""Figures drawn from measured numbers.

Runs on a shared machine are disturbed in one direction only: other programs
make them slower.  So the smallest of several runs is the best estimate of what
a program needs, and the distance from it to the median tells how much to trust
it.  Ratios are averaged geometrically: the mean of "twice as fast" and "half as
fast" is then 1, whichever of the two is called the base.

Guarded by tests/unit/benchmarks/report/figures_test.py.
"""

import math


def minimum(values):
    """The smallest; None if there are none."""
    return min(values, default=None)


def median(values):
    """The middle one, or the mean of the two in the middle; None if none."""
    ordered = sorted(values)
    count = len(ordered)
    if not count:
        return None
    half = count // 2
    if count % 2:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2


def spread(values):
    """How far the median lies above the smallest, as a share of it."""
    low = minimum(values)
    if not low:
        return None
    return median(values) / low - 1


def ratio(theirs, ours):
    """theirs / ours; None where one is missing or zero."""
    if not theirs or not ours:
        return None
    return theirs / ours


def geometric_mean(values):
    """Of what is not None; None if nothing is."""
    logs = [math.log(v) for v in values if v is not None]
    if not logs:
        return None
    return math.exp(sum(logs) / len(logs))


def worst(named_values, count):
    """The names of the `count` smallest values below 1."""
    low = sorted((v, n) for n, v in named_values if v is not None and v < 1)
    return {name for _, name in low[:count]}
