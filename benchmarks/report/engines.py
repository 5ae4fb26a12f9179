"""The engines that are compared: ours, what the system has, and others given.

Guarded by tests/unit/benchmarks/report/runner_test.py.
"""

import os
import re
import shlex
import shutil
import subprocess

OURS = "m3lua"

# Name, command: used if the program is installed.
PEERS = [
    ("lua5.4", ["lua5.4"]),
    ("luajit -joff", ["luajit", "-joff"]),
    ("luajit", ["luajit"]),
]


class Engine:
    def __init__(self, name, command):
        self.name = name
        self.command = command

    @property
    def is_ours(self):
        """Ours, or a variant of it ("m3lua:switch")."""
        return self.name == OURS or self.is_variant

    @property
    def is_variant(self):
        return self.name.startswith(OURS + ":")

    def version(self):
        """The first line of `-v`, or "unknown"."""
        try:
            done = subprocess.run(
                self.command + ["-v"], stdin=subprocess.DEVNULL,
                capture_output=True, timeout=10, env=clean_environment())
        except (OSError, subprocess.TimeoutExpired):
            return "unknown"
        lines = (done.stdout + done.stderr).decode("latin-1").splitlines()
        # What follows is the copyright notice and an address.
        return re.sub(r"(\s\s|\s--|\sCopyright).*", "", lines[0]) if lines else "unknown"


def clean_environment():
    env = {k: v for k, v in os.environ.items() if not k.startswith("LUA")}
    env["LC_ALL"] = "C"
    return env


def parse(text):
    """An engine from NAME=COMMAND; the command is split as a shell does."""
    name, equals, command = text.partition("=")
    words = shlex.split(command)
    if not name or not equals or not words:
        raise ValueError(f'"{text}" is not of the form NAME=COMMAND')
    return Engine(name, words)


def find(ours, added=(), without=()):
    """Ours first, then its variants, then installed peers and other engines.
    A name given twice: the later one counts."""
    found = {}
    if ours:
        found[OURS] = Engine(OURS, [ours])
    for name, command in PEERS:
        if shutil.which(command[0]):
            found[name] = Engine(name, command)
    for text in added:
        engine = parse(text)
        found[engine.name] = engine
    for name in without:
        if found.pop(name, None) is None:
            raise ValueError(f'no engine is called "{name}"')
    return sorted(found.values(), key=lambda e: (not e.is_ours, e.is_variant))
