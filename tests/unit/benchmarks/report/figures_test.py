"""benchmarks/report/figures.py."""

import unittest

import report_modules  # noqa: F401
import figures


class FiguresTest(unittest.TestCase):
    def test_minimum_and_median(self):
        for values, low, middle in [
                ([3], 3, 3), ([4, 1], 1, 2.5), ([9, 1, 5], 1, 5),
                ([4, 3, 2, 1], 1, 2.5), ([], None, None)]:
            self.assertEqual(figures.minimum(values), low, values)
            self.assertEqual(figures.median(values), middle, values)

    def test_spread_is_the_medians_distance_from_the_fastest(self):
        self.assertAlmostEqual(figures.spread([1.0, 1.2, 9.0]), 0.2)
        self.assertEqual(figures.spread([2, 2, 2]), 0)
        self.assertIsNone(figures.spread([]))
        self.assertIsNone(figures.spread([0.0, 1.0]))

    def test_ratio_is_missing_where_a_figure_is(self):
        self.assertEqual(figures.ratio(3, 2), 1.5)
        for theirs, ours in [(None, 1), (1, None), (0, 1), (1, 0)]:
            self.assertIsNone(figures.ratio(theirs, ours))

    def test_geometric_mean_of_double_and_half_is_one(self):
        self.assertAlmostEqual(figures.geometric_mean([2, 0.5]), 1)
        self.assertAlmostEqual(figures.geometric_mean([4, None, 9]), 6)
        self.assertIsNone(figures.geometric_mean([None]))
        self.assertIsNone(figures.geometric_mean([]))

    def test_worst_are_the_smallest_below_one(self):
        values = [("a", 0.9), ("b", 0.5), ("c", 1.1), ("d", None), ("e", 0.7)]
        self.assertEqual(figures.worst(values, 2), {"b", "e"})
        self.assertEqual(figures.worst(values, 9), {"a", "b", "e"})
        self.assertEqual(figures.worst([("c", 1.0)], 2), set())


if __name__ == "__main__":
    unittest.main()
