"""How much machine code each dispatch strategy has.

A strategy is a source file of its own (m3style/dispatch/NAME.cc), and the bodies
of hot handlers are inlined into it.  So the size of its code is that of the
functions that the linked program has from this file, by its symbol table: local
symbols follow the entry that names their file.  Bodies that no strategy inlines
(slow paths) are shared by all and not counted, nor are tables of addresses.

A strategy whose file has next to no code runs the plain functions of the bodies,
which stepping needs in any case: theirs is the size then, and "shared" is true.

Guarded by tests/unit/benchmarks/report/code_size_test.py.
"""

import subprocess

# Instances of this template (m3style/dispatch/bodies.h) are the plain functions.
PLAIN_BODY = "9PlainBodyI"
# No strategy has handlers in fewer bytes.
NO_HANDLERS = 4096


def of_strategies(program, names):
    """For each name {"functions", "bytes", "shared"}, read from an ELF file."""
    done = subprocess.run(
        ["readelf", "--symbols", "--wide", program], capture_output=True,
        text=True, check=True)
    return parse(done.stdout, names)


def parse(symbols, names):
    """From what readelf prints."""
    own = {name: [] for name in names}
    plain = []
    file = None
    for line in symbols.splitlines():
        # Number, value, size, type, binding, visibility, section, name.
        words = line.split()
        if len(words) < 8:
            continue
        size, kind, binding, name = words[2], words[3], words[4], words[7]
        if kind == "FILE":
            file = name.rpartition(".")[0]
        elif kind == "FUNC":
            if PLAIN_BODY in name:
                plain.append(int(size, 0))
            elif binding == "LOCAL" and file in own:
                own[file].append(int(size, 0))
    result = {}
    for name, sizes in own.items():
        shared = sum(sizes) < NO_HANDLERS
        sizes = sizes + plain if shared else sizes
        result[name] = {"functions": len(sizes), "bytes": sum(sizes),
                        "shared": shared}
    return result
