"""Compares instruction counts and other repeatable figures with recorded ones.

  gate.py --probe=PROBE --puc-states=PUC_STATES           the comparison
  gate.py ... --record=FILE [--falls-short=NAME...]       writes the table

A figure fails when it is more than TOLERANCE worse than recorded, or beyond its
bound.  One that has always been beyond its bound is named under "falls_short"
in figures.json: it is compared with what was recorded only, and the output says
that it falls short.  --record does not name new ones by itself.

measures.py says what is measured.  Called by //tests/gate:gate_test and by
tools/gate; docs/performance.md explains the figures.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import measures

TOLERANCE = 0.03
FIGURES = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                       "figures.json")
# The C library chooses its functions by the processor: here always the same.
PLAIN_PROCESSOR = "glibc.cpu.hwcaps=-AVX2,-AVX,-ERMS,-FSRM,-AVX512F,-BMI2"


class Tools:
    """Runs the programs in a folder of its own, and counts."""

    def __init__(self, folder, probe, puc_states):
        self.folder = folder
        self.probe = self.stripped(probe)
        self.puc_states = self.stripped(puc_states)

    def stripped(self, program):
        # valgrind can't read all debug information that clang 22 writes.
        copy = os.path.join(self.folder, os.path.basename(program))
        strip = shutil.which("llvm-strip-22") or shutil.which("strip")
        subprocess.run([strip, "-g", "-o", copy, program], check=True)
        return copy

    def command(self, command):
        done = subprocess.run(
            command, cwd=self.folder, stdin=subprocess.DEVNULL,
            capture_output=True, text=True,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C",
                 "GLIBC_TUNABLES": PLAIN_PROCESSOR})
        if done.returncode:
            sys.exit(f"{' '.join(command)} ends with {done.returncode}:\n"
                     f"{done.stderr[-2000:]}")
        return done

    def instructions(self, command):
        done = self.command(
            ["valgrind", "--tool=callgrind",
             "--callgrind-out-file=/dev/null"] + command)
        found = re.search(r"Collected\s*:\s*(\d+)", done.stderr)
        if not found:
            sys.exit("valgrind has not counted:\n" + done.stderr[-2000:])
        return int(found.group(1))

    def file(self, code):
        with open(os.path.join(self.folder, "program.lua"), "w",
                  encoding="utf-8") as file:
            file.write(code)
        return "program.lua"

    def run(self, code):
        """Instructions of a Lua program, start and end included."""
        return self.instructions([self.probe, "run", self.file(code)])

    def number(self, what, code):
        """The number that `probe WHAT` prints first."""
        done = self.command([self.probe, what, self.file(code)])
        return int(done.stdout.split()[0])

    def per_state(self, *command):
        """Instructions of a state more or less: what a process takes for its
        own start is not in them."""
        few, many = (self.instructions(list(command) + [str(n)])
                     for n in (5, 25))
        return (many - few) / 20


def text(value):
    return f"{value:,.1f}" if value < 1000 else f"{value:,.0f}"


def judge(name, value, unit, bound, table):
    """What is to be said of a figure, and whether it is a failure."""
    recorded = table["recorded"].get(name)
    short = table["falls_short"].get(name)
    limit = "" if bound is None else f", bound {text(bound)}"
    line = f"{name}: {text(value)} {unit}{limit}"
    if recorded is None:
        return (f"NEW    {line}; not recorded: run tools/gate --record", True)
    line += f"; recorded {text(recorded)}"
    if bound is not None and value > bound and short is None:
        return (f"FAILED {line}. The bound is a promise: find what made it "
                "worse (tools/bench --instructions, callgrind_annotate)", True)
    if value > recorded * (1 + TOLERANCE):
        return (f"FAILED {line}: worse by {percent(value, recorded)}. If that "
                "is the price of something wanted, run tools/gate --record and "
                "say so in the commit", True)
    if short is not None:
        if value <= bound:
            return (f"BETTER {line}: within its bound now; run tools/gate "
                    "--record", False)
        return (f"SHORT  {line}: falls short of its bound, as is known: "
                f"{short}", False)
    if value < recorded * (1 - TOLERANCE):
        return (f"BETTER {line}: better by {percent(recorded, value)}; run "
                "tools/gate --record, so that it stays so", False)
    return (f"ok     {line}", False)


def percent(larger, smaller):
    if not smaller:
        return "all of it"
    return f"{100 * (larger / smaller - 1):.1f} %"


def record(path, figures, table, new_shorts):
    shorts = {}
    for name, value, unit, bound in figures:
        if bound is None or value <= bound:
            continue
        known = table["falls_short"].get(name)
        if known is None and name not in new_shorts:
            sys.exit(f"{name}: {text(value)} {unit} is beyond its bound, "
                     f"{text(bound)}; --falls-short={name}=REASON if that is "
                     "to be so")
        shorts[name] = new_shorts.get(name) or known
    table = {
        "recorded": {name: round(value, 2) for name, value, _, _ in figures},
        "falls_short": shorts,
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(table, file, indent=2)
        file.write("\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--probe", required=True)
    parser.add_argument("--puc-states", required=True)
    parser.add_argument("--record", metavar="FILE",
                        help="write what is measured, and judge nothing")
    parser.add_argument("--falls-short", metavar="NAME=REASON", default=[],
                        action="append",
                        help="this figure is to be recorded beyond its bound")
    options = parser.parse_args()
    with open(FIGURES, encoding="utf-8") as file:
        table = json.load(file)
    with tempfile.TemporaryDirectory(
            dir=os.environ.get("TEST_TMPDIR")) as folder:
        figures = list(measures.measure(
            Tools(folder, options.probe, options.puc_states)))
    if options.record:
        record(options.record, figures, table,
               dict(item.split("=", 1) for item in options.falls_short))
    failures = 0
    for figure in figures:
        if options.record:
            print(f"{figure[0]}: {text(figure[1])} {figure[2]}")
            continue
        line, failed = judge(*figure, table)
        print(line)
        failures += failed
    for name in sorted(set(table["recorded"]) - {f[0] for f in figures}):
        if not options.record:
            print(f"FAILED {name} is recorded and no longer measured: run "
                  "tools/gate --record")
            failures += 1
    print(f"{len(figures)} figures, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
