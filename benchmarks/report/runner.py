"""Runs workloads on engines and measures them.

Engines take turns: A B C A B C ..., so that what disturbs the machine for a
while disturbs all of them.  A run counts only if the program printed the
expected result.

Guarded by tests/unit/benchmarks/report/runner_test.py.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import engines as engines_module


# What instructions are counted of, whatever size is timed: valgrind takes 50
# times as long as a run.
COUNTED_SIZE = "small"


class RunFailed(Exception):
    """The program did not end well, or printed something else."""


class Measurement:
    """One run: seconds of CPU and wall time, peak memory in KiB."""

    def __init__(self, user, system, wall, peak_kib):
        self.user = user
        self.system = system
        self.wall = wall
        self.peak_kib = peak_kib

    @property
    def cpu(self):
        return self.user + self.system


class Runner:
    """Runs single programs.

    measure: the path of the program that measures (measure.cc).
    limit: seconds of wall time that a run may take.
    """

    def __init__(self, measure, limit=120):
        self.measure = os.path.abspath(measure)
        self.limit = limit
        self.idle_instructions = {}  # by name of the engine

    def run(self, engine, workload, size):
        """A Measurement; RunFailed if the result is not the expected one."""
        command = engine.command + [workload.path] + workload.arguments(size)
        return self.run_command(command, workload.expected_line(size),
                                engine.environment())

    def run_command(self, command, expected=None, environment=None):
        reading, writing = os.pipe()
        try:
            done = subprocess.run(
                [self.measure, str(writing), str(self.limit)] + command,
                stdin=subprocess.DEVNULL, capture_output=True,
                pass_fds=[writing],
                env=environment or engines_module.clean_environment())
            os.close(writing)
            writing = None
            with os.fdopen(os.dup(reading)) as pipe:
                words = pipe.read().split()
        finally:
            os.close(reading)
            if writing is not None:
                os.close(writing)
        if len(words) != 6:
            raise RunFailed("not measured: " + tail(done.stderr))
        outcome, number = words[0], int(words[1])
        if outcome == "timeout":
            raise RunFailed(f"no end within {self.limit} s")
        if outcome == "signal":
            raise RunFailed("killed by " + signal.Signals(number).name)
        if number != 0:
            raise RunFailed(
                f"exit code {number}: {tail(done.stderr)}".rstrip(": "))
        printed = done.stdout.decode("latin-1").strip()
        if expected is not None and printed != expected:
            raise RunFailed(f'printed "{printed[:200]}", not "{expected}"')
        return Measurement(*[float(w) for w in words[2:5]], int(words[5]))

    def count_instructions(self, engine, workload, size):
        """Those that valgrind's callgrind counts, above those of an empty
        program."""
        if engine.name not in self.idle_instructions:
            self.idle_instructions[engine.name] = self.count_command(
                engine, engine.command + [os.devnull], "")
        return self.count_command(
            engine,
            engine.command + [workload.path] + workload.arguments(size),
            workload.expected_line(size)) - self.idle_instructions[engine.name]

    def count_command(self, engine, command, expected):
        valgrind = shutil.which("valgrind")
        if not valgrind:
            raise RunFailed("valgrind is not installed")
        with tempfile.TemporaryDirectory() as folder:
            try:
                done = subprocess.run(
                    [valgrind, "--tool=callgrind",
                     f"--callgrind-out-file={folder}/out"] + command,
                    stdin=subprocess.DEVNULL, capture_output=True,
                    timeout=self.limit * 60, env=engine.environment())
            except subprocess.TimeoutExpired:
                raise RunFailed("no end under valgrind") from None
        if b"debuginfo" in done.stderr and done.returncode:
            raise RunFailed("valgrind can't read the debug information of "
                            + engine.command[0])
        printed = done.stdout.decode("latin-1").strip()
        if done.returncode or printed != expected:
            raise RunFailed("another result under valgrind")
        found = re.search(rb"Collected\s*:\s*(\d+)", done.stderr)
        if not found:
            raise RunFailed("valgrind has not counted")
        return int(found.group(1))


def tail(data):
    lines = data.decode("latin-1").strip().splitlines()
    return lines[0][:200] if lines else ""


class Progress:
    """A line on stderr: rewritten on a terminal; elsewhere a new one every ten
    seconds."""

    PAUSE = 10

    def __init__(self, steps, stream=sys.stderr, clock=time.monotonic):
        self.steps = steps
        self.done = 0
        self.stream = stream
        self.clock = clock
        self.start = clock()
        self.terminal = stream.isatty()
        self.last_shown = None

    def show(self, index, count, name, engine, round_number, rounds):
        line = (f"[{index}/{count}] {name}: {engine}, "
                f"round {round_number}/{rounds}, {self.remaining()}")
        now = self.clock()
        if self.terminal:
            self.stream.write("\r\033[K" + line)
        elif self.last_shown is None or now - self.last_shown >= self.PAUSE:
            self.stream.write(line + "\n")
            self.last_shown = now
        self.stream.flush()

    def step(self, count=1):
        self.done += count

    def remaining(self):
        """An estimate from the mean of the steps so far."""
        if not self.done:
            return "time left unknown"
        seconds = (self.clock() - self.start) / self.done * (
            self.steps - self.done)
        return f"{format_seconds(seconds)} left"

    def message(self, text):
        self.clear()
        self.stream.write(text + "\n")

    def clear(self):
        if self.terminal:
            self.stream.write("\r\033[K")
        self.stream.flush()


def format_seconds(seconds):
    seconds = int(round(seconds))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02d} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02d} min"


def run_all(runner, workloads, engines, size, rounds, progress,
            instructions=False):
    """Measures everything.  Returns a list of plain objects, one a workload:

    {"name", "category", "arguments", "engines": {NAME: {
        "cpu": [...], "user": [...], "system": [...], "wall": [...],
        "peak_kib": [...], "instructions": N or None, "error": text or None}}}

    An engine that failed once is not run again for that workload.
    """
    results = []
    for index, workload in enumerate(workloads, 1):
        able = [e for e in engines if workload.runs_on(e.name)]
        cells = {
            e.name: {"cpu": [], "user": [], "system": [], "wall": [],
                     "peak_kib": [], "instructions": None, "error": None}
            for e in able}
        for round_number in range(1, rounds + 1):
            for engine in able:
                cell = cells[engine.name]
                progress.show(index, len(workloads), workload.name, engine.name,
                              round_number, rounds)
                if cell["error"] is None:
                    try:
                        record(cell, runner.run(engine, workload, size))
                    except RunFailed as failure:
                        cell["error"] = str(failure)
                        progress.message(
                            f"{workload.name} on {engine.name}: {failure}")
                progress.step()
            progress.step(len(engines) - len(able))
        if instructions:
            for engine in able:
                cell = cells[engine.name]
                progress.show(index, len(workloads), workload.name,
                              engine.name + " (callgrind)", 1, 1)
                progress.step()
                if cell["error"] is None:
                    try:
                        cell["instructions"] = runner.count_instructions(
                            engine, workload, COUNTED_SIZE)
                    except RunFailed as failure:
                        # Not every engine runs there; the times stand.
                        progress.message(
                            f"{workload.name} on {engine.name}: {failure}")
        results.append({
            "name": workload.name, "category": workload.category,
            "arguments": workload.arguments(size), "engines": cells})
    progress.clear()
    return results


def record(cell, measurement):
    for field in ("cpu", "user", "system", "wall", "peak_kib"):
        cell[field].append(round(getattr(measurement, field), 6))
