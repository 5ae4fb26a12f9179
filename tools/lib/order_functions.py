"""Writes the order of functions with which lua is linked (lua/cli/lua.order).

  order_functions.py LUA MANIFEST ORDER

LUA runs an empty program and each workload of MANIFEST (with its small
arguments) under valgrind.  First come the functions that the empty program
runs, then those at the end of a slice of time, then the others by the number of
workloads that run them.  So a small program touches few pages of the file.

Called by tools/order_functions; docs/performance_memory.md explains it.
"""

import collections
import json
import os
import re
import subprocess
import sys
import tempfile

# Before main, and not named in the C library's own start files otherwise.
START = ["_start", "deregister_tm_clones"]


# Runs long enough for several slices, by calls and by loops (what the workloads
# do with their usual arguments).
LONG = """
local function f() end
for _ = 1, 150000 do f() end
local i = 0
while i < 150000 do i = i + 1 end
local t = {}
for i = 1, 20000 do t[i % 100] = {i} end
"""


class Program:
    """The program, without debug information, in a folder of its own."""

    def __init__(self, path, folder):
        # valgrind can't read all debug information that clang 22 writes.
        self.path = os.path.join(folder, "lua")
        subprocess.run(["llvm-strip-22", "-g", "-o", self.path, path],
                       check=True)
        self.output = os.path.join(folder, "output")

    def functions(self, arguments, folder="."):
        """The program's own functions that are executed, by name."""
        found = set()
        own = False
        subprocess.run(
            ["valgrind", "--tool=callgrind", "--demangle=no",
             "--compress-strings=no", "--callgrind-out-file=" + self.output,
             self.path] + arguments,
            cwd=folder, check=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(self.output, encoding="latin-1") as profile:
            for line in profile:
                if line.startswith("ob="):
                    own = line[3:].strip() == self.path
                elif line.startswith("fn=") and own:
                    # ("name'2" is a recursive call.)
                    name = line[3:].strip().split("'")[0]
                    if re.match(r"[A-Za-z_]", name):
                        found.add(name)
        return sorted(found)


def main():
    lua, manifest, order = sys.argv[1:]
    with open(manifest, encoding="utf-8") as file:
        workloads = json.load(file)
    with tempfile.TemporaryDirectory() as folder:
        program = Program(os.path.abspath(lua), folder)
        first = []
        for code in "", LONG:
            script = os.path.join(folder, "script.lua")
            with open(script, "w", encoding="utf-8") as file:
                file.write(code)
            first += program.functions([script])
        uses = collections.Counter()
        done = set()
        for i, workload in enumerate(workloads):
            if workload["file"] in done:
                continue
            done.add(workload["file"])
            print(f"[{i + 1}/{len(workloads)}] {workload['name']}",
                  file=sys.stderr)
            arguments = [str(a) for a in workload["test"]["arguments"]]
            uses.update(program.functions([workload["file"]] + arguments,
                                          os.path.dirname(manifest)))
    names = dict.fromkeys(START + first)
    names.update(dict.fromkeys(
        sorted(uses, key=lambda name: (-uses[name], name))))
    with open(order, "w", encoding="utf-8") as file:
        file.write("".join(name + "\n" for name in names))


if __name__ == "__main__":
    main()
