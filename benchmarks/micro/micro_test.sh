#!/usr/bin/env bash
# micro_test.sh BENCHMARK...: runs every benchmark of these programs for an
# instant. Fails if one ends with an error, or a program has none.
set -euo pipefail

for program in "$@"; do
  name="${program##*/}"
  log="$TEST_TMPDIR/$name.json"
  status=0
  "$program" --benchmark_min_time=0.000001 --benchmark_format=json \
    >"$log" 2>"$log.messages" || status=$?
  if ((status)); then
    cat "$log.messages"
    echo "$name: exit code $status"
    exit 1
  fi
  # An error is a field beside the name.
  if grep -A 1 '"error_occurred": true' "$log"; then
    echo "$name: a benchmark ends with the error above"
    exit 1
  fi
  count="$(grep -c '"iterations": [1-9]' "$log" || true)"
  ((count > 0)) || {
    echo "$name: no benchmark was run"
    exit 1
  }
  echo "$name: $count benchmarks run"
done
