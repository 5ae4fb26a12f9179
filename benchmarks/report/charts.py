"""Bar charts of ratios as inline SVG.

A chart is a grid: a row for each workload, a panel for each engine compared.  A
bar starts at 1.0 and grows to the right where ours took less, to the left where
it took more; the scale is logarithmic, so that "twice" and "half" are equally
long.  Colours are classes that the page defines for light and dark screens.

Guarded by tests/unit/benchmarks/report/page_test.py.
"""

import math
from xml.sax.saxutils import escape

WIDTH = 1000
NAME_WIDTH = 172
VALUE_WIDTH = 46
GAP = 18
ROW = 17
TOP = 40


class Row:
    """values: a ratio (or None) for each panel.  ticks: the same of the
    medians, drawn as a thin mark; None: no marks.  kind: "row", "group" (a
    category and its means) or "total"."""

    def __init__(self, label, values, ticks=None, kind="row", title=""):
        self.label = label
        self.values = values
        self.ticks = ticks or [None] * len(values)
        self.kind = kind
        self.title = title


def domain(values):
    """The powers of two around all values, from 1/2 to 2 at least and from
    1/32 to 32 at most, as exponents."""
    logs = [math.log2(v) for v in values if v]
    low = min([-1] + [math.floor(v) for v in logs])
    high = max([1] + [math.ceil(v) for v in logs])
    return max(low, -5), min(high, 5)


def power_label(exponent):
    return str(2 ** exponent) if exponent >= 0 else f"1/{2 ** -exponent}"


class Panel:
    """One column of the grid, from x to x + width."""

    def __init__(self, x, width, values):
        self.x = x
        self.low, self.high = domain(values)
        self.width = width - VALUE_WIDTH

    def place(self, value):
        """Where a ratio lies; those beyond the scale lie on its edge."""
        exponent = min(max(math.log2(value), self.low), self.high)
        return self.x + self.width * (exponent - self.low) / (
            self.high - self.low)

    def exponents(self):
        step = max(1, math.ceil((self.high - self.low) / 6))
        return [e for e in range(self.low, self.high + 1) if e % step == 0]


def text(x, y, content, css, anchor="start"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" class="{css}" '
            f'text-anchor="{anchor}">{escape(content)}</text>')


def line(x1, y1, x2, y2, css):
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'class="{css}"/>')


def bar(panel, row, index, y):
    """The bar, mark and number of one cell."""
    value = row.values[index]
    end = panel.x + panel.width + VALUE_WIDTH - 4
    if not value:
        return [text(end, y + 12, "–", "value faint", "end")]
    base, tip = panel.place(1), panel.place(value)
    css = "better" if value >= 1 else "worse"
    thick = row.kind != "row"
    top, height = (y + 3, 11) if thick else (y + 4, 9)
    title = f"{row.label}: {value:.3f}"
    if row.ticks[index]:
        title += f" (of medians: {row.ticks[index]:.3f})"
    parts = [
        f'<rect x="{min(base, tip):.1f}" y="{top}" '
        f'width="{max(abs(tip - base), 0.8):.1f}" height="{height}" rx="1.5" '
        f'class="{css}{" strong" if thick else ""}">'
        f"<title>{escape(title)}</title></rect>"]
    if row.ticks[index]:
        x = panel.place(row.ticks[index])
        parts.append(line(x, top - 1, x, top + height + 1, "tick"))
    label = f"{value:.2f}" if value < 100 else f"{value:.0f}"
    parts.append(text(end, y + 12, label,
                      "value" + (" bold" if thick else "") +
                      (" low" if value < 1 else ""), "end"))
    return parts


def ratio_chart(heads, rows, caption):
    """An SVG element.  heads: the name of each panel; caption: what is shown,
    for those who cannot see it."""
    count = len(heads)
    width = (WIDTH - NAME_WIDTH - GAP * count) / max(count, 1)
    panels = [
        Panel(NAME_WIDTH + GAP + i * (width + GAP), width,
              [r.values[i] for r in rows])
        for i in range(count)]
    height = TOP + ROW * len(rows) + sum(
        6 for r in rows if r.kind != "row") + 10
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(caption, {chr(34): "&quot;"})}" '
        'xmlns="http://www.w3.org/2000/svg">']
    bottom = height - 6
    # From the back to the front: bands, the grid, names and bars.
    y = TOP
    for row in rows:
        if row.kind != "row":
            y += 6
            parts.append(f'<rect x="0" y="{y}" width="{WIDTH}" '
                         f'height="{ROW}" class="band"/>')
        y += ROW
    for head, panel in zip(heads, panels):
        parts.append(text(panel.x, 14, head, "head"))
        for exponent in panel.exponents():
            x = panel.place(2.0 ** exponent)
            parts.append(line(x, TOP - 6, x, bottom,
                              "one" if exponent == 0 else "grid"))
            parts.append(
                text(x, TOP - 10, power_label(exponent), "axis", "middle"))
    y = TOP
    for row in rows:
        if row.kind != "row":
            y += 6
        css = "name" if row.kind == "row" else "name bold"
        label = text(4 if row.kind != "row" else 12, y + 12.5, row.label, css)
        if row.title:
            label = label.replace(
                "</text>", f"<title>{escape(row.title)}</title></text>")
        parts.append(label)
        for index, panel in enumerate(panels):
            parts.extend(bar(panel, row, index, y))
        y += ROW
    parts.append("</svg>")
    return "\n".join(parts)
