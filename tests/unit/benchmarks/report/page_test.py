"""benchmarks/report/page.py and charts.py."""

import re
import unittest
import xml.etree.ElementTree

from report_modules import cell, document, strategies
import charts
import page
from summary import Summary

SVG = "{http://www.w3.org/2000/svg}"


def render(engines, workloads):
    return page.render(Summary(document(engines, workloads)))


def workload(name, ours, theirs):
    return (name, "calls", {
        "m3lua": cell([ours], [1000]), "lua5.4": cell([theirs], [1000])})


class PageTest(unittest.TestCase):
    def test_page_is_well_formed_and_needs_nothing_else(self):
        text = render(["m3lua", "lua5.4"],
                      [workload("a<b", 1, 2), workload("c&d", 2, 1)])
        xml.etree.ElementTree.fromstring(text)
        self.assertNotIn("<script", text)
        self.assertNotRegex(text, r'(src|href)="')
        self.assertEqual(
            set(re.findall(r"https?://[^\"]*", text)),
            {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"})
        self.assertIn("A &lt;fast&gt; CPU", text)
        self.assertIn("prefers-color-scheme: dark", text)

    def test_pages_of_unusual_results_are_well_formed(self):
        for engines, workloads in [
                (["m3lua"], []),
                (["m3lua"], [("a", "c", {"m3lua": cell([0.0], [0])})]),
                (["m3lua", "lua5.4"], [
                    ("a", "c", {"m3lua": cell(error="<bad>"),
                                "lua5.4": cell([1], [1])})]),
                (["lua5.4", "luajit"], [
                    ("a", "c", {"lua5.4": cell([1], [1])})])]:
            xml.etree.ElementTree.fromstring(render(engines, workloads))

    def test_failures_are_shown(self):
        text = render(["m3lua"], [
            ("a", "c", {"m3lua": cell(error="exit code 3")})])
        self.assertIn("a on m3lua: exit code 3", text)

    def test_variants_have_a_section_of_their_own(self):
        self.assertNotIn("Variants", render(["m3lua", "lua5.4"], []))
        text = render(["m3lua", "m3lua:switch"], [
            ("a", "c", {"m3lua": cell([1], [1]),
                        "m3lua:switch": cell([2], [1])})])
        self.assertIn("Variants of m3lua", text)
        xml.etree.ElementTree.fromstring(text)


    def test_strategies_show_times_instructions_and_code(self):
        results = document(["m3lua", "m3lua:switch"], [
            ("a", "c", {"m3lua": cell([1], [1], instructions=10),
                        "m3lua:switch": cell([2], [1], instructions=15)})])
        results["strategies"] = strategies("tail_call", "switch")
        text = page.render(Summary(results))
        xml.etree.ElementTree.fromstring(text)
        for words in ("Dispatch strategies", "Machine code",
                      "Instructions of each variant", "switch: 2.000"):
            self.assertIn(words, text)

    def test_a_page_of_counts_alone_shows_no_times(self):
        text = render(["m3lua", "lua5.4"], [
            ("a", "c", {"m3lua": cell(instructions=10),
                        "lua5.4": cell(instructions=15)})])
        xml.etree.ElementTree.fromstring(text)
        self.assertIn("<h2>Instructions</h2>", text)
        self.assertNotIn("<h2>CPU time</h2>", text)


class ChartTest(unittest.TestCase):
    def bars(self, values):
        rows = [charts.Row(str(v), [v]) for v in values]
        svg = xml.etree.ElementTree.fromstring(
            charts.ratio_chart(["peer"], rows, 'the "caption"'))
        return [(b.get("class"), float(b.get("x")), float(b.get("width")))
                for b in svg.iter(SVG + "rect")]

    def test_bars_start_at_one_and_are_symmetric_on_a_logarithmic_scale(self):
        (better, at, right), (worse, start, left) = self.bars([2, 0.5])
        self.assertEqual((better, worse), ("better", "worse"))
        self.assertAlmostEqual(right, left, 1)
        self.assertAlmostEqual(start + left, at, 1)

    def test_values_beyond_the_scale_stay_on_it(self):
        for value in (0.0001, 10000):
            ((_, at, width),) = self.bars([value])
            self.assertGreaterEqual(at, charts.NAME_WIDTH)
            self.assertLessEqual(at + width, charts.WIDTH)

    def test_a_missing_value_has_no_bar(self):
        self.assertEqual(self.bars([None]), [])

    def test_scale_reaches_over_all_values(self):
        self.assertEqual(charts.domain([1.1]), (-1, 1))
        self.assertEqual(charts.domain([3, 0.2]), (-3, 2))
        self.assertEqual(charts.domain([1e9, 1e-9]), (-5, 5))
        self.assertEqual([charts.power_label(e) for e in (-2, 0, 3)],
                         ["1/4", "1", "8"])


if __name__ == "__main__":
    unittest.main()
