"""benchmarks/report/code_size.py."""

import unittest

import report_modules  # noqa: F401
import code_size

# What readelf prints: a file, and the local symbols that are from it.
SYMBOLS = """
Symbol table '.symtab' contains 9 entries:
   Num:    Value          Size Type    Bind   Vis      Ndx Name
     0: 0000000000000000     0 NOTYPE  LOCAL  DEFAULT  UND
     1: 0000000000000000     0 FILE    LOCAL  DEFAULT  ABS tail_call.cc
     2: 0000000000001000  3000 FUNC    LOCAL  DEFAULT   15 _ZN3RunA
     3: 0000000000002000 0x7d0 FUNC    LOCAL  DEFAULT   15 _ZN3RunB
     4: 0000000000003000  2016 OBJECT  LOCAL  DEFAULT   11 _ZN9kHandlersE
     5: 0000000000000000     0 FILE    LOCAL  DEFAULT  ABS trampoline.cc
     6: 0000000000004000    80 FUNC    LOCAL  DEFAULT   15 _ZN5EnterE
     7: 0000000000000000     0 FILE    LOCAL  DEFAULT  ABS other.cc
     8: 0000000000005000  9000 FUNC    LOCAL  DEFAULT   15 _ZN5OtherE
     9: 0000000000008000   500 FUNC    WEAK   DEFAULT   15 _ZN9PlainBodyIXA
    10: 0000000000009000   700 FUNC    WEAK   DEFAULT   15 _ZN9PlainBodyIXB
    11: 000000000000a000  9000 FUNC    GLOBAL DEFAULT   15 _Z4mainv
"""


class CodeSizeTest(unittest.TestCase):
    def test_functions_count_for_the_file_that_they_are_from(self):
        sizes = code_size.parse(SYMBOLS, ["tail_call"])
        self.assertEqual(sizes, {"tail_call": {
            "functions": 2, "bytes": 5000, "shared": False}})

    def test_a_strategy_without_handlers_of_its_own_has_the_plain_bodies(self):
        sizes = code_size.parse(SYMBOLS, ["trampoline"])
        self.assertEqual(sizes["trampoline"], {
            "functions": 3, "bytes": 1280, "shared": True})


if __name__ == "__main__":
    unittest.main()
