"""benchmarks/report/runner.py, engines.py and measure.cc, with engines that are
shell scripts.

  runner_test.py MEASURE
"""

import io
import os
import shutil
import sys
import tempfile
import unittest

import report_modules  # noqa: F401
import engines
import runner
import workloads

MEASURE = ""


def workload(name="answer", result="42", not_on=()):
    size = {"arguments": [7], "result": result}
    return workloads.Workload(
        {"name": name, "file": name + ".lua", "category": "c", "test": size,
         "small": size, "default": size, "not_on": list(not_on)}, "/nowhere")


class RunnerTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.runner = runner.Runner(MEASURE, limit=20)

    def engine(self, script, name="fake"):
        """An engine that is a shell script; $1 is the program, $2 is n."""
        path = os.path.join(self.folder, name.replace(":", "_"))
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + script)
        os.chmod(path, 0o755)
        return engines.Engine(name, [path])

    def failure(self, script, limit=20):
        with self.assertRaises(runner.RunFailed) as caught:
            runner.Runner(MEASURE, limit).run(
                self.engine(script), workload(), "test")
        return str(caught.exception)

    def test_a_run_is_measured(self):
        measured = self.runner.run(
            self.engine('i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done\n'
                        'echo "$(basename $1 .lua) $2 42"'),
            workload(), "test")
        self.assertGreater(measured.cpu, 0)
        self.assertEqual(measured.cpu, measured.user + measured.system)
        self.assertGreater(measured.wall, 0)
        self.assertGreater(measured.peak_kib, 100)

    def test_peak_memory_is_that_of_the_program_and_not_of_its_parent(self):
        ballast = bytearray(64 << 20)
        ballast[::4096] = b"x" * len(ballast[::4096])
        measured = self.runner.run_command(["true"])
        self.assertLess(measured.peak_kib, 8 << 10)

    def test_a_wrong_result_is_a_failure(self):
        self.assertEqual(self.failure("echo answer 7 43"),
                         'printed "answer 7 43", not "answer 7 42"')

    def test_an_exit_code_is_a_failure_with_the_message(self):
        self.assertEqual(self.failure("echo oops >&2; exit 3"),
                         "exit code 3: oops")
        self.assertEqual(self.failure("exit 3"), "exit code 3")

    def test_a_signal_is_a_failure(self):
        self.assertEqual(self.failure("kill -SEGV $$"), "killed by SIGSEGV")

    def test_a_run_without_end_is_a_failure(self):
        self.assertEqual(self.failure("exec sleep 30", limit=1),
                         "no end within 1 s")

    def test_a_missing_program_is_a_failure(self):
        with self.assertRaisesRegex(runner.RunFailed, "No such file"):
            self.runner.run_command(["/nowhere/lua"])

    def run_all(self, fakes, programs, rounds, stream=None):
        progress = runner.Progress(
            len(fakes) * len(programs) * rounds, stream or io.StringIO())
        return runner.run_all(
            self.runner, programs, fakes, "test", rounds, progress), progress

    def test_engines_take_turns(self):
        log = os.path.join(self.folder, "log")
        fakes = [self.engine(f"echo {name} >>{log}; echo answer 7 42", name)
                 for name in "ABC"]
        results, progress = self.run_all(fakes, [workload()], 2)
        with open(log, encoding="utf-8") as file:
            self.assertEqual(file.read().split(), list("ABCABC"))
        self.assertEqual(progress.done, progress.steps)
        self.assertEqual(len(results[0]["engines"]["B"]["cpu"]), 2)
        self.assertEqual(results[0]["arguments"], ["7"])

    def test_an_engine_that_failed_is_not_run_again_and_others_go_on(self):
        log = os.path.join(self.folder, "log")
        fakes = [self.engine(f"echo x >>{log}; exit 1", "bad"),
                 self.engine("echo answer 7 42", "good")]
        stream = io.StringIO()
        results, progress = self.run_all(fakes, [workload()], 3, stream)
        cells = results[0]["engines"]
        self.assertEqual(cells["bad"]["error"], "exit code 1")
        self.assertIsNone(cells["good"]["error"])
        self.assertEqual(len(cells["good"]["cpu"]), 3)
        with open(log, encoding="utf-8") as file:
            self.assertEqual(file.read(), "x\n")
        self.assertIn("answer on bad: exit code 1", stream.getvalue())
        self.assertEqual(progress.done, progress.steps)

    def test_a_workload_is_left_out_where_it_can_not_run(self):
        fakes = [self.engine("echo answer 7 42", name) for name in "AB"]
        results, progress = self.run_all(fakes, [workload(not_on=["A"])], 2)
        self.assertEqual(list(results[0]["engines"]), ["B"])
        self.assertEqual(progress.done, progress.steps)


class ProgressTest(unittest.TestCase):
    def test_lines_elsewhere_than_on_a_terminal_are_rare_and_estimate(self):
        now = [0.0]
        stream = io.StringIO()
        progress = runner.Progress(10, stream, lambda: now[0])
        for step in range(10):
            progress.show(1, 2, "fib", "lua", step + 1, 10)
            progress.step()
            now[0] += 6
        self.assertEqual(stream.getvalue().splitlines(), [
            "[1/2] fib: lua, round 1/10, time left unknown",
            "[1/2] fib: lua, round 3/10, 48 s left",
            "[1/2] fib: lua, round 5/10, 36 s left",
            "[1/2] fib: lua, round 7/10, 24 s left",
            "[1/2] fib: lua, round 9/10, 12 s left"])

    def test_durations(self):
        for seconds, text in [(0, "0 s"), (59.4, "59 s"), (61, "1 min 01 s"),
                              (7260, "2 h 01 min")]:
            self.assertEqual(runner.format_seconds(seconds), text)


OURS = [engines.Engine("m3lua", ["/bin/ours"])]


class EnginesTest(unittest.TestCase):
    def test_name_and_command(self):
        engine = engines.parse("m3lua:old=/tmp/a b '-x y'")
        self.assertEqual(engine.name, "m3lua:old")
        self.assertEqual(engine.command, ["/tmp/a", "b", "-x y"])
        self.assertTrue(engine.is_ours and engine.is_variant)
        for bad in ("lua", "=lua", "lua="):
            with self.assertRaises(ValueError):
                engines.parse(bad)

    def test_ours_comes_first_then_its_variants_then_peers(self):
        found = engines.find(OURS, ["x=/bin/x", "m3lua:b=/bin/b"])
        names = [e.name for e in found]
        self.assertEqual(names[:2], ["m3lua", "m3lua:b"])
        self.assertIn("x", names[2:])

    def test_engines_can_be_left_out(self):
        added = ["x=/bin/x", "xy=/bin/xy"]
        names = [e.name for e in engines.find(OURS, added, ["x"])]
        self.assertNotIn("x", names)
        self.assertIn("xy", names)
        names = [e.name for e in engines.find(OURS, added, ["x*"])]
        self.assertNotIn("xy", names)
        with self.assertRaisesRegex(ValueError, "nothing"):
            engines.find(OURS, [], ["nothing"])

    def test_strategies_are_ours_and_variants_of_it(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "lua_dispatch")
            with open(path, "w", encoding="utf-8") as file:
                file.write('#!/bin/sh\ntest "$M3LUA_DISPATCH" = list && '
                           "printf 'tail_call\\nswitch\\n'\n")
            os.chmod(path, 0o755)
            found = engines.strategies(path)
        self.assertEqual([e.name for e in found], ["m3lua", "m3lua:switch"])
        self.assertEqual(found[1].shown_command(),
                         "M3LUA_DISPATCH=switch lua_dispatch")
        self.assertEqual(found[1].environment()["M3LUA_DISPATCH"], "switch")

    def test_version_is_the_first_line_without_the_notice(self):
        self.assertEqual(
            engines.Engine("e", ["/bin/echo", "E 1.2  Copyright someone",
                                 ]).version(), "E 1.2")
        self.assertEqual(
            engines.Engine("e", ["/nowhere/e"]).version(), "unknown")


if __name__ == "__main__":
    MEASURE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
