"""benchmarks/report/summary.py."""

import unittest

from report_modules import cell, document
from summary import INSTRUCTIONS, MEMORY, Summary


class SummaryTest(unittest.TestCase):
    def setUp(self):
        self.summary = Summary(document(
            ["m3lua", "m3lua:switch", "lua5.4"],
            [("a", "calls", {
                "m3lua": cell([2.0, 1.0], [100, 300], instructions=10),
                "m3lua:switch": cell([3.0], [100]),
                "lua5.4": cell([4.0, 8.0], [100, 100], instructions=30)}),
             ("b", "gc", {
                 "m3lua": cell([1.0], [100]),
                 "m3lua:switch": cell([1.0], [100]),
                 "lua5.4": cell([0.25], [100])}),
             ("c", "gc", {"m3lua": cell([1.0], [100])})]))

    def test_variants_of_ours_are_no_peers(self):
        self.assertEqual(self.summary.base, "m3lua")
        self.assertEqual(self.summary.variants, ["m3lua:switch"])
        self.assertEqual(self.summary.peers, ["lua5.4"])

    def test_without_ours_the_first_engine_is_the_base(self):
        summary = Summary(document(["x", "y"], []))
        self.assertEqual((summary.base, summary.peers), ("x", ["y"]))

    def test_times_are_compared_by_the_fastest_and_memory_by_the_median(self):
        a = self.summary.workloads[0]
        self.assertEqual(self.summary.ratio(a, "lua5.4"), 4)
        self.assertEqual(self.summary.ratio(a, "lua5.4", MEMORY), 0.5)
        self.assertEqual(self.summary.ratio(a, "lua5.4", INSTRUCTIONS), 3)
        self.assertEqual(self.summary.median_ratio(a, "lua5.4"), 4)

    def test_a_workload_that_an_engine_did_not_run_has_no_ratio(self):
        self.assertIsNone(
            self.summary.ratio(self.summary.workloads[2], "lua5.4"))
        self.assertIsNone(
            self.summary.median_ratio(self.summary.workloads[2], "lua5.4"))

    def test_means_counts_and_worst(self):
        self.assertAlmostEqual(self.summary.mean("lua5.4"), 1)
        self.assertEqual(self.summary.behind("lua5.4"), (1, 2))
        self.assertEqual(self.summary.worst("lua5.4"), {"b"})

    def test_categories_keep_their_order(self):
        self.assertEqual(self.summary.categories(), ["calls", "gc"])
        self.assertEqual(
            [w["name"] for w in self.summary.in_category("gc")], ["b", "c"])

    def test_failures_are_listed(self):
        summary = Summary(document(
            ["m3lua"], [("a", "c", {"m3lua": cell(error="no")})]))
        self.assertEqual(summary.failures(), [("a", "m3lua", "no")])
        self.assertIsNone(summary.spread())


if __name__ == "__main__":
    unittest.main()
