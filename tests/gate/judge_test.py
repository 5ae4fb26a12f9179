"""What the gate says of a figure: gate.py's judge()."""

import sys
import unittest

import gate

TABLE = {"recorded": {"plain": 100, "bound": 100, "short": 100, "none": 0},
         "falls_short": {"short": "the reason"}}


class JudgeTest(unittest.TestCase):

    def expect(self, word, failed, *figure):
        line, failure = gate.judge(*figure, TABLE)
        self.assertTrue(line.startswith(word), line)
        self.assertEqual(failure, failed, line)

    def test_figures(self):
        for word, failed, name, value, bound in [
                ("ok", False, "plain", 103, None),
                ("FAILED", True, "plain", 104, None),
                ("ok", False, "plain", 97, None),
                ("BETTER", False, "plain", 96, None),
                ("ok", False, "bound", 100, 100),
                ("FAILED", True, "bound", 101, 100),
                ("SHORT", False, "short", 103, 90),
                ("FAILED", True, "short", 104, 90),
                ("BETTER", False, "short", 90, 90),
                ("ok", False, "none", 0, 0),
                ("FAILED", True, "none", 1, 0),
                ("NEW", True, "missing", 1, None)]:
            with self.subTest(name=name, value=value):
                self.expect(word, failed, name, value, "things", bound)

    def test_the_reason_is_said(self):
        line, _ = gate.judge("short", 100, "things", 90, TABLE)
        self.assertIn("the reason", line)


if __name__ == "__main__":
    sys.exit(unittest.main())
