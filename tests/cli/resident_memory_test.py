"""What the program lua needs before a script has done anything.

  resident_memory_test.py LUA MEASURE

Peak resident memory of an empty script. The kernel places libraries by chance,
and how much of them is mapped with what is touched varies by 100 KiB: the
median of some runs counts. docs/performance_memory.md tells what it consists of.
"""

import os
import statistics
import subprocess
import sys
import tempfile

RUNS = 21
# KiB; 1,900 were measured, 2,330 with PUC Lua.
BOUND = 2100


def peak(measure, command):
    """KiB, by benchmarks/report/measure.cc."""
    reading, writing = os.pipe()
    try:
        subprocess.run([measure, str(writing), "60"] + command, check=True,
                       stdin=subprocess.DEVNULL, pass_fds=[writing])
        words = os.read(reading, 200).split()
    finally:
        os.close(reading)
        os.close(writing)
    if words[:2] != [b"exit", b"0"]:
        sys.exit(f"{' '.join(command)} failed")
    return int(words[-1])


def main():
    lua, measure = (os.path.abspath(path) for path in sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        script = os.path.join(folder, "empty.lua")
        with open(script, "w", encoding="utf-8"):
            pass
        median = statistics.median(
            peak(measure, [lua, script]) for _ in range(RUNS))
    print(f"{median:,} KiB, bound {BOUND:,}")
    if median > BOUND:
        libraries = subprocess.run(["ldd", lua], capture_output=True, text=True)
        sys.exit(
            "An empty script takes more memory than it should. It loads these "
            "libraries:\n" + libraries.stdout +
            "No other than libc, libmimalloc and the dynamic linker are needed "
            "(tools/bazel/lean_binary.bzl). If these are all, its own pages "
            "have become more: see docs/performance_memory.md, and try "
            "tools/order_functions.")


if __name__ == "__main__":
    main()
