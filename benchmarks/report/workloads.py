"""The manifest of the benchmark programs, benchmarks/workloads/manifest.json.

Each entry names a program, its arguments for three sizes and the result that it
must print then:

  {"name": "fib_25", "file": "fib.lua", "category": "calls",
   "test": {"arguments": [15, 2], "result": "610"},
   "small": {"arguments": [25, 2], "result": "75025"},
   "default": {"arguments": [25, 120], "result": "75025"},
   "not_on": []}

"test" takes an instant, "default" half a second to a second in PUC Lua; "small",
some hundredths of a second, is for counting instructions.
"not_on" lists engines (by the start of their names) that can't run it.

Guarded by tests/unit/benchmarks/report/workloads_test.py.
"""

import fnmatch
import json
import os

FOLDER = os.path.join(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "workloads")
SIZES = ("test", "small", "default")


class Workload:
    def __init__(self, entry, folder):
        self.name = entry["name"]
        self.path = os.path.join(folder, entry["file"])
        self.category = entry["category"]
        self.sizes = {size: entry[size] for size in SIZES}
        self.not_on = entry.get("not_on", [])

    def arguments(self, size):
        return [str(a) for a in self.sizes[size]["arguments"]]

    def expected_line(self, size):
        """What the program prints: its own name, n and the result."""
        program = os.path.splitext(os.path.basename(self.path))[0]
        return " ".join(
            [program, self.arguments(size)[0], self.sizes[size]["result"]])

    def runs_on(self, engine_name):
        return not any(engine_name.startswith(p) for p in self.not_on)


def load(manifest=None):
    """All workloads, in the order of the manifest."""
    manifest = manifest or os.path.join(FOLDER, "manifest.json")
    with open(manifest, encoding="utf-8") as file:
        entries = json.load(file)
    folder = os.path.dirname(os.path.abspath(manifest))
    return [Workload(entry, folder) for entry in entries]


def select(workloads, wanted):
    """Those whose name or category matches one of the patterns in `wanted`
    ("fib*", "gc"); all if there is none.  A pattern without a match is a
    ValueError, so that a typing error does not look like a quick run."""
    if not wanted:
        return workloads
    chosen = set()
    for pattern in wanted:
        matches = {
            w.name for w in workloads
            if fnmatch.fnmatchcase(w.name, pattern) or w.category == pattern}
        if not matches:
            raise ValueError(f'no workload or category is called "{pattern}"')
        chosen |= matches
    return [w for w in workloads if w.name in chosen]
