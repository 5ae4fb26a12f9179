"""Runs programs on an engine, in batches or alone, and takes the output apart.

An engine is a command such as ["lua5.4"] or ["env", "NAME=VALUE", "lua"];
harness.lua and prelude.lua do the work on its side.  What a run shows (Section)
is compared as it is, after NORMALISATIONS, the only places where engines may
differ.  Guarded by fuzz_test.py.
"""

import os
import re
import subprocess
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
HARNESS = os.path.join(HERE, "harness.lua")
PRELUDE = os.path.join(HERE, "prelude.lua")

# (pattern, replacement, reason).  Keep this short: each row hides differences.
NORMALISATIONS = [
    (r"0x[0-9a-f]{6,}", "0xADDRESS", "addresses differ from run to run"),
    (r"-nan\b", "nan", "the sign of a NaN follows the order of operands"),
    (r"math\.atan2", "math.atan", "one function under two names in Debian's"),
    (r" \(to close '\(' at line \d+\)", "",
     "before 5.4.6 the line of a call was where its expression begins"),
    (r"( on a string value) \(constant '[^']*'\)", r"\1",
     "where a condition is known, as in (nil or ''), we name the constant"),
    (r"\w+:\d+: (attempt to divide by zero|attempt to perform 'n%%?0')", r"\1",
     "5.4.4 gives an earlier line when the divisor is a constant"),
]
_COMPILED = [(re.compile(p), r) for p, r, _ in NORMALISATIONS]

SANITIZER = re.compile(r"AddressSanitizer|LeakSanitizer|runtime error:|UndefinedBehavior")


def normalise(text):
    for pattern, replacement in _COMPILED:
        text = pattern.sub(replacement, text)
    return text


class Section:
    """What one program did: its output, or how the process fell."""

    def __init__(self, out, err, end="ok"):
        self.out = out
        self.err = err
        self.end = end  # "ok", "timeout", "exit N", "signal N"

    def key(self):
        return (self.end, normalise(self.out), normalise(self.err))


def environment():
    env = {k: v for k, v in os.environ.items() if not k.startswith("LUA")}
    env.update(TZ="UTC", LC_ALL="C")
    env.setdefault("ASAN_OPTIONS", "detect_leaks=1:abort_on_error=0")
    env.setdefault("UBSAN_OPTIONS", "print_stacktrace=1")
    return env


def _execute(command, directory, seconds):
    process = subprocess.Popen(
        command, cwd=directory, env=environment(), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        out, err = process.communicate(timeout=seconds)
        code = process.returncode
        end = "ok" if code == 0 else \
            "signal %d" % -code if code < 0 else "exit %d" % code
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        end = "timeout"
    return out.decode("latin-1"), err.decode("latin-1"), end


def _split(text, count):
    """The text of each section, and which sections have an end."""
    sections, complete = [""] * count, [False] * count
    pieces = re.split(r"\n@@@ program (\d+)\n", text)
    for i in range(1, len(pieces) - 1, 2):
        number = int(pieces[i]) - 1
        body = pieces[i + 1]
        mark = "\n@@@ end %d\n" % (number + 1)
        at = body.find(mark)
        if at >= 0:
            sections[number], complete[number] = body[:at] + body[at + len(mark):], True
        else:
            sections[number] = body
    return sections, complete


def run_batch(command, texts, mode, seconds, directory):
    """A Section for each text.  A program at which the process fell is noted
    so, and the batch goes on behind it in a new process."""
    results = []
    while len(results) < len(texts):
        rest = texts[len(results):]
        handle, path = tempfile.mkstemp(dir=directory, suffix=".batch")
        with os.fdopen(handle, "wb") as file:
            file.write(b"%d\n" % len(rest))
            for text in rest:
                data = text.encode("latin-1")
                file.write(b"%d\n" % len(data))
                file.write(data)
        out, err, end = _execute(command + [HARNESS, PRELUDE, path, mode], directory, seconds)
        os.unlink(path)
        outs, complete = _split(out, len(rest))
        errs, _ = _split(err, len(rest))
        for i, done in enumerate(complete):
            if not done:
                results.append(Section(outs[i], errs[i], end if end != "ok" else "early end"))
                break
            results.append(Section(outs[i], errs[i]))
        else:
            if end != "ok":  # after the last program: a leak, for instance
                results[-1].end = end
                results[-1].err += err[-4000:]
    return results


def run_alone(command, text, seconds, directory):
    """The program as a script of its own: exit code and traceback included."""
    # Globals of the program are not globals of the library: tracebacks name
    # functions after the first place in the loaded modules that holds them.
    with open(PRELUDE, encoding="latin-1") as file:
        text = file.read() + "local _ENV = setmetatable({}, {__index = _ENV})\n" + text
    handle, path = tempfile.mkstemp(dir=directory, suffix=".lua")
    os.close(handle)
    os.unlink(path)
    work = path + ".d"
    os.mkdir(work)
    script = os.path.join(work, "p.lua")
    with open(script, "wb") as file:
        file.write(text.encode("latin-1"))
    # The inner shell names the interpreter "lua" (argv[0]) in its messages.
    setting = 0
    if command[0] == "env":
        setting = 1 + sum("=" in word for word in command)
    named = command[:setting] + ["bash", "-c", 'exec -a lua "$@"', "_"] + command[setting:]
    out, err, end = _execute(named + ["p.lua"], work, seconds)
    os.unlink(script)
    try:
        os.rmdir(work)
    except OSError:
        pass
    return Section(out, err, end)
