"""The engines that are compared: ours, what the system has, and others given.

Guarded by tests/unit/benchmarks/report/runner_test.py.
"""

import fnmatch
import os
import re
import shlex
import shutil
import subprocess

OURS = "m3lua"
# Chooses the dispatch strategy of lua_dispatch.
STRATEGY_VARIABLE = "M3LUA_DISPATCH"

# Name, command: used if the program is installed.
PEERS = [
    ("lua5.4", ["lua5.4"]),
    ("luajit -joff", ["luajit", "-joff"]),
    ("luajit", ["luajit"]),
]


class Engine:
    """environment: variables that the program gets besides the usual ones."""

    def __init__(self, name, command, environment=None):
        self.name = name
        self.command = command
        self.variables = environment or {}

    @property
    def is_ours(self):
        """Ours, or a variant of it ("m3lua:switch")."""
        return self.name == OURS or self.is_variant

    @property
    def is_variant(self):
        return self.name.startswith(OURS + ":")

    def environment(self):
        return dict(clean_environment(), **self.variables)

    def shown_command(self):
        """As one would type it, without the program's folder."""
        return " ".join(
            [f"{k}={v}" for k, v in self.variables.items()] +
            [os.path.basename(self.command[0])] + self.command[1:])

    def version(self):
        """The first line of `-v`, or "unknown"."""
        try:
            done = subprocess.run(
                self.command + ["-v"], stdin=subprocess.DEVNULL,
                capture_output=True, timeout=10, env=self.environment())
        except (OSError, subprocess.TimeoutExpired):
            return "unknown"
        lines = (done.stdout + done.stderr).decode("latin-1").splitlines()
        # What follows is the copyright notice and an address.
        if not lines:
            return "unknown"
        return re.sub(r"(\s\s|\s--|\sCopyright).*", "", lines[0])


def clean_environment():
    env = {k: v for k, v in os.environ.items()
           if not k.startswith(("LUA", STRATEGY_VARIABLE))}
    env["LC_ALL"] = "C"
    return env


def parse(text):
    """An engine from NAME=COMMAND; the command is split as a shell does."""
    name, equals, command = text.partition("=")
    words = shlex.split(command)
    if not name or not equals or not words:
        raise ValueError(f'"{text}" is not of the form NAME=COMMAND')
    return Engine(name, words)


def strategies(program):
    """lua_dispatch under each of its strategies: the default as OURS, the
    others as variants of it."""
    listed = subprocess.run(
        [program], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        env=dict(clean_environment(), **{STRATEGY_VARIABLE: "list"}))
    names = listed.stdout.split()
    if listed.returncode or not names:
        raise ValueError(f"{program} lists no strategies: {listed.stderr}")
    return [
        Engine(f"{OURS}:{name}" if index else OURS, [program],
               {STRATEGY_VARIABLE: name})
        for index, name in enumerate(names)]


def find(ours, added=(), without=()):
    """Ours first, then its variants, then installed peers and other engines.
    A name given twice: the later one counts.  ours: a list of engines.
    without: names or patterns; one that matches nothing is a ValueError."""
    found = {engine.name: engine for engine in ours}
    for name, command in PEERS:
        if shutil.which(command[0]):
            found[name] = Engine(name, command)
    for text in added:
        engine = parse(text)
        found[engine.name] = engine
    for pattern in without:
        names = [n for n in found if fnmatch.fnmatchcase(n, pattern)]
        if not names:
            raise ValueError(f'no engine is called "{pattern}"')
        for name in names:
            del found[name]
    return sorted(found.values(), key=lambda e: (not e.is_ours, e.is_variant))
