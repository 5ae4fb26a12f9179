#!/usr/bin/env python3
"""The differential fuzzer: random Lua programs on our Lua and on PUC Lua.

Programs are numbered; the same numbers make the same programs.  They run in
batches, each batch in a mode of harness.lua that its number chooses; every
fiftieth program runs alone too, as a script.  What differs is run again by
itself, shrunk, and written into the folder of findings:

    NNN-KIND.lua      the smallest program, without its prelude
    NNN-KIND.txt      how to run it, and what both engines did
    NNN-KIND.orig.lua the program as it was generated

Guarded by fuzz_test.py; BUILD.bazel runs a fixed range of numbers as a test.
"""

import argparse
import copy
import glob
import multiprocessing
import os
import re
import shlex
import shutil
import signal
import sys
import tempfile
import time

import programs
from compare import first_difference, kind_of_difference, unusable
from node import render
from runner import HARNESS, PRELUDE, run_alone, run_batch
from shrink import shrink

# For one finding: a build that differs all the time is to say so soon.
SHRINK_SECONDS = 60


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(
        prog="fuzz differential", description=__doc__.split("\n\n")[0],
        epilog="Exit status: 0 if nothing differed, 1 if something did, 130 after an interrupt.")
    parser.add_argument("--lua", action="append", metavar="NAME=COMMAND", default=[],
                        help="an engine to test, such as opt=lua or switch=\"env M3LUA_DISPATCH=switch lua\"; repeat for several, each gets every program")
    parser.add_argument("--oracle", default=os.environ.get("LUA_REFERENCE", "lua5.4"), metavar="COMMAND",
                        help="the engine that is right (default: lua5.4)")
    parser.add_argument("--seed", type=int, default=1, help="number of the first program (default: 1)")
    parser.add_argument("--programs", type=int, help="how many programs (default: 2000, or as many as --minutes allows)")
    parser.add_argument("--minutes", type=float, help="stop after that time")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time (default: 1)")
    parser.add_argument("--batch", type=int, default=50, help="programs a process (default: 50)")
    parser.add_argument("--mode", choices=sorted(set(programs.MODES)), help="run all batches in this mode")
    parser.add_argument("--timeout", type=float, default=30, help="seconds for a batch (default: 30)")
    parser.add_argument("--corpus", metavar="DIR", help="folder of Lua files whose text is mutated too")
    parser.add_argument("--findings", default="findings", metavar="DIR", help="folder for what differs (default: findings)")
    parser.add_argument("--max-findings", type=int, default=50, help="stop after so many (default: 50)")
    parser.add_argument("--show", action="store_true", help="print the program with the number --seed and stop")
    return parser.parse_args(arguments)


class Task:
    """What a worker needs to test one batch; made once, before forking."""

    def __init__(self, options):
        self.oracle = shlex.split(options.oracle)
        self.engines = []
        for text in options.lua:
            # (The command may have an "=" of its own: env VARIABLE=VALUE lua.)
            name, command = re.fullmatch(r"(?:([\w.-]+)=)?(.*)", text).groups()
            self.engines.append((name or os.path.basename(command), shlex.split(command)))
        self.engines = [(n, [os.path.abspath(w) if os.path.isfile(w) else w for w in c]) for n, c in self.engines]
        self.mode = options.mode
        self.seconds = options.timeout
        self.batch = options.batch
        self.seen = {}  # by worker: differences that need no shrinking again
        self.corpus = []
        if options.corpus:
            for path in sorted(glob.glob(os.path.join(options.corpus, "*.lua"))):
                with open(path, encoding="latin-1") as file:
                    self.corpus.append(file.read())


class Finding:
    def __init__(self, kind, engine, seed, mode, original, smallest, oracle, ours, note=""):
        self.kind, self.engine, self.seed, self.mode = kind, engine, seed, mode
        self.original, self.smallest, self.note = original, smallest, note
        self.oracle, self.ours = oracle, ours


def test_batch(task, first, count, shrinking=True):
    """(compared, dropped, findings) for `count` programs from number `first`."""
    directory = tempfile.mkdtemp(prefix="difffuzz.")
    try:
        return _test_batch(task, first, count, directory, shrinking)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _test_batch(task, first, count, directory, shrinking):
    mode = task.mode or programs.mode_of(first)
    trees = [programs.generate(first + i, task.corpus) for i in range(count)]
    texts = [render(t) for t in trees]

    def batch(command, some, how=mode, seconds=task.seconds):
        return run_batch(command, some, how, seconds, directory)

    def alone(command, text, seconds=task.seconds):
        return run_alone(command, text, seconds, directory)

    expected = batch(task.oracle, texts)
    compared = dropped = 0
    findings = []
    for name, command in task.engines:
        for i, ours in enumerate(batch(command, texts)):
            if unusable(expected[i]):
                dropped += 1
                continue
            compared += 1
            run, how = (lambda c, t: batch(c, [t])[0]), mode
            oracle = expected[i]
            kind = kind_of_difference(oracle, ours)
            if not kind and (first + i) % 50 == 0:
                run, how = alone, "alone"
                oracle, ours = alone(task.oracle, texts[i]), alone(command, texts[i])
                compared += 1
                kind = None if unusable(oracle) else kind_of_difference(oracle, ours)
            if kind:
                findings.append(_examine(task, trees[i], texts, i, first + i, name, command, how, run, kind, oracle, ours, shrinking))
    return compared, dropped, [f for f in findings if f]


def _examine(task, tree, texts, i, seed, name, command, mode, run, kind, oracle, ours, shrinking):
    """Runs a program again that differed, by itself, and shrinks it."""
    text = texts[i]
    again_oracle, again = run(task.oracle, text), run(command, text)
    if unusable(again_oracle):
        return None
    again_kind = kind_of_difference(again_oracle, again)
    if not again_kind:
        if kind == "timeout":
            return None  # a busy machine, not a slow engine
        # Only behind its neighbours of the batch: keep them all.
        everything = "\n-- next program of the batch\n".join(texts[:i + 1])
        return Finding(kind, name, seed, mode, everything, text, oracle, ours, "differs only in its batch")
    oracle, ours, kind = again_oracle, again, again_kind
    signature = (kind, re.sub(r"\d+", "N", " ".join(first_difference(oracle, ours))))
    task.seen[signature] = task.seen.get(signature, 0) + 1
    if task.seen[signature] > 2:
        return Finding(kind, name, seed, mode, text, None, oracle, ours)

    deadline = time.monotonic() + SHRINK_SECONDS

    def interesting(candidate):
        if time.monotonic() > deadline:
            return False
        theirs = run(task.oracle, candidate)
        return not unusable(theirs) and "no program" not in theirs.out \
            and kind_of_difference(theirs, run(command, candidate)) == kind

    smallest = text
    if shrinking:
        tree = copy.deepcopy(tree)
        smallest = render(shrink(tree, interesting))
        oracle, ours = run(task.oracle, smallest), run(command, smallest)
    return Finding(kind, name, seed, mode, text, smallest, oracle, ours)


def write_finding(folder, number, finding, oracle_command):
    os.makedirs(folder, exist_ok=True)
    stem = os.path.join(folder, "%03d-%s" % (number, finding.kind))
    for suffix, text in ((".lua", finding.smallest), (".orig.lua", finding.original)):
        with open(stem + suffix, "w", encoding="latin-1") as file:
            file.write(text + "\n")
    a, b = first_difference(finding.oracle, finding.ours)
    with open(stem + ".txt", "w", encoding="latin-1") as file:
        file.write("program %d, engine %s, mode %s, difference: %s %s\n" % (
            finding.seed, finding.engine, finding.mode, finding.kind, finding.note))
        file.write("run it:  cat %s PROGRAM.lua > p.lua; lua p.lua\n" % os.path.basename(PRELUDE))
        file.write("first difference:\n- %s\n+ %s\n" % (a, b))
        for who, section in ((oracle_command, finding.oracle), (finding.engine, finding.ours)):
            file.write("\n== %s: %s\n%s\n-- stderr:\n%s\n" % (who, section.end, section.out[:6000], section.err[:8000]))
    return a, b


_task = None


def _work(arguments):
    return test_batch(_task, *arguments)


def batches(options, deadline, stopping):
    seed, left = options.seed, options.programs
    if left is None and options.minutes is None:
        left = 2000
    while (left is None or left > 0) and time.time() < deadline and not stopping:
        count = options.batch if left is None else min(options.batch, left)
        yield seed, count
        seed += count
        if left is not None:
            left -= count


def main(arguments):
    options = parse_arguments(arguments)
    if options.show:
        print(render(programs.generate(options.seed, Task(options).corpus)))
        return 0
    if not options.lua:
        sys.exit("no engine to test: --lua NAME=COMMAND")
    global _task
    _task = Task(options)
    started = time.time()
    deadline = started + options.minutes * 60 if options.minutes else float("inf")
    compared = dropped = number = repeated = 0
    stopping = []
    interrupted = False
    with multiprocessing.Pool(options.jobs, _ignore_interrupts) as pool:
        try:
            for done, lost, findings in pool.imap_unordered(_work, _throttled(batches(options, deadline, stopping), options.jobs)):
                _slots.release()
                compared += done
                dropped += lost
                for finding in findings:
                    number += 1
                    if finding.smallest is None:
                        repeated += 1
                        continue
                    a, b = write_finding(options.findings, number, finding, options.oracle)
                    print("\nfinding %03d: %s, program %d on %s (%s)\n  - %s\n  + %s\n%s" % (
                        number, finding.kind, finding.seed, finding.engine, finding.mode,
                        a[:200], b[:200], _indent(finding.smallest)), flush=True)
                _progress(compared, dropped, number, started)
                if number - repeated >= options.max_findings:
                    stopping.append(True)
        except KeyboardInterrupt:
            interrupted = True
            stopping.append(True)  # ends batches(), for which the pool waits
            _slots.release()
    seconds = time.time() - started
    print("\n%d programs compared on %d engines, %d dropped (PUC Lua fell or hung), %d findings (%d like earlier ones), %.0f s, %.0f programs/s" % (
        compared, len(_task.engines), dropped, number, repeated, seconds, compared / max(seconds, 0.001)))
    return 130 if interrupted else 1 if number else 0


def _ignore_interrupts():
    """Workers leave them to the one who collects their results."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


_slots = None


def _throttled(source, jobs):
    """Hands out batches only as they are wanted, so that a deadline counts."""
    global _slots
    _slots = multiprocessing.Semaphore(jobs * 2)
    for item in source:
        _slots.acquire()
        yield item


def _progress(compared, dropped, findings, started):
    if sys.stderr.isatty():
        sys.stderr.write("\r%d compared, %d dropped, %d findings, %.0f s " % (
            compared, dropped, findings, time.time() - started))
        sys.stderr.flush()


def _indent(text):
    return "\n".join("    " + line for line in text.split("\n")[:30])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
