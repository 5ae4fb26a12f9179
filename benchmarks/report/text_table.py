"""Tables of text, and the report on the terminal.

Guarded by tests/unit/benchmarks/report/text_table_test.py.
"""

import summary as summary_module
from summary import INSTRUCTIONS, MEMORY, TIME


def align(rows, right=()):
    """Lines with columns two blanks apart.  `right`: the columns whose cells
    are aligned to the right.  A row that is a string is a line of its own; None
    is a rule as wide as the table."""
    table = [r for r in rows if isinstance(r, (list, tuple))]
    count = max((len(r) for r in table), default=0)
    widths = [
        max((len(r[c]) for r in table if c < len(r)), default=0)
        for c in range(count)]
    total = sum(widths) + 2 * max(count - 1, 0)
    lines = []
    for row in rows:
        if row is None:
            lines.append("-" * total)
        elif isinstance(row, str):
            lines.append(row)
        else:
            cells = [
                cell.rjust(widths[c]) if c in right else cell.ljust(widths[c])
                for c, cell in enumerate(row)]
            lines.append("  ".join(cells).rstrip())
    return lines


def number(value, digits=2):
    return "-" if value is None else f"{value:.{digits}f}"


def seconds(value):
    return "-" if value is None else f"{value * 1000:.1f}"


def mebibytes(kib):
    return "-" if kib is None else f"{kib / 1024:.1f}"


def marked(value, is_worst):
    """A ratio with a mark of fixed width: << among the worst, < below 1."""
    mark = "<<" if is_worst else "<" if value is not None and value < 1 else ""
    return number(value) + " " + mark.ljust(2)


def comparison(summary, what):
    """Rows for one figure: ours, and the ratio of each other engine to it."""
    others = summary.variants + summary.peers
    unit = {TIME: "ms", MEMORY: "MiB", INSTRUCTIONS: "million instr"}[what]
    show = {TIME: seconds, MEMORY: mebibytes,
            INSTRUCTIONS: lambda v: number(v / 1e6 if v else None, 1)}[what]
    worst = {e: summary.worst(e, what) for e in others}
    rows = [["workload", f"{summary.base} {unit}"] +
            [f"{e}   " for e in others], None]
    for category in summary.categories():
        members = summary.in_category(category)
        for workload in members:
            cell = workload["engines"].get(summary.base)
            rows.append(
                [workload["name"], show(summary_module.best(cell, what))] +
                [marked(summary.ratio(workload, e, what),
                        workload["name"] in worst[e]) for e in others])
        if len(summary.categories()) > 1:
            rows.append(
                [f"= {category}", ""] +
                [number(summary.mean(e, what, members)) + "   "
                 for e in others])
            rows.append([""])
    rows.append(None)
    rows.append(["geometric mean", ""] +
                [number(summary.mean(e, what)) + "   " for e in others])
    return align(rows, right=range(1, len(others) + 2))


def code_sizes(summary):
    base = summary.strategies[0]["code"]["bytes"]
    rows = [["strategy", "functions", "bytes", "ratio"], None]
    for strategy in summary.strategies:
        code = strategy["code"]
        rows.append([strategy["name"], str(code["functions"]),
                     str(code["bytes"]), number(code["bytes"] / base)])
    return align(rows, right=range(1, 4))


def report(summary):
    """The whole text."""
    environment = summary.document["environment"]
    rounds = summary.document["rounds"]
    lines = [
        f"{environment['cpu']}, {environment['cores']} cores; "
        f"{environment['date']}; commit {environment['commit']}",
        f"sizes: {summary.document['size']}; rounds: {rounds}; median of runs "
        f"above the fastest: {number((summary.spread() or 0) * 100, 1)} %",
        "",
    ]
    for engine in environment["engines"]:
        lines.append(f"  {engine['name']}: {engine['version']}")
    if summary.has(TIME):
        lines += [
            "",
            f"CPU time (user + system, fastest of {rounds}); columns of other "
            f"engines: theirs / {summary.base},",
            f"above 1: {summary.base} is faster; < slower, << among the "
            f"{summary_module.WORST} slowest",
            "",
        ]
        lines += comparison(summary, TIME)
    if summary.has(MEMORY):
        lines += ["", f"Peak memory (theirs / {summary.base})", ""]
        lines += comparison(summary, MEMORY)
    if summary.has(INSTRUCTIONS):
        lines += ["", "Instructions above those of an empty program, small "
                  f"sizes (theirs / {summary.base})", ""]
        lines += comparison(summary, INSTRUCTIONS)
    if summary.strategies:
        lines += ["", "Machine code of the dispatch strategies", ""]
        lines += code_sizes(summary)
    failures = summary.failures()
    if failures:
        lines += ["", "FAILED:"]
        lines += [f"  {w} on {e}: {message}" for w, e, message in failures]
    return "\n".join(lines) + "\n"
