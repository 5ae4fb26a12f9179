"""One program of the fuzzer from one number, and which generators make it.

Guarded by fuzz_test.py.
"""

import random

import errors
import grammar
import library
import mutate
import objects
import string_library
from node import block, render, stmt

MODES = ["plain", "plain", "generational", "eager", "dump", "strip", "coroutine", "hook"]


def mode_of(seed):
    """How the batch of that number runs; see harness.lua."""
    return MODES[random.Random("mode %d" % seed).randrange(len(MODES))]


def _weighted(g, table):
    return g.rng.choices([m for m, _ in table], [w for _, w in table])[0](g)


def _core(g):
    g.budget = g.rng.randrange(10, 50)
    return g.statements(30)


def _calls(table):
    return lambda g: [_weighted(g, table) for _ in range(g.rng.randrange(4, 16))]


def _mixture(g):
    g.budget = 25
    list_ = g.statements(8)
    for _ in range(6):
        list_.insert(g.rng.randrange(len(list_) + 1), _weighted(
            g, library.MAKERS + string_library.MAKERS + objects.MAKERS + errors.MAKERS))
    return list_


KINDS = [(_core, 30), (_calls(string_library.MAKERS), 14),
         (_calls(library.MAKERS), 16), (_calls(objects.MAKERS), 18),
         (_calls(errors.MAKERS), 10), (_mixture, 10)]


def generate(seed, corpus=()):
    """The tree of program number `seed`; `corpus` are texts to mutate too."""
    rng = random.Random(seed)
    g = grammar.Generator(rng)
    if rng.random() < 0.06:
        text = rng.choice(corpus) if corpus and rng.random() < 0.5 else \
            render(block(_weighted(g, KINDS)))
        return mutate.program(rng, text)
    return block(_weighted(g, KINDS))
