#!/usr/bin/env bash
# fuzz_test.sh TARGET [OPTION...] -- INPUT...: see fuzz_test.bzl. With the
# option --replay the inputs just run.
set -euo pipefail

target="$1"
shift
options=()
while [[ $1 != -- ]]; do
  options+=("$1")
  shift
done
shift

if [[ ${options[0]-} == --replay ]]; then exec "$target" "$@"; fi

# libFuzzer takes folders. The names keep apart what has the same base name.
work="$(mktemp -d "${TEST_TMPDIR:-${TMPDIR:-/tmp}}/fuzz_test.XXXXXX")"
trap 'rm -rf "$work"' EXIT
mkdir "$work/corpus" "$work/seeds"
for input in "$@"; do cp -L "$input" "$work/seeds/${input//\//_}"; done

# An input that fails becomes an output of the test.
if ! "$target" "${options[@]}" \
  -artifact_prefix="${TEST_UNDECLARED_OUTPUTS_DIR:-$work}/" \
  -print_final_stats=1 "$work/corpus" "$work/seeds" >"$work/log" 2>&1; then
  tail -n 200 "$work/log"
  echo "The input is in the outputs of this test (and above, as Base64)." \
    "Add it to tests/fuzz/regressions/ together with the repair."
  exit 1
fi
grep -aE '^stat::|DONE' "$work/log"
