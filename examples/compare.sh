#!/usr/bin/env bash
# compare.sh EXPECTED COMMAND [SCRIPT] [ARGS...]: runs COMMAND in the folder of
# SCRIPT and compares what it prints with the file EXPECTED.
set -euo pipefail

expected="$(readlink -f "$1")"
command="$(readlink -f "$2")"
shift 2
if (($# > 0)); then
  script="$1"
  shift
  cd "$(dirname "$script")"
  set -- "$(basename "$script")" "$@"
fi
unset "${!LUA_@}"
if ! diff -u "$expected" <("$command" "$@" </dev/null 2>&1); then
  echo "Output differs from ${expected##*/}: '-' is expected, '+' is printed." >&2
  exit 1
fi
