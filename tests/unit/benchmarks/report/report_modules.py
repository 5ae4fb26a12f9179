"""Import this first: makes the modules of benchmarks/report importable."""

import os
import sys

ROOT = os.path.abspath(__file__)
for _ in range(5):
    ROOT = os.path.dirname(ROOT)
sys.path.insert(0, os.path.join(ROOT, "benchmarks", "report"))


def cell(cpu=(), peak_kib=(), error=None, instructions=None):
    """What runner.run_all tells about one workload on one engine."""
    return {"cpu": list(cpu), "user": list(cpu), "system": [0] * len(cpu),
            "wall": list(cpu), "peak_kib": list(peak_kib),
            "instructions": instructions, "error": error}


def strategies(*names):
    """For a document: that of the base first."""
    return [
        {"name": name, "engine": "m3lua" + (":" + name if i else ""),
         "code": {"functions": 10, "bytes": 1000 * (i + 1), "shared": False}}
        for i, name in enumerate(names)]


def document(engines, workloads, rounds=3):
    """Results; workloads: (name, category, {engine: cell}) each."""
    return {
        "environment": {
            "date": "2026-01-02 03:04 UTC", "cpu": "A <fast> CPU", "cores": 2,
            "memory_mib": 1024, "kernel": "Linux 6", "load_before": 0.5,
            "commit": "abc1234", "command": "tools/bench --only 'a&b'",
            "engines": [{"name": e, "command": e, "version": e + " 1.0"}
                        for e in engines]},
        "size": "default", "rounds": rounds,
        "workloads": [
            {"name": name, "category": category, "arguments": ["7"],
             "engines": cells} for name, category, cells in workloads]}
