"""The programs lua and luac as seen from a shell.

  tests/cli/cli_test.py LUA LUAC

Most cases run the same command on LUA and on PUC Lua (lua5.4, or what
LUA_REFERENCE names) and compare exit code, standard output and standard
error; both are called "lua", and addresses are masked.  The prompt on a
terminal is tested through a pseudo-terminal.
"""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time
import unittest

LUA = ""
LUAC = ""
REFERENCE = shutil.which(os.environ.get("LUA_REFERENCE", "lua5.4"))
SECONDS = 20


def clean_environment(extra=None):
    env = {k: v for k, v in os.environ.items() if not k.startswith("LUA")}
    env["LC_ALL"] = "C"
    env.update(extra or {})
    return env


class Outcome:
    def __init__(self, code, out, err):
        self.code = code
        self.out = mask(out)
        self.err = mask(err)

    def key(self):
        return (self.code, self.out, self.err)


def mask(data):
    text = data.decode("latin-1")
    return re.sub(r"0x[0-9a-f]{6,}", "0xADDRESS", text)


def run(program, arguments, stdin=b"", env=None, cwd=None, name="lua"):
    done = subprocess.run(
        [name] + list(arguments), executable=program, input=stdin,
        capture_output=True, env=clean_environment(env), cwd=cwd,
        timeout=SECONDS)
    return Outcome(done.returncode, done.stdout, done.stderr)


class ProgramTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name, text):
        mode = "wb" if isinstance(text, bytes) else "w"
        with open(os.path.join(self.folder, name), mode) as f:
            f.write(text)
        return name

    def lua(self, *arguments, **options):
        return run(LUA, arguments, cwd=self.folder, **options)

    def luac(self, *arguments, **options):
        return run(LUAC, arguments, cwd=self.folder, name="luac", **options)

    def same(self, *arguments, ignore_version=False, **options):
        ours = self.lua(*arguments, **options)
        theirs = run(REFERENCE, arguments, cwd=self.folder, **options)
        if ignore_version:
            for outcome in (ours, theirs):
                outcome.out = re.sub(r"(?m)^Lua 5\.4.*PUC-Rio$", "VERSION",
                                     outcome.out)
        self.assertEqual(
            ours.key(), theirs.key(),
            "\nlua %s\n--- ours: exit code %d\n%s%s--- PUC: exit code %d\n%s%s"
            % (" ".join(map(repr, arguments)), ours.code, ours.out, ours.err,
               theirs.code, theirs.out, theirs.err))
        return ours


class OptionsTest(ProgramTest):
    def test_options(self):
        self.write("s.lua", "print(#arg, ...)")
        for arguments in [
                ["-e", "print(1)"], ["-eprint(1)"], ["-e", ""],
                ["-e", "print(1)", "-e", "print(2)"],
                ["-e", "x = 5", "-eprint(x)", "s.lua", "a", "b"],
                ["s.lua", "a", "-e", "b"], ["--", "s.lua", "-x"],
                ["-", "a"], ["--", "-"], ["--"], ["-E", "s.lua"],
                ["-W", "-e", "warn('x', 'y')"], ["-e", "warn('x')"],
                ["-W", "-e", "warn('@off')", "-e", "warn('x')"],
                ["-lstring", "-e", "print(string == require 'string')"],
                ["-l", "s=string", "-e", "print(s.rep('x', 3))"],
                ["-l", "no.such"], ["-ls=no.such", "s.lua"],
                ["-e", "error('x')", "-e", "print('not run')"],
                ["nofile.lua"], ["-e", "x ="], [],
        ]:
            with self.subTest(arguments=arguments):
                self.same(*arguments)

    def test_wrong_options(self):
        for arguments in [
                ["-h"], ["---"], ["-Ex"], ["-vv"], ["-iv"], ["-Wx"], ["-e"],
                ["-l"], ["-e", "-v"], ["-l", "-e"], ["-x", "s.lua"],
                ["--version"]]:
            with self.subTest(arguments=arguments):
                self.assertEqual(self.same(*arguments).code, 1)

    def test_version(self):
        self.same("-v", ignore_version=True)
        self.same("-v", "-e", "print(1)", ignore_version=True)
        self.assertTrue(self.lua("-v").out.startswith("Lua 5.4"))

    def test_arg_table(self):
        script = self.write("a.lua", """
            local low = 0
            while arg[low - 1] do low = low - 1 end
            for i = low, #arg do print(i, arg[i]) end
            print(...)""")
        self.same(script)
        self.same(script, "x", "", "z w")
        self.same("-e", "y = 1", "-lstring", script, "1", "2")
        self.same("-W", "--", script, "-e")
        self.same("-", "a", stdin=b"print(arg[0], arg[1], arg[-1], ...)")
        self.same("-e", "print(arg[0], arg[1], arg[-1], #arg)")
        self.same("-e", "arg[1] = 100", "-", stdin=b"print(...)")
        self.same("-e", "arg = 1", "-", stdin=b"print(...)")
        self.same("-e", "arg[2] = 'new'", script, "1")

    def test_environment(self):
        script = self.write("p.lua", "print(package.path, package.cpath, X)")
        self.write("init.lua", "X = 'from file'; print(arg[0])")
        for env in [
                {}, {"LUA_PATH": "x"}, {"LUA_PATH": ";;"},
                {"LUA_PATH": "a;;b"}, {"LUA_PATH": ";;b;;c"},
                {"LUA_PATH": "a;;"}, {"LUA_PATH": "x", "LUA_PATH_5_4": "y"},
                {"LUA_CPATH": "x;;"}, {"LUA_CPATH_5_4": "y"},
                {"LUA_INIT": "X = arg[1]"}, {"LUA_INIT": "@init.lua"},
                {"LUA_INIT": "X = 1", "LUA_INIT_5_4": "X = 2"},
                {"LUA_INIT": "error('msg')"}, {"LUA_INIT": "x ="},
                {"LUA_INIT": "@nofile"}, {"LUA_INIT": ""}]:
            with self.subTest(env=env):
                self.same(script, "argument", env=env)
                self.same("-E", script, env=env)


class ScriptTest(ProgramTest):
    def test_standard_input(self):
        for text in [b"", b"print(1)", b"#!first\nprint(debug.getinfo(1).currentline)",
                     b"print(", b"error('x')", b"return 1",
                     b"\xef\xbb\xbfprint(3)", b"\xef\xbbprint(3)"]:
            with self.subTest(text=text):
                self.same(stdin=text)
                self.same("-", stdin=text)

    def test_errors(self):
        for code in [
                "error('message')", "error('no position', 0)", "error()",
                "error(nil)", "error({})", "error(12)", "error(true)",
                "error(setmetatable({}, {__tostring = function() "
                "return 'text' end}))",
                "error(setmetatable({}, {__tostring = function() "
                "return {} end}))",
                "error(setmetatable({}, {__name = 'Thing'}))",
                "local t = nil; t.x = 1", "return 1 + {}", "x.y.z = 1",
                "coroutine.wrap(function() error('inside') end)()",
                "local function f() error('deep') end "
                "local function g() f() end g()",
                "string.rep()", "('x'):rep({})", "setmetatable(1, 2)",
                "assert(false)", "assert(nil, 'text')", "assert(false, {})",
                "for i = 1, 'x' do end", "goto nowhere", "local x <const> = 1; x = 2",
                "require('no_such_module')", "load('x =')()", "dofile('nofile')",
                "table.sort({3, 2, 1}, function(a, b) error('in sort') end)",
                "string.gsub('x', '.', function() error('in gsub') end)",
                "local function r(n) return n == 0 and error('r') or r(n-1) end r(5)",
                "local function r(n) if n == 0 then error('r') end r(n - 1) end r(50)",
                "pcall(error, 'x'); error('outer')",
                "local t <close> = setmetatable({}, {__close = function() "
                "print('closed') end}) error('x')",
        ]:
            with self.subTest(code=code):
                name = self.write("e.lua", code)
                self.same(name)
                self.same("-e", code)

    def test_exit(self):
        for code in ["os.exit()", "os.exit(true)", "os.exit(false)",
                     "os.exit(3)", "os.exit(0, true)", "os.exit(7, true)",
                     "io.write('no line'); os.exit(0)",
                     "io.stderr:write('err'); os.exit(1, true)"]:
            with self.subTest(code=code):
                self.same("-e", code, "-e", "print('not reached')")
        self.same("-e", """
            keep = setmetatable({}, {__gc = function() print('gc') end})
            local t <close> = setmetatable({}, {__close = function()
              print('close') end})
            local function f()
              local u <close> = setmetatable({}, {__close = function()
                print('inner') end})
              os.exit(5, true)
            end
            coroutine.wrap(function() pcall(f) end)()""")
        self.same("-e", """
            local t <close> = setmetatable({}, {__close = function(_, e)
              print('close', e) end})
            local e1 <close> = setmetatable({}, {__close = function()
              print(120) end})
            os.exit(true, true)""")

    @unittest.skipIf(
        "M3LUA_STRESS" in os.environ,
        "finalizers run at once when every allocation collects")
    def test_closing(self):
        self.same("-e", "setmetatable({}, {__gc = function() print('end') end})")
        self.same("-e", """
            print("creating 1")
            setmetatable({}, {__gc = function () print(1) end})
            print("creating 2")
            setmetatable({}, {__gc = function ()
              print("2")
              print("creating 3")
              setmetatable({}, {__gc = function () print(3) end})
              print(collectgarbage())
              os.exit(0, true)
            end})""")
        self.same("-W", "-e", """
            u1 = setmetatable({}, {__gc = function() error("XYZ") end})
            u2 = setmetatable({}, {__gc = function() error("ZYX") end})""")

    def test_binary_chunks(self):
        self.lua("-e", """
            local f = io.open("b.luac", "wb")
            f:write("#comment\\n", string.dump(load("print('binary', ...)")))
            f:close()""")
        self.assertEqual(self.lua("b.luac", "x").out, "binary\tx\n")


class InterruptTest(ProgramTest):
    def interrupt(self, code):
        process = subprocess.Popen(
            ["lua", "-e", code], executable=LUA, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=clean_environment(), cwd=self.folder)
        try:
            process.stdout.readline()
            time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=SECONDS)
        finally:
            process.kill()
        return process.returncode, out.decode(), err.decode()

    def test_loop_is_interrupted(self):
        code, _, err = self.interrupt("print('go', io.stdout:flush()) while true do end")
        self.assertEqual(code, 1)
        self.assertIn("lua: ", err)
        self.assertIn("interrupted!\nstack traceback:\n", err)

    def test_pcall_catches_it(self):
        code, out, _ = self.interrupt("""
            local function f() print('go', io.stdout:flush())
              while true do end end
            print(pcall(f))""")
        self.assertEqual(code, 0)
        self.assertIn("interrupted!", out)

    def test_recursion_and_coroutines(self):
        code, _, err = self.interrupt("""
            print('go', io.stdout:flush())
            local function fib(n) return n < 2 and n or fib(n-1) + fib(n-2) end
            coroutine.wrap(function() while true do fib(10) end end)()""")
        self.assertEqual(code, 1)
        self.assertIn("interrupted!", err)


class PromptTest(ProgramTest):
    """-i without a terminal."""

    def test_sessions(self):
        for session in [
                "", "a = 2\n=a\n", "1 + 1\n", "1, nil, 'x'\n", "for\n",
                "for i = 1, 2 do\nprint(i)\nend\n", "x = [[a\nb]]\n=x\n",
                "error('e')\nprint('next')\n", "error({})\n", "x =\n=\n3\n",
                "local x = 1\nx\n", "f(\n)\n", "  \n\n--comment\n", "return 5\n",
                "=1;\n", "1;\n", "_PROMPT = 'p> '\n1\n_PROMPT2 = 'q>> '\nf(\n1)\n",
                "print(1) print(2)\n", "x = 1 y = 2\n", "goto l\n::l::\n",
                "'unfinished\n1\n", "(function() return 1, 2 end)()\n",
                "setmetatable({}, {__tostring = function() return 'T' end})\n",
                "print = nil\n1\n", "os.exit(3)\n", "1 -- no line break",
                "arg[0]\n", "...\n", "coroutine.running()\n"]:
            # (PUC 5.4.4 reports an unfinished text at the end as "(null)".)
            if session == "for\n":
                continue
            with self.subTest(session=session):
                self.same("-i", stdin=session.encode(), ignore_version=True)

    def test_unfinished_at_the_end(self):
        outcome = self.lua("-i", stdin=b"a.\n")
        self.assertIn("near <eof>\n", outcome.err)

    def test_prompt_objects(self):
        self.same("-e", """local C = 0
            _PROMPT = setmetatable({}, {__tostring = function()
              C = C + 1 return C end})""", "-i", stdin=b" --\na = 2\n",
                  ignore_version=True)

    def test_after_a_script(self):
        self.write("s.lua", "x = 42")
        self.same("-i", "s.lua", stdin=b"x\n", ignore_version=True)


class TerminalTest(ProgramTest):
    """The prompt on a terminal: editing, completion, history, interrupts."""

    def start(self, *arguments):
        self.env = {"TERM": "xterm", "HOME": self.folder,
                    "LUA_HISTORY": os.path.join(self.folder, "history")}
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(self.folder)
            os.execve(LUA, ["lua"] + list(arguments),
                      clean_environment(self.env))
        self.addCleanup(self.stop)
        self.text = ""

    def stop(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0
            os.close(self.fd)

    def expect(self, wanted):
        """Reads until `wanted` (a regular expression) was seen."""
        end = time.time() + SECONDS
        while not re.search(wanted, self.text):
            ready, _, _ = select.select([self.fd], [], [], end - time.time())
            self.assertTrue(ready, "no %r in %r" % (wanted, self.text))
            try:
                data = os.read(self.fd, 4096)
            except OSError:
                data = b""
            if not data:
                self.fail("ended without %r: %r" % (wanted, self.text))
            self.text += data.decode("latin-1")
        self.text = self.text[re.search(wanted, self.text).end():]

    def send(self, text):
        os.write(self.fd, text.encode())

    def enter(self, text):
        """Waits for the prompt, and until the terminal is set up."""
        self.expect("> ")
        # libedit shows the prompt first.
        while termios.tcgetattr(self.fd)[3] & termios.ICANON:
            time.sleep(0.005)
        self.send(text)

    def finish(self, text="\x04"):
        """Sends the last input; the exit code."""
        self.enter(text)
        while True:
            ready, _, _ = select.select([self.fd], [], [], SECONDS)
            self.assertTrue(ready, "the program does not end")
            try:
                if not os.read(self.fd, 4096):
                    break
            except OSError:  # how Linux tells that nobody is left
                break
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        os.close(self.fd)
        return os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1

    def test_session(self):
        self.start()
        self.expect("Lua 5.4")
        self.enter("1 + 41\r")
        self.expect("\n42\r\n")
        self.enter("for i = 1, 1 do\r")
        self.expect(">")
        self.enter("print('in the ' .. 'loop') end\r")
        self.expect("\nin the loop\r\n")
        self.enter("error('o' .. 'ops')\r")
        self.expect("stdin:1: oops\r\nstack traceback:")
        self.assertEqual(self.finish(), 0)

    def test_completion(self):
        self.start()
        self.enter("strin\t.rep\t('ab', 2)\r")
        self.expect("\nabab\r\n")
        self.enter("uniquely_named = {nested_field = 123}\r")
        self.enter("=uniquely\t.nes\t\r")
        self.expect("\n123\r\n")
        self.assertEqual(self.finish(), 0)

    def test_history(self):
        self.start()
        self.enter("print('first ' .. 'session')\r")
        self.expect("\nfirst session\r\n")
        self.assertEqual(self.finish(), 0)
        with open(os.path.join(self.folder, "history")) as f:
            self.assertIn("session", f.read())
        self.start()
        self.enter("\x10\r")  # control-P: the line before
        self.expect("\nfirst session\r\n")
        self.assertEqual(self.finish(), 0)

    def test_interrupt(self):
        self.start()
        self.enter("io.write('be' .. 'gun\\n') while true do end\r")
        self.expect("begun\r\n")
        time.sleep(0.05)
        os.kill(self.pid, signal.SIGINT)
        self.expect("interrupted!")
        self.enter("'still ' .. 'here'\r")
        self.expect("\nstill here\r\n")
        self.assertEqual(self.finish(), 0)

    def test_exit(self):
        self.start()
        self.assertEqual(self.finish("os.exit(9)\r"), 9)


class CompilerTest(ProgramTest):
    def test_compile_and_run(self):
        self.write("a.lua", "#!first\nlocal x = ...; print('a', x, y)")
        self.assertEqual(self.luac("a.lua").key(), (0, "", ""))
        self.assertEqual(self.lua("luac.out", "z").out, "a\tz\tnil\n")
        self.luac("-s", "-o", "stripped", "a.lua")
        self.assertEqual(self.lua("stripped", "z").out, "a\tz\tnil\n")
        size = os.path.getsize
        self.assertLess(size(os.path.join(self.folder, "stripped")),
                        size(os.path.join(self.folder, "luac.out")))
        self.luac("-o", "again", "luac.out")
        self.assertEqual(self.lua("again").out, "a\tnil\tnil\n")

    def test_several_files(self):
        self.write("a.lua", "x = 1 print('a', x)")
        self.write("b.lua", "x = x + 1 print('b', x, ...)")
        self.luac("-o", "both", "a.lua", "b.lua", "-")
        self.assertEqual(self.luac("-o", "both", "a.lua", "-", "b.lua",
                                   stdin=b"x = 10 error('e', 0)").code, 0)
        outcome = self.lua("both", "arg")
        self.assertEqual(outcome.out, "a\t1\n")
        self.assertIn("lua: e\n", outcome.err)
        self.luac("-o", "both", "a.lua", "b.lua")
        self.assertEqual(self.lua("both", "arg").out, "a\t1\nb\t2\n")

    def test_output(self):
        outcome = self.luac("-o", "-", "-", stdin=b"print('piped')")
        self.assertTrue(outcome.out.startswith("\x1bLua"))
        self.assertEqual(self.lua("-", stdin=outcome.out.encode("latin-1")).out,
                         "piped\n")
        self.assertEqual(self.luac("-p", "-", stdin=b"x = 1").key(),
                         (0, "", ""))
        self.assertFalse(os.path.exists(os.path.join(self.folder, "luac.out")))

    def test_listing(self):
        self.write("a.lua", "local function f(a) return a + 1 end\nprint(f(2))")
        short = self.luac("-l", "-p", "a.lua").out
        self.assertIn("a.lua", short)
        self.assertIn('"print"', short)
        long = self.luac("-l", "-l", "-p", "a.lua").out
        self.assertGreater(len(long), len(short))
        self.luac("a.lua")
        self.assertEqual(self.luac("-l").out, short)

    def test_messages(self):
        # As those of luac5.4.
        self.write("bad.lua", "a =")
        usage = self.luac("-x").err
        self.assertTrue(usage.startswith(
            "luac: unrecognized option '-x'\nusage: luac [options] [filenames]\n"))
        rest = usage.split("\n", 1)[1]
        for arguments, message in [
                (["-o"], "'-o' needs argument\n" + rest),
                (["-o", "-p"], "'-o' needs argument\n" + rest),
                ([], "no input files given\n" + rest),
                (["nofile"],
                 "cannot open nofile: No such file or directory\n"),
                (["bad.lua"], "bad.lua:1: unexpected symbol near <eof>\n"),
                (["-l"], "cannot open luac.out: No such file or directory\n"),
                (["-o", "no/where", "-"],
                 "cannot open no/where: No such file or directory\n")]:
            with self.subTest(arguments=arguments):
                self.assertEqual(self.luac(*arguments).key(),
                                 (1, "", "luac: " + message))
        self.assertEqual(self.luac("-v").code, 0)
        self.assertIn("Lua 5.4", self.luac("-v").out)


if __name__ == "__main__":
    LUA, LUAC = (os.path.abspath(p) for p in sys.argv[1:3])
    unittest.main(argv=[sys.argv[0]] + sys.argv[3:])
