"""Makes a program that shows a difference as small as it gets.

Works on the tree of node.py: takes away runs of statements and list elements
(delta debugging: halves first, then smaller runs), puts blocks and expressions
of the inside in the place of what is around them, literals in the place of
expressions, and shortens the texts of "source" nodes.  Whatever it tries must
still be interesting; programs that no longer load are not, by themselves.
Guarded by fuzz_test.py.
"""

from node import Node, render, walk

LITERALS = ["nil", "0", '""', "{}"]


class Shrinker:
    def __init__(self, root, interesting, most_runs=600):
        self.root = root
        self.interesting = interesting
        self.runs = most_runs
        self.seen = {render(root)}

    def works(self):
        text = render(self.root)
        if text in self.seen or self.runs <= 0:
            return False
        self.seen.add(text)
        self.runs -= 1
        return self.interesting(text)

    def attempt(self, node, kind, parts):
        """Changes `node` if the program stays interesting."""
        saved = (node.kind, node.parts)
        node.kind, node.parts = kind, parts
        if self.works():
            return True
        node.kind, node.parts = saved
        return False

    def reduce_elements(self, node):
        changed = False
        size = max(1, len(node.parts) // 2)
        while size >= 1:
            at = 0
            while at < len(node.parts) and self.runs > 0:
                if self.attempt(node, node.kind, node.parts[:at] + node.parts[at + size:]):
                    changed = True
                else:
                    at += size
            size //= 2
        return changed

    def reduce_text(self, node):
        changed = False
        size = max(1, len(node.parts[0]) // 2)
        while size >= 1:
            at = 0
            while at < len(node.parts[0]) and self.runs > 0:
                text = node.parts[0]
                if self.attempt(node, "source", [text[:at] + text[at + size:]]):
                    changed = True
                else:
                    at += size
            size //= 2
        return changed

    def inside(self, node, kind):
        return [n for p in node.parts if isinstance(p, Node) for n in walk(p) if n.kind == kind]

    def replace(self, node):
        if node.kind == "stmt":
            for inner in self.inside(node, "block")[:4]:
                if self.attempt(node, "block", list(inner.parts)):
                    return True
        elif node.kind == "expr":
            for text in LITERALS:
                if render(node) in LITERALS:
                    break
                if self.attempt(node, "expr", [text]):
                    return True
            for inner in self.inside(node, "expr")[:8]:
                if self.attempt(node, "expr", list(inner.parts)):
                    return True
        return False

    def shrink(self):
        changed = True
        while changed and self.runs > 0:
            changed = False
            for node in list(walk(self.root)):
                if node.kind in ("block", "list") and node.parts:
                    changed |= self.reduce_elements(node)
                elif node.kind == "source":
                    changed |= self.reduce_text(node)
            for node in list(walk(self.root)):
                changed |= self.replace(node)
        return self.root


def shrink(root, interesting, most_runs=600):
    """Shrinks `root` in place; `interesting(text)` says what must stay."""
    return Shrinker(root, interesting, most_runs).shrink()
