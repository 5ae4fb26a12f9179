#!/usr/bin/env bash
# Runs a Python program of this folder:
#
#   tests/fuzz/differential/run.sh PROGRAM.py ARGUMENTS...
#
# As a test of Bazel, findings go to the test's outputs, and of n shards shard i
# takes the i-th range of programs.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
program="$here/$1"
shift
arguments=("$@")
if [[ -n ${TEST_SHARD_STATUS_FILE-} ]]; then touch "$TEST_SHARD_STATUS_FILE"; fi
if [[ ${program##*/} == fuzz.py ]]; then
  arguments+=("--findings=${TEST_UNDECLARED_OUTPUTS_DIR:-${TMPDIR:-/tmp}/findings}")
  arguments+=("--seed=$((1 + ${TEST_SHARD_INDEX:-0} * 1000000))")
fi
export PYTHONDONTWRITEBYTECODE=1
exec python3 "$program" ${arguments[@]+"${arguments[@]}"}
