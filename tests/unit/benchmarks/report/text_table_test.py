"""benchmarks/report/text_table.py."""

import unittest

from report_modules import cell, document, strategies
import text_table
from summary import Summary


class AlignTest(unittest.TestCase):
    def test_columns_are_as_wide_as_their_widest_cell(self):
        self.assertEqual(
            text_table.align([["name", "ms"], None, ["a", "10.5"],
                              ["long name", "7"], "free text"], right={1}),
            ["name         ms",
             "---------------",
             "a          10.5",
             "long name     7",
             "free text"])

    def test_short_rows_and_no_rows(self):
        self.assertEqual(text_table.align([]), [])
        self.assertEqual(text_table.align([["a"], ["b", "c"]]), ["a", "b  c"])


class ReportTest(unittest.TestCase):
    def setUp(self):
        self.summary = Summary(document(
            ["m3lua", "lua5.4", "luajit"],
            [("quick", "calls", {
                "m3lua": cell([0.1, 0.2, 0.3], [2048] * 3),
                "lua5.4": cell([0.2, 0.2, 0.2], [4096] * 3),
                "luajit": cell([0.05, 0.06, 0.07], [1024] * 3)}),
             ("broken", "gc", {
                 "m3lua": cell([0.1], [2048]),
                 "lua5.4": cell(error="exit code 1: oops"),
                 "luajit": cell([0.1], [2048])})]))
        self.text = text_table.report(self.summary)

    def line(self, start):
        return [l.split() for l in self.text.splitlines()
                if l.startswith(start)]

    def test_time_row_has_our_milliseconds_and_ratios(self):
        self.assertEqual(self.line("quick")[0],
                         ["quick", "100.0", "2.00", "0.50", "<<"])

    def test_memory_row_has_our_mebibytes_and_ratios(self):
        self.assertEqual(self.line("quick")[1],
                         ["quick", "2.0", "2.00", "0.50", "<<"])

    def test_a_failed_run_has_no_figure_and_is_named(self):
        self.assertEqual(self.line("broken")[0],
                         ["broken", "100.0", "-", "1.00"])
        self.assertIn("broken on lua5.4: exit code 1: oops", self.text)

    def test_means_ignore_what_is_missing(self):
        self.assertEqual(self.line("geometric mean")[0],
                         ["geometric", "mean", "2.00", "0.71"])

    def test_strategies_have_the_size_of_their_code(self):
        results = document(["m3lua", "m3lua:switch"], [])
        results["strategies"] = strategies("tail_call", "switch")
        text = text_table.report(Summary(results))
        self.assertIn("switch            10   2000   2.00", text)
        self.assertNotIn("CPU time", text)

    def test_columns_stand_under_their_heads(self):
        lines = self.text.splitlines()
        head = [l for l in lines if l.startswith("workload")][0]
        row = [l for l in lines if l.startswith("quick")][0]
        self.assertEqual(row.index("2.00") + 4, head.index("lua5.4") + 6)


if __name__ == "__main__":
    unittest.main()
