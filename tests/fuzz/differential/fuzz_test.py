#!/usr/bin/env python3
"""Tests of the differential fuzzer itself: fuzz_test.py LUA.

LUA (any Lua 5.4, ours for instance) runs generated programs; differences are
planted by a wrapper around the same LUA that alters its output.
"""

import os
import random
import shutil
import stat
import sys
import tempfile
import unittest

import compare
import errors
import fuzz
import grammar
import library
import mutate
import node
import objects
import programs
import runner
import shrink
import string_library

LUA = ""


class FuzzerTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.directory)

    def wrapper(self, script):
        """The path of a shell script in place of LUA."""
        path = os.path.join(self.directory, "wrapper.sh")
        with open(path, "w") as file:
            file.write("#!/bin/bash\n" + script.replace("LUA", LUA) + "\n")
        os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
        return path

    def batch(self, texts, command=None, mode="plain", seconds=60):
        return runner.run_batch([command or LUA], texts, mode, seconds, self.directory)


class GeneratorTest(FuzzerTest):
    def test_the_same_number_makes_the_same_program(self):
        for seed in range(30):
            self.assertEqual(node.render(programs.generate(seed)), node.render(programs.generate(seed)))

    def test_programs_load_and_end(self):
        texts = [node.render(programs.generate(seed)) for seed in range(150)]
        for seed, section in enumerate(self.batch(texts)):
            self.assertEqual(section.end, "ok", "program %d ends badly" % seed)
            self.assertNotIn("no program", section.out, "program %d does not load:\n%s" % (seed, texts[seed]))

    def test_every_kind_of_statement_loads(self):
        for name, _ in grammar.Generator.SIMPLE + grammar.Generator.NESTED:
            texts = []
            for seed in range(20):
                generator = grammar.Generator(random.Random(seed))
                made = getattr(generator, name)()
                texts.append("do return end\n" + node.render(made))
            for text, section in zip(texts, self.batch(texts)):
                self.assertEqual(section.out.strip(), '"ok"', "%s makes:\n%s" % (name, text))

    def test_every_library_maker_loads(self):
        for maker, _ in library.MAKERS + string_library.MAKERS + objects.MAKERS + errors.MAKERS:
            texts = ["do return end\n" + node.render(maker(grammar.Generator(random.Random(seed)))) for seed in range(40)]
            for text, section in zip(texts, self.batch(texts)):
                self.assertEqual(section.out.strip(), '"ok"', "%s makes:\n%s" % (maker.__name__, text))


class RunnerTest(FuzzerTest):
    def test_a_fall_is_noted_and_the_batch_goes_on(self):
        sections = self.batch(["P(1)", "io.stdout:flush() os.exit(7)", "P(3)"])
        self.assertEqual([s.end for s in sections], ["ok", "exit 7", "ok"])
        self.assertEqual([s.out.strip() for s in sections], ['1\n"ok"', "", '3\n"ok"'])

    def test_a_hang_is_a_timeout(self):
        self.assertEqual(self.batch(["while true do end"], seconds=1)[0].end, "timeout")

    def test_programs_of_a_batch_share_nothing(self):
        texts = ["x = 1 string.len = nil debug.setmetatable(1, {__index = string}) getmetatable('').__index = nil",
                 "P(x, type(string.len), getmetatable(1), ('a'):rep(2))"]
        self.assertEqual(self.batch(texts)[1].out.strip(), 'nil "function" nil "aa"\n"ok"')

    def test_a_program_alone_shows_its_exit_code_and_traceback(self):
        section = runner.run_alone([LUA], "error('alone')", 60, self.directory)
        self.assertEqual(section.end, "exit 1")
        self.assertIn("stack traceback", section.err)
        self.assertTrue(section.err.startswith("lua: "), "the interpreter goes by one name")
        same = runner.run_alone(["env", "A=1", "B=2", LUA], "error('alone')", 60, self.directory)
        self.assertEqual(section.key(), same.key(), "with settings of the environment")
        told = runner.run_alone(["env", "A=1", LUA], "print(os.getenv('A'))", 60, self.directory)
        self.assertEqual(told.out, "1\n")

    def test_engines_have_names(self):
        for text, name, command in [
                ("lua5.4", "lua5.4", ["lua5.4"]),
                ("asan=/a/lua -W", "asan", ["/a/lua", "-W"]),
                ("goto=env DISPATCH=goto lua", "goto", ["env", "DISPATCH=goto", "lua"])]:
            task = fuzz.Task(fuzz.parse_arguments(["--lua", text]))
            self.assertEqual(task.engines, [(name, command)])

    def test_each_mode_runs(self):
        for mode in set(programs.MODES):
            self.assertEqual(self.batch(["P('x')"], mode=mode)[0].out.strip().split("\n")[0], '"x"', mode)


class CompareTest(FuzzerTest):
    def test_differences_are_told_apart(self):
        good = runner.Section("a", "")
        for word, ours in [("output", runner.Section("b", "")), ("stderr", runner.Section("a", "x")), ("timeout", runner.Section("a", "", "timeout")),
                           ("crash", runner.Section("", "", "signal 11")), ("exit", runner.Section("a", "", "exit 1")),
                           ("sanitizer", runner.Section("a", "==1==ERROR: AddressSanitizer: x", "exit 1")), (None, runner.Section("a", ""))]:
            self.assertEqual(compare.kind_of_difference(good, ours), word)

    def test_addresses_do_not_count(self):
        self.assertIsNone(compare.kind_of_difference(runner.Section("table: 0x55d0aabbccdd", ""), runner.Section("table: 0x7f00aabbccdd", "")))

    def test_a_fallen_oracle_is_no_oracle(self):
        self.assertTrue(compare.unusable(runner.Section("", "", "signal 11")))
        self.assertFalse(compare.unusable(runner.Section("", "", "exit 1")))


class ShrinkerTest(FuzzerTest):
    def test_shrinks_to_the_statement_that_matters(self):
        tree = node.block([node.stmt("P(", str(i), ")") for i in range(20)] + [
            node.stmt("do\n", node.block([node.stmt("P(", node.comma_list([node.expr("1 + ", node.expr("BAD")), node.expr("2")]), ")")]), "\nend")])
        smallest = shrink.shrink(tree, lambda text: "BAD" in text)
        self.assertEqual(node.render(smallest), "P(BAD)")

    def test_shrinks_the_text_of_a_source(self):
        tree = node.block([node.stmt("load(", node.source("some text with BAD in it"), ")")])
        self.assertEqual(node.render(shrink.shrink(tree, lambda text: "BAD" in text)), 'load("BAD")')

    def test_keeps_to_its_limit_of_runs(self):
        runs = []
        shrink.shrink(programs.generate(3), lambda text: runs.append(text) or False, most_runs=25)
        self.assertEqual(len(runs), 25)


class MutationTest(FuzzerTest):
    def test_most_damaged_texts_fail_to_load(self):
        text = node.render(programs.generate(1))
        out = self.batch([node.render(mutate.program(random.Random(i), text)) for i in range(5)])
        shown = "".join(s.out for s in out)
        self.assertEqual([s.end for s in out], ["ok"] * 5)
        self.assertGreater(shown.count("nil \""), 60, "too few syntax errors:\n" + shown[:2000])


class EndToEndTest(FuzzerTest):
    def run_fuzzer(self, engine, count):
        folder = os.path.join(self.directory, "findings")
        status = fuzz.main(["--lua", "test=" + engine, "--oracle", LUA, "--seed", "1", "--programs", str(count), "--batch", "10",
                            "--findings", folder, "--mode", "plain"])
        return status, sorted(os.listdir(folder)) if os.path.isdir(folder) else []

    def test_an_engine_equals_itself(self):
        self.assertEqual(self.run_fuzzer(LUA, 60), (0, []))

    def test_a_planted_difference_is_found_and_shrunk(self):
        status, files = self.run_fuzzer(self.wrapper("LUA \"$@\" | sed 's/divide by zero/divided by zero/; s/attempt to call a nil/attempt to call nil/'"), 40)
        self.assertEqual(status, 1)
        smallest = [f for f in files if f.endswith("-output.lua") and ".orig" not in f]
        self.assertTrue(smallest, files)
        sizes = []
        for name in smallest:
            with open(os.path.join(self.directory, "findings", name), encoding="latin-1") as file:
                sizes.append(len(file.read().strip().split("\n")))
        self.assertLess(min(sizes), 8, "no small program among the findings")

    def test_a_planted_crash_is_found(self):
        status, files = self.run_fuzzer(self.wrapper(
            "LUA \"$@\"; grep -q coroutine.yield \"$3\" && kill -SEGV $$"), 20)
        self.assertEqual(status, 1)
        self.assertTrue([f for f in files if "crash" in f or "exit" in f], files)


if __name__ == "__main__":
    LUA = os.path.abspath(sys.argv.pop(1))
    unittest.main()
