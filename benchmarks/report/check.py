"""Runs every workload at its test size on one engine and checks what it prints.

  check.py MEASURE NAME COMMAND [ARGS...]

Without a command it checks the manifest against the programs: each program is
listed, and runs at the default size of one of its entries by itself.

Called by the tests in tests/workloads.
"""

import os
import re
import sys

import engines as engines_module
import runner as runner_module
import workloads as workloads_module

# What the programs share; no workload.
HARNESS = "harness.lua"


def programs(folder):
    for place, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".lua") and name != HARNESS:
                yield os.path.join(place, name)


def check_manifest(workloads):
    """Complaints about the manifest."""
    names = [w.name for w in workloads]
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield f"manifest.json names {name} twice"
    entries = {}
    for workload in workloads:
        entries.setdefault(workload.path, []).append(workload)
    listed = set(entries)
    present = set(programs(workloads_module.FOLDER))
    for path in sorted(present - listed):
        yield f"{path} is not in manifest.json"
    for path in sorted(listed - present):
        yield f"manifest.json names {path}, which does not exist"
    for path in sorted(listed & present):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        own = re.findall(r"= tonumber\(arg\[\d\]\) or (\d+)\n", text)
        if own not in [w.arguments("default") for w in entries[path]]:
            yield (f"{path} runs with {own} by itself, which is the default "
                   "size of no entry in manifest.json")
        for workload in entries[path]:
            for size in workloads_module.SIZES:
                n = workload.arguments(size)[0]
                result = workload.sizes[size]["result"]
                if f'  [{n}] = "{result}",\n' not in text:
                    yield (f"{path} does not expect {result} for n = {n}, as "
                           f"manifest.json does ({workload.name}, {size})")


def check_engine(runner, engine, workloads):
    """Complaints about what an engine prints."""
    for workload in workloads:
        if not workload.runs_on(engine.name):
            print(f"left out  {workload.name} (not_on in manifest.json)")
            continue
        try:
            runner.run(engine, workload, "test")
            print(f"right     {workload.name}")
        except runner_module.RunFailed as failure:
            yield f"{workload.name} on {engine.name}: {failure}"


def main(arguments):
    workloads = workloads_module.load()
    if arguments:
        measure, name, *command = arguments
        complaints = list(check_engine(
            runner_module.Runner(measure, limit=300),
            engines_module.Engine(name, command), workloads))
    else:
        complaints = list(check_manifest(workloads))
    for complaint in complaints:
        print("WRONG: " + complaint)
    print(f"{len(workloads)} workloads, {len(complaints)} wrong")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
