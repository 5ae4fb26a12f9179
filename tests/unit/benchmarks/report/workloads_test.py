"""benchmarks/report/workloads.py, and the shape of the real manifest."""

import unittest

import report_modules  # noqa: F401
import workloads


class WorkloadsTest(unittest.TestCase):
    def setUp(self):
        self.all = workloads.load()

    def names(self, wanted):
        return [w.name for w in workloads.select(self.all, wanted)]

    def test_manifest_is_complete(self):
        self.assertGreaterEqual(len(self.all), 60)
        for workload in self.all:
            for size in workloads.SIZES:
                self.assertTrue(workload.arguments(size), workload.name)
                self.assertRegex(workload.expected_line(size),
                                 r"^\w+ \d+ \S", workload.name)

    def test_expected_line_names_program_and_n(self):
        fib = [w for w in self.all if w.name == "fib_25"][0]
        self.assertEqual(fib.expected_line("default"), "fib 25 75025")
        self.assertEqual(fib.arguments("default")[0], "25")

    def test_selection_by_name_pattern_and_category(self):
        self.assertEqual(len(self.names([])), len(self.all))
        self.assertEqual(self.names(["fib_25"]), ["fib_25"])
        self.assertEqual(self.names(["sum_*"]),
                         ["sum_10", "sum_100", "sum_1000"])
        gc = self.names(["gc"])
        self.assertIn("binary_trees", gc)
        self.assertNotIn("fib_25", gc)

    def test_unknown_name_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "fibb"):
            self.names(["fibb"])

    def test_not_on_goes_by_the_start_of_the_engines_name(self):
        size = {"arguments": [1], "result": "1"}
        workload = workloads.Workload(
            {"name": "a", "file": "a.lua", "category": "c", "test": size,
             "small": size, "default": size, "not_on": ["luajit"]}, "/tmp")
        self.assertFalse(workload.runs_on("luajit -joff"))
        self.assertTrue(workload.runs_on("lua5.4"))


if __name__ == "__main__":
    unittest.main()
