"""The tree of a generated program.

A node has a kind and parts; a part is text or another node.  Rendering joins
them, so a program needs no printer of its own.  The kinds tell the shrinker
(shrink.py) what it may take away:

  block  statements, one a line; any of them may go
  stmt   a statement; a block inside may take its place
  expr   an expression; an expression inside, or a literal, may take its place
  list   expressions between commas; any of them may go
  source a piece of Lua text that the program only loads; its one part is the
         text itself, rendered as a string literal

Guarded by fuzz_test.py.
"""


class Node:
    __slots__ = ("kind", "parts")

    def __init__(self, kind, parts):
        self.kind = kind
        self.parts = parts


def expr(*parts):
    return Node("expr", list(parts))


def stmt(*parts):
    return Node("stmt", list(parts))


def block(parts):
    return Node("block", list(parts))


def comma_list(parts):
    return Node("list", list(parts))


def source(text):
    return Node("source", [text])


def quote(text):
    """`text` (characters 0 to 255) as a Lua string literal on one line."""
    out = ['"']
    for c in text:
        if c in '"\\':
            out.append("\\" + c)
        elif " " <= c <= "~":
            out.append(c)
        else:
            out.append("\\%03d" % ord(c))
    out.append('"')
    return "".join(out)


def _render(node, out):
    kind = node.kind
    if kind == "source":
        out.append(quote(node.parts[0]))
        return
    separator = {"block": "\n", "list": ", "}.get(kind)
    first = True
    for part in node.parts:
        if separator and not first:
            out.append(separator)
        first = False
        if isinstance(part, str):
            out.append(part)
        else:
            _render(part, out)


def render(node):
    """The program's text; its characters are bytes (encode as latin-1)."""
    out = []
    _render(node, out)
    return "".join(out)


def walk(node):
    """All nodes of the tree, outermost first."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(p for p in reversed(current.parts) if isinstance(p, Node))
