#!/usr/bin/env bash
# Runs Lua programs on an engine and on PUC Lua and compares what they do.
#
#   tests/differential/run.sh ENGINE PROGRAM.lua...
#
# Each program runs alone in an empty folder, called by its base name, with an
# empty standard input, the time zone UTC and no LUA_* variables; both engines
# are called "lua", so messages that name the program agree. Exit code, standard
# output and standard error must be equal, once addresses (0x55d0…) are masked.
#
#   LUA_REFERENCE     the other engine                     (default: lua5.4)
#   PROGRAM_SECONDS   limit for one run of one program     (default: 60)
#   MUST_SUCCEED      1: the programs are to end with 0; two that fail alike,
#                     say for want of a package, are not the same
#   MODULES           Lua files, separated by spaces, that each program finds in
#                     its folder                           (default: none)
#
# Bazel's differential_test (//tools/bazel:lua_test.bzl) calls it with
# sharding: of n shards, shard i runs every n-th program.
set -euo pipefail

diff_lines=20  # of each difference that are shown

if (($# < 2)); then
  sed -n 's/^# \{0,1\}//p' "$0" | head -n 20 >&2
  exit 2
fi
engine="$(readlink -f "$(command -v "$1")")"
shift
reference="$(command -v "${LUA_REFERENCE:-lua5.4}")" || {
  echo "no ${LUA_REFERENCE:-lua5.4} to compare with" >&2
  exit 2
}
seconds="${PROGRAM_SECONDS:-60}"
read -ra modules <<<"${MODULES-}"
tmp="$(mktemp -d "${TEST_TMPDIR:-${TMPDIR:-/tmp}}/differential.XXXXXX")"
trap 'rm -rf "$tmp"' EXIT

unset "${!LUA_@}"
export TZ=UTC LC_ALL=C

# run_one INTERPRETER PROGRAM NAME: leaves $tmp/NAME.{stdout,stderr,exit}.
run_one() {
  local status=0
  rm -rf "$tmp/work"
  mkdir "$tmp/work"
  cp "$2" "${modules[@]}" "$tmp/work/"
  (
    cd "$tmp/work"
    # The inner shell names the interpreter "lua" (argv[0]).
    TMPDIR="$PWD" timeout --kill-after=5 "$seconds" bash -c \
      'exec -a lua "$@"' _ "$1" "$(basename "$2")"
  ) </dev/null >"$tmp/raw.stdout" 2>"$tmp/raw.stderr" || status=$?
  ((status != 124)) || echo "(no end within $seconds s)" >>"$tmp/raw.stderr"
  echo "exit code $status" >"$tmp/$3.exit"
  local stream
  for stream in stdout stderr; do
    sed -E 's/0x[0-9a-f]{6,}/0xADDRESS/g' "$tmp/raw.$stream" \
      >"$tmp/$3.$stream"
  done
}

shards="${TEST_TOTAL_SHARDS:-1}"
shard="${TEST_SHARD_INDEX:-0}"
if [[ -n ${TEST_SHARD_STATUS_FILE-} ]]; then touch "$TEST_SHARD_STATUS_FILE"; fi

index=0
count=0
different=0
for program in "$@"; do
  ((index++ % shards == shard)) || continue
  count=$((count + 1))
  [[ -r $program ]] || {
    echo "cannot read $program" >&2
    exit 2
  }
  run_one "$reference" "$program" expected
  run_one "$engine" "$program" actual
  bad=""
  for stream in exit stdout stderr; do
    cmp -s "$tmp/expected.$stream" "$tmp/actual.$stream" && continue
    bad=1
    echo "DIFFERENT $program: $stream (- ${reference##*/}, + ours)"
    { diff -a -U 2 "$tmp/expected.$stream" "$tmp/actual.$stream" || true; } |
      tail -n +3 | cut -c 1-200 | sed -n "1,${diff_lines}p;$((diff_lines + 1))s/.*/  …/p"
  done
  if [[ -z $bad && ${MUST_SUCCEED-} == 1 && "$(<"$tmp/expected.exit")" != *" 0" ]]; then
    bad=1
    echo "FAILS on both engines: $program, with $(<"$tmp/expected.exit")"
    tail -n "$diff_lines" "$tmp/expected.stderr"
  fi
  if [[ -n $bad ]]; then
    different=$((different + 1))
  else
    echo "same      $program"
  fi
done
echo "$((count - different)) programs same, $different different"
((different == 0))
