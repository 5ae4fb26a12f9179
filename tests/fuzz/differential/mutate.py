"""Broken Lua text, for the messages of syntax errors.

Takes a program apart into tokens and damages a few of them; the program that
comes out only loads such texts and prints what load says, so nothing of the
damage runs.  Guarded by fuzz_test.py.
"""

import re

from node import Node, block, source

TOKEN = re.compile(
    r"--\[\[.*?\]\]|--[^\n]*|\[(=*)\[.*?\]\1\]|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|"
    r"0[xX][0-9a-fA-F.]+|\d+\.?\d*(?:[eE][-+]?\d+)?|\w+|\.\.\.|\.\.|[<>=~/:]{2}|\s+|.", re.S)
INSERTED = [
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not", "or", "repeat", "return", "then", "true",
    "until", "while", "+", "-", "*", "/", "%", "^", "#", "&", "~", "|", "<<", ">>", "//", "==", "~=", "<=", ">=", "<", ">", "=", "(", ")", "{", "}", "[", "]", "::", ";", ":",
    ",", ".", "..", "...", "x", "1", "'s'", "\"", "'", "[[", "]]", "[=[", "--[[", "\\", "@", "$", "!", "`", "?", "\0", "\xff", "0x", "1e", "3..", "0x1p", "1.2.3", "12abc", "'\\q'", "'\\300'",
    "'\\x1'", "'\\u{110000000}'", "'\\u{12'", "'\\u12'", "'\\z", "\n", "goto l1", "break", "::l1::", "<const>", "<close>", "<foo>", "local x <const> = 1 x = 2", "[==", "~", "=="]


def damage(rng, tokens):
    tokens = list(tokens)
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        if not tokens:
            break
        at = rng.randrange(len(tokens))
        kind = rng.randrange(8)
        if kind < 2:
            del tokens[at]
        elif kind < 4:
            tokens.insert(at, " " + rng.choice(INSERTED) + " ")
        elif kind == 4:
            tokens[at] = rng.choice(INSERTED)
        elif kind == 5:
            other = rng.randrange(len(tokens))
            tokens[at], tokens[other] = tokens[other], tokens[at]
        elif kind == 6:
            tokens = tokens[:at]
        else:
            text = tokens[at]
            cut = rng.randrange(len(text) + 1)
            tokens[at] = text[:cut] + rng.choice(["", chr(rng.randrange(256)), "\\", "\n"]) + text[cut + 1:]
    return "".join(tokens)


def program(rng, text, count=25):
    """A program that loads `count` damaged versions of parts of `text`."""
    tokens = [m.group() for m in TOKEN.finditer(text)]
    list_ = []
    for _ in range(count):
        size = rng.choice([5, 20, 60, 200])
        at = rng.randrange(max(1, len(tokens) - size))
        # Most parts begin at a line, so that they are mostly well-formed.
        while at > 0 and "\n" not in tokens[at - 1]:
            at -= 1
        list_.append(Node("stmt", [
            "do local f, m = load(", source(damage(rng, tokens[at:at + size])),
            rng.choice(["", ', "=chunk"', ', "@file"']), ") P(f and type(f), m) end"]))
    return block(list_)
