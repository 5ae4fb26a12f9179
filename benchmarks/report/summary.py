"""From measurements to the figures that are shown.

A comparison is always "theirs divided by ours": above 1, ours took less.

Guarded by tests/unit/benchmarks/report/summary_test.py.
"""

import figures
from engines import OURS

# What is compared: name of the figure, how it is taken from a cell.
TIME, MEMORY, INSTRUCTIONS = "time", "memory", "instructions"
WORST = 5


def best(cell, what):
    """The figure of one engine for one workload; None if there is none."""
    if cell is None or cell["error"]:
        return None
    if what == TIME:
        return figures.minimum(cell["cpu"])
    if what == MEMORY:
        return figures.median(cell["peak_kib"])
    return cell["instructions"]


class Summary:
    """Answers questions about results (see runner.run_all).

    base: the engine that others are compared with: ours if it was measured,
    else the first.  strategies: the dispatch strategies that were compared, the
    base's first: {"name", "engine", "code": see code_size.py}.
    """

    def __init__(self, document):
        self.document = document
        self.workloads = document["workloads"]
        self.strategies = document.get("strategies", [])
        self.engines = [e["name"] for e in document["environment"]["engines"]]
        self.base = OURS if OURS in self.engines else self.engines[0]
        self.variants = [e for e in self.engines if e.startswith(OURS + ":")]
        self.peers = [
            e for e in self.engines
            if e != self.base and e not in self.variants]

    def categories(self):
        seen = []
        for workload in self.workloads:
            if workload["category"] not in seen:
                seen.append(workload["category"])
        return seen

    def in_category(self, category):
        return [w for w in self.workloads if w["category"] == category]

    def ratio(self, workload, peer, what=TIME):
        cells = workload["engines"]
        return figures.ratio(
            best(cells.get(peer), what), best(cells.get(self.base), what))

    def median_ratio(self, workload, peer):
        """As ratio(), of the medians of the times."""
        cells = workload["engines"]
        pair = [cells.get(peer), cells.get(self.base)]
        if any(c is None or c["error"] for c in pair):
            return None
        return figures.ratio(*[figures.median(c["cpu"]) for c in pair])

    def mean(self, peer, what=TIME, workloads=None):
        """The geometric mean of ratios."""
        if workloads is None:
            workloads = self.workloads
        return figures.geometric_mean(
            [self.ratio(w, peer, what) for w in workloads])

    def worst(self, peer, what=TIME):
        """Names of the workloads where ours is furthest behind."""
        return figures.worst(
            [(w["name"], self.ratio(w, peer, what)) for w in self.workloads],
            WORST)

    def behind(self, peer, what=TIME):
        """How many workloads are below 1, and how many were compared."""
        ratios = [self.ratio(w, peer, what) for w in self.workloads]
        ratios = [r for r in ratios if r is not None]
        return sum(r < 1 for r in ratios), len(ratios)

    def spread(self):
        """The median over all cells of how far runs lay apart."""
        spreads = [
            figures.spread(c["cpu"]) for w in self.workloads
            for c in w["engines"].values() if not c["error"]]
        return figures.median([s for s in spreads if s is not None])

    def failures(self):
        """(workload, engine, message), one for each that failed."""
        return [
            (w["name"], name, cell["error"]) for w in self.workloads
            for name, cell in w["engines"].items() if cell["error"]]

    def has(self, what):
        """True if anything was measured of it."""
        return any(
            best(c, what) for w in self.workloads
            for c in w["engines"].values())
