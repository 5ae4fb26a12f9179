"""Tables of the dispatch strategies for docs/dispatch.md.

The page has places for them,

  <!-- table: NAME -->
  ...
  <!-- end -->

and write() puts into each what the results tell about it.  A table that they
tell nothing about (no times, no counts) stays as it is.

Guarded by tests/unit/benchmarks/report/markdown_test.py.
"""

import re

import summary as summary_module
from summary import INSTRUCTIONS, TIME

PLACE = re.compile(r"(<!-- table: ([\w ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def table(head, rows):
    lines = [head, ["---"] + ["---:"] * (len(head) - 1)] + rows
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def ratio(value):
    return "–" if value is None else f"{value:.2f}"


def head(summary, first):
    return first + [s["name"] for s in summary.strategies[1:]]


def means(summary, what):
    """A row for each category."""
    rows = [
        [category] + [ratio(summary.mean(e, what,
                                         summary.in_category(category)))
                      for e in summary.variants]
        for category in summary.categories()]
    rows.append(["**all**"] + [
        f"**{ratio(summary.mean(e, what))}**" for e in summary.variants])
    return table(head(summary, ["workloads"]), rows)


def by_workload(summary, what):
    """A row for each workload, with the base's own figure."""
    unit, scale = {TIME: ("ms", 1e-3), INSTRUCTIONS: ("million", 1e6)}[what]
    rows = []
    for workload in summary.workloads:
        own = summary_module.best(
            workload["engines"].get(summary.base), what)
        rows.append(
            [f"`{workload['name']}`",
             "–" if own is None else f"{own / scale:.1f}"] +
            [ratio(summary.ratio(workload, e, what))
             for e in summary.variants])
    first = ["workload", f"{summary.strategies[0]['name']}, {unit}"]
    return table(head(summary, first), rows)


def code(summary):
    base = summary.strategies[0]["code"]["bytes"]
    return table(
        ["strategy", "functions", "bytes", f"/ {summary.strategies[0]['name']}"],
        [[f"`{s['name']}`", str(s["code"]["functions"]),
          f"{s['code']['bytes']:,}", ratio(s["code"]["bytes"] / base)]
         for s in summary.strategies])


def source(summary, what):
    environment = summary.document["environment"]
    day = environment["date"].partition(" ")[0]
    if what == INSTRUCTIONS:
        return f"(Counted on {day}.)"
    return (f"(Measured on {day}, {environment['cpu']}, fastest of "
            f"{summary.document['rounds']}.)")


def tables(summary):
    """By name, those that there are figures for."""
    found = {}
    for what in (TIME, INSTRUCTIONS):
        if summary.has(what):
            found[what] = means(summary, what) + "\n\n" + source(
                summary, what)
            found[what + " by workload"] = by_workload(summary, what)
    if summary.strategies:
        found["code"] = code(summary)
    return found


def replace(page, found):
    """The page with these tables.  A table without a place is a ValueError."""
    places = {match.group(2) for match in PLACE.finditer(page)}
    missing = sorted(set(found) - places)
    if missing:
        raise ValueError("no place for the table: " + ", ".join(missing))
    return PLACE.sub(
        lambda match: match.group(1) + found[match.group(2)] + "\n" +
        match.group(3) if match.group(2) in found else match.group(0), page)


def write(path, summary):
    if not summary.strategies or not summary.variants:
        raise ValueError("the results compare no strategies: run --strategies")
    with open(path, encoding="utf-8") as file:
        page = file.read()
    page = replace(page, tables(summary))
    with open(path, "w", encoding="utf-8") as file:
        file.write(page)
