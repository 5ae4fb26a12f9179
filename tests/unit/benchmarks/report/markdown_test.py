"""benchmarks/report/markdown.py."""

import os
import tempfile
import unittest

from report_modules import cell, document, strategies
import markdown
from summary import Summary

PAGE = """text
<!-- table: time -->
old times
<!-- end -->
<!-- table: time by workload -->
<!-- end -->
<!-- table: instructions -->
old instructions
<!-- end -->
<!-- table: code -->
<!-- end -->
"""


def summary():
    results = document(["m3lua", "m3lua:switch"], [
        ("a", "calls", {"m3lua": cell([0.5], [1]),
                        "m3lua:switch": cell([1.0], [1])}),
        ("b", "gc", {"m3lua": cell([0.5], [1]),
                     "m3lua:switch": cell(error="no")})])
    results["strategies"] = strategies("tail_call", "switch")
    return Summary(results)


class MarkdownTest(unittest.TestCase):
    def test_tables_take_their_places_and_others_stay(self):
        page = markdown.replace(PAGE, markdown.tables(summary()))
        self.assertNotIn("old times", page)
        self.assertIn("| calls | 2.00 |\n| gc | – |\n| **all** | **2.00** |",
                      page)
        self.assertIn("| workload | tail_call, ms | switch |\n"
                      "| --- | ---: | ---: |\n| `a` | 500.0 | 2.00 |", page)
        self.assertIn("| `switch` | 10 | 2,000 | 2.00 |", page)
        self.assertIn("old instructions", page)

    def test_a_second_time_changes_nothing(self):
        once = markdown.replace(PAGE, markdown.tables(summary()))
        self.assertEqual(
            markdown.replace(once, markdown.tables(summary())), once)

    def test_a_page_without_a_place_is_told(self):
        with self.assertRaisesRegex(ValueError, "no place for the table: code"):
            markdown.replace("", {"code": "x"})

    def test_results_without_strategies_are_told(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "page.md")
            with open(path, "w", encoding="utf-8") as file:
                file.write(PAGE)
            with self.assertRaisesRegex(ValueError, "--strategies"):
                markdown.write(path, Summary(document(["m3lua"], [])))
            markdown.write(path, summary())
            with open(path, encoding="utf-8") as file:
                self.assertIn("**2.00**", file.read())


if __name__ == "__main__":
    unittest.main()
