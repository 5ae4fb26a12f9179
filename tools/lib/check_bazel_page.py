"""check_bazel_page.py QUERY_OUTPUT, in the checkout: docs/bazel.md is true.

- Its table of public targets is what `bazel query` found (one label a line).
- A code block behind "<!-- examples/workspace/FILE -->" is a part of that file.
"""

import pathlib
import re
import sys

PAGE = pathlib.Path("docs/bazel.md")


def compare_targets(page, found):
    section = re.search(r"## Public targets\n(.*?)\n## ", page, re.DOTALL)[1]
    listed = set(re.findall(r"^\| `(//\S+)`", section, re.MULTILINE))
    for label in sorted(found - listed):
        yield f"{label} is public, but not listed"
    for label in sorted(listed - found):
        yield f"{label} is listed, but not public"


def compare_blocks(page):
    blocks = re.findall(r"^<!-- (examples/\S+) -->\n```\S*\n(.*?)^```$", page,
                        re.DOTALL | re.MULTILINE)
    if not blocks:
        yield "no code blocks of examples/workspace"
    for file, block in blocks:
        if block not in pathlib.Path(file).read_text():
            yield f"not what {file} says:\n{block}"


def main():
    page = PAGE.read_text()
    found = set(pathlib.Path(sys.argv[1]).read_text().split())
    errors = [*compare_targets(page, found), *compare_blocks(page)]
    for error in errors:
        print(f"{PAGE}: {error}", file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
