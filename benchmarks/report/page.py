"""The report as one HTML file that needs nothing else: no script, no network.

Well-formed as XML, so that a test can read it.

Guarded by tests/unit/benchmarks/report/page_test.py.
"""

from xml.sax.saxutils import escape

import figures
import summary as summary_module
from charts import Row, ratio_chart
from summary import INSTRUCTIONS, MEMORY, TIME

STYLE = """
:root {
  color-scheme: light dark;
  --page: #fbfbfa; --card: #ffffff; --text: #1c2126; --faint: #66707a;
  --line: #e2e5e8; --one: #8a939c; --better: #2a8c82; --worse: #d9822b;
  --better-strong: #17645c; --worse-strong: #a85a10; --band: #f1f3f4;
  --low: #a85a10; --accent: #2a8c82;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --card: #1c2024; --text: #e4e7ea; --faint: #98a2ab;
    --line: #2e343a; --one: #76808a; --better: #3fa699; --worse: #d98a3d;
    --better-strong: #66c9bc; --worse-strong: #f0a95f; --band: #23282d;
    --low: #f0a95f; --accent: #66c9bc;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif;
}
main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 26px; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 18px; margin: 40px 0 6px; }
h3 { font-size: 15px; margin: 20px 0 6px; }
p { margin: 6px 0 12px; max-width: 78ch; }
.faint { color: var(--faint); }
.cards {
  display: grid; gap: 12px; margin: 22px 0 20px;
  grid-template-columns: repeat(auto-fit, minmax(220px, 1fr));
}
.card, figure {
  background: var(--card); border: 1px solid var(--line); border-radius: 8px;
}
.card { padding: 14px 16px; }
.card .engine { font-weight: 600; }
.card .figure {
  font-size: 32px; font-weight: 650; line-height: 1.25;
  font-variant-numeric: tabular-nums; color: var(--accent);
}
.card .figure.below { color: var(--low); }
.card small { display: block; color: var(--faint); font-size: 13px; }
figure { margin: 10px 0; padding: 14px 14px 6px; overflow-x: auto; }
svg { display: block; width: 100%; min-width: 720px; height: auto; }
svg text { font: 11.5px system-ui, "Segoe UI", "DejaVu Sans", sans-serif;
  fill: var(--text); }
svg .head { font-weight: 650; font-size: 13px; }
svg .axis { fill: var(--faint); font-size: 10px; }
svg .value { font-variant-numeric: tabular-nums; }
svg .bold { font-weight: 650; }
svg .faint { fill: var(--faint); }
svg .low { fill: var(--low); }
svg .grid { stroke: var(--line); }
svg .one { stroke: var(--one); }
svg .tick { stroke: var(--text); opacity: 0.55; }
svg .band { fill: var(--band); }
svg .better { fill: var(--better); }
svg .worse { fill: var(--worse); }
svg .better.strong { fill: var(--better-strong); }
svg .worse.strong { fill: var(--worse-strong); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; width: 100%;
  font-variant-numeric: tabular-nums; }
th, td { padding: 3px 9px; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 2px; }
thead th { border-bottom: 1px solid var(--line); font-weight: 600; }
tbody tr:nth-child(even) td { background: var(--band); }
table.facts { width: auto; }
table.facts td { text-align: left; white-space: normal; }
table.facts tr td:first-child { color: var(--faint); white-space: nowrap; }
table.facts tbody tr:nth-child(even) td { background: none; }
code { font: 13px ui-monospace, "DejaVu Sans Mono", monospace; }
summary { cursor: pointer; margin: 8px 0; color: var(--accent); }
.failed { color: var(--low); }
"""


def element(tag, content, css=None):
    """Content is markup already."""
    attribute = f' class="{css}"' if css else ""
    return f"<{tag}{attribute}>{content}</{tag}>"


def ratio_text(value):
    return "–" if value is None else f"{value:.2f}×"


def chart_rows(summary, others, what):
    rows = []
    for category in summary.categories():
        members = summary.in_category(category)
        rows.append(Row(
            category, [summary.mean(e, what, members) for e in others],
            kind="group"))
        for workload in members:
            ticks = None
            if what == TIME:
                ticks = [summary.median_ratio(workload, e) for e in others]
            rows.append(Row(
                workload["name"],
                [summary.ratio(workload, e, what) for e in others], ticks,
                title="arguments: " + " ".join(workload["arguments"])))
    rows.append(Row("geometric mean",
                    [summary.mean(e, what) for e in others], kind="total"))
    return rows


def chart(summary, others, what, caption):
    return element("figure", ratio_chart(
        others, chart_rows(summary, others, what), caption))


def cards(summary):
    parts = []
    for engine in summary.peers:
        mean = summary.mean(engine)
        behind, compared = summary.behind(engine)
        below = " below" if mean is not None and mean < 1 else ""
        parts.append(element(
            "div",
            element("span", "against " + escape(engine), "engine") +
            element("div", ratio_text(mean), "figure" + below) +
            element("small", f"as fast, geometric mean of {compared} "
                    "workloads") +
            element("small", f"slower in {behind}; memory "
                    f"{ratio_text(summary.mean(engine, MEMORY))}"), "card"))
    return element("div", "".join(parts), "cards")


def facts(summary):
    document = summary.document
    environment = document["environment"]
    rows = [
        ("machine", f"{environment['cpu']}, {environment['cores']} cores, "
         f"{environment['memory_mib'] or '?'} MiB; {environment['kernel']}; "
         f"load {environment['load_before']} at the start"),
        ("commit", environment["commit"]),
        ("command", environment["command"]),
        ("rounds", f"{document['rounds']}, engines in turn; size "
         f"“{document['size']}”"),
    ] + [
        (e["name"], f"{e['version']} ({e['command']})")
        for e in environment["engines"]]
    body = "".join(
        element("tr", element("td", escape(name)) +
                element("td", escape(str(value)))) for name, value in rows)
    return element("table", element("tbody", body), "facts")


def cell_texts(cell):
    if cell is None:
        return ["–"] * 3
    if cell["error"]:
        return ["failed", "–", "–"]
    if not cell["cpu"]:
        return ["–"] * 3
    spread = figures.spread(cell["cpu"])
    return [
        f"{figures.minimum(cell['cpu']) * 1000:.1f}",
        "–" if spread is None else f"{spread * 100:.0f} %",
        f"{summary_module.best(cell, MEMORY) / 1024:.1f}"]


def absolute_table(summary):
    head = "<th></th>" + "".join(
        f'<th colspan="3">{escape(e)}</th>' for e in summary.engines)
    units = "<th>workload</th>" + "<th>ms</th><th>+</th><th>MiB</th>" * len(
        summary.engines)
    body = []
    for workload in summary.workloads:
        cells = [element("td", escape(workload["name"]))]
        for engine in summary.engines:
            cells += [element("td", escape(t)) for t in
                      cell_texts(workload["engines"].get(engine))]
        body.append(element("tr", "".join(cells)))
    return element("div", element(
        "table", element("thead", element("tr", head) + element("tr", units)) +
        element("tbody", "\n".join(body))), "scroll")


def variants_section(summary):
    base = escape(summary.base)
    parts = [
        element("h2", "Dispatch strategies" if summary.strategies else
                "Variants of " + base),
        element("p", f"Engines named {base}:…, for instance other dispatch "
                f"strategies. Each bar: what the variant takes / what {base} "
                "takes; to the left of 1 the variant takes less."),
    ]
    for what, name in ((TIME, "CPU time"), (INSTRUCTIONS, "Instructions")):
        if summary.has(what):
            parts += [element("h3", name),
                      chart(summary, summary.variants, what,
                            f"{name} of each variant divided by that of the "
                            "base")]
    if summary.strategies:
        parts += [element("h3", "Machine code"), code_chart(summary)]
    return "\n".join(parts)


def code_chart(summary):
    base = summary.strategies[0]["code"]["bytes"]
    rows = [
        Row(s["name"], [s["code"]["bytes"] / base],
            title=f"{s['code']['bytes']} bytes in {s['code']['functions']} "
            "functions")
        for s in summary.strategies]
    return element("figure", ratio_chart(
        [f"bytes / {base} bytes"], rows,
        "size of the code of each strategy divided by that of the base"))


def failures_section(summary):
    items = "".join(
        element("li", f"{escape(w)} on {escape(e)}: {escape(message)}")
        for w, e, message in summary.failures())
    return element("h2", "Failed") + element("ul", items, "failed")


def render(summary):
    """The whole page."""
    base = escape(summary.base)
    environment = summary.document["environment"]
    spread = summary.spread()
    parts = [
        element("h1", f"{base}: benchmark report"),
        element("p", escape(f"{environment['date']} · commit "
                            f"{environment['commit']} · {environment['cpu']}"),
                "faint"),
        cards(summary),
        element(
            "p",
            "Each workload prints a result that was checked in every run. "
            "CPU time is user + system time of the process, start-up "
            "included, the fastest of "
            f"{summary.document['rounds']} rounds. On a shared machine it is "
            "a better figure than wall time, which counts waiting for others "
            "too. " +
            ("" if spread is None else
             f"Typical distance from the fastest run to the median: "
             f"{spread * 100:.1f} %.")),
    ]
    if summary.failures():
        parts.append(failures_section(summary))
    if summary.peers and summary.has(TIME):
        parts += [
            element("h2", "CPU time"),
            element("p", f"Time of the other engine / time of {base}. To the "
                    f"right of 1, {base} is faster. The thin mark is the same "
                    "ratio taken from medians: far from the end of the bar, "
                    "the runs were disturbed.", "faint"),
            chart(summary, summary.peers, TIME,
                  "CPU time of each engine divided by ours, by workload"),
            element("h2", "Peak memory"),
            element("p", "Largest resident set of the other engine / that of "
                    f"{base}. To the right of 1, {base} needs less.", "faint"),
            chart(summary, summary.peers, MEMORY,
                  "peak memory of each engine divided by ours, by workload"),
        ]
    if summary.has(INSTRUCTIONS) and summary.peers:
        parts += [
            element("h2", "Instructions"),
            element("p", "Counted by callgrind with the small sizes, above "
                    "those of an empty program: repeatable, but blind to what "
                    "an instruction costs.", "faint"),
            chart(summary, summary.peers, INSTRUCTIONS,
                  "instructions of each engine divided by ours, by workload"),
        ]
    if summary.variants:
        parts.append(variants_section(summary))
    parts += [
        element("h2", "Absolute figures"),
        element("details", element("summary", "all workloads") + element(
            "p", "ms: CPU time of the fastest run; +: how far the median lies "
            "above it; MiB: peak memory (median).", "faint") +
            absolute_table(summary)),
        element("h2", "How it was measured"),
        facts(summary),
    ]
    return (
        "<!DOCTYPE html>\n"
        '<html lang="en" xmlns="http://www.w3.org/1999/xhtml">\n<head>\n'
        '<meta charset="utf-8"/>\n'
        '<meta name="viewport" content="width=device-width, '
        'initial-scale=1"/>\n'
        f"<title>{base}: benchmark report</title>\n"
        f"<style>{escape(STYLE)}</style>\n</head>\n<body>\n<main>\n" +
        "\n".join(parts) + "\n</main>\n</body>\n</html>\n")
