#!/usr/bin/env python3
"""Dumped programs with three bytes changed, run by any Lua interpreter.

    tests/fuzz/mutated_dumps.py INTERPRETER [ROUNDS]

Each dump runs in a process of its own, with a limit of 1 GiB and of 5 seconds
of CPU time. Prints how many crashed (ended by a signal), hung (by the limit of
time), ran or were refused. mutated_dump_test.cc does the same in one process,
for this interpreter only; this script is for comparing it with others.
"""

import collections
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile

DUMP = """
local out = assert(io.open(arg[2], "wb"))
out:write(string.dump(assert(loadfile(arg[1]))))
out:close()
"""
RUN = """
local f = load(io.open(arg[1], "rb"):read("a"), "dump", "b")
if not f then os.exit(3) end
local ok, g = pcall(f, 1)
if ok and type(g) == "function" then pcall(g, 3) end
"""


def limits():
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (5, 6))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def outcome(code):
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "hung"
    if code < 0:
        return "crashed"
    return "refused" if code == 3 else "ran"


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    interpreter = os.path.abspath(sys.argv[1]) \
        if os.path.exists(sys.argv[1]) else sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) == 3 else 1000
    here = os.path.dirname(os.path.abspath(__file__))
    programs = os.path.join(here, "corpus", "script")
    choice = random.Random(1)
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as work:
        def write(name, text):
            path = os.path.join(work, name)
            with open(path, "wb") as file:
                file.write(text)
            return path

        dump = write("dump.lua", DUMP.encode())
        run = write("run.lua", RUN.encode())
        dumps = []
        for name in sorted(os.listdir(programs)):
            target = os.path.join(work, "dump")
            subprocess.run([interpreter, dump, os.path.join(programs, name),
                            target], check=True)
            with open(target, "rb") as file:
                dumps.append(file.read())
        for _ in range(rounds):
            data = bytearray(choice.choice(dumps))
            for _ in range(3):
                data[choice.randrange(len(data))] = choice.randrange(256)
            result = subprocess.run(
                [interpreter, run, write("input", bytes(data))],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, preexec_fn=limits, cwd=work,
                check=False)
            counts[outcome(result.returncode)] += 1
    print(f"{rounds} dumps: " + ", ".join(
        f"{counts[what]} {what}" for what in ("crashed", "hung", "ran", "refused")))
    return 1 if counts["crashed"] + counts["hung"] else 0


if __name__ == "__main__":
    sys.exit(main())
