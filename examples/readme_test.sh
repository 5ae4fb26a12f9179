#!/usr/bin/env bash
# readme_test.sh README.md embed_hello.cc: every line of the C++ example in
# README.md stands in embed_hello.cc, in that order, so what readers copy is
# what is compiled and run.
set -euo pipefail

example="$(awk '/^```c\+\+$/ { on = 1; next } /^```$/ { on = 0 } on' "$1")"
code="$(grep -v '^//' "$2" | sed '/./,$!d')"
if [[ -z "$example" || "$example" != "$code" ]]; then
  diff <(echo "$example") <(echo "$code") >&2 || true
  echo "README.md's example ('<') is not embed_hello.cc ('>')." >&2
  exit 1
fi
