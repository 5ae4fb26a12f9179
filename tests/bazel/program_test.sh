#!/usr/bin/env bash
# program_test.sh ECHO FAILING: the programs that lua_binary and lua_test make,
# started in the ways in which people start programs.
set -euo pipefail

echo_program="$1"
failing="$2"
failures=0

# expect WHAT EXPECTED ACTUAL
expect() {
  if [[ $3 != "$2" ]]; then
    printf '%s: expected\n%s\nbut got\n%s\n\n' "$1" "$2" "$3"
    failures=$((failures + 1))
  fi
}

# expect_in WHAT PART TEXT
expect_in() {
  if [[ $3 != *"$2"* ]]; then
    printf '%s: expected to see\n%s\nin\n%s\n\n' "$1" "$2" "$3"
    failures=$((failures + 1))
  fi
}

rest="variable: it's a \"good\" day
data: a line of data
module: 2 x 2"

expect "without arguments" "$rest" "$("$echo_program")"
expect "arguments with spaces, quotes, and an empty one" \
  "argument 1: a b
argument 2: it's
argument 3: 
argument 4: -l
$rest" "$("$echo_program" "a b" "it's" "" -l)"

# As data of this test: from another folder, by an absolute path.
start="$PWD"
work="$(mktemp -d "$TEST_TMPDIR/program_test.XXXXXX")"
expect "from another folder" "$rest" "$(cd "$work" && "$start/$echo_program")"
expect "by a relative path" "$rest" "$(cd tests && "../$echo_program")"

# By a link to it, with nothing in the environment that helps.
ln -s "$start/$echo_program" "$work/link"
expect "by a link" "$rest" "$(cd "$work" && env -u RUNFILES_DIR \
  -u TEST_SRCDIR -u RUNFILES_MANIFEST_FILE ./link)"

# Variables of another program's runfiles do not mislead it.
expect "RUNFILES_DIR of somebody else" "$rest" \
  "$(cd "$work" && RUNFILES_DIR="$work" "$start/$echo_program")"

# A copy that is nowhere near them says so.
cp -L "$echo_program" "$work/copy"
status=0
text="$(env -u RUNFILES_DIR -u TEST_SRCDIR "$work/copy" 2>&1)" || status=$?
expect "exit code without runfiles" 1 "$status"
expect_in "a copy without runfiles" "no runfiles" "$text"

status=0
"$echo_program" 42 >/dev/null || status=$?
expect "exit code of os.exit(42)" 42 "$status"

status=0
text="$("$failing" 2>&1)" || status=$?
expect "exit code of an error" 1 "$status"
expect_in "message" "failing: tests/bazel/geometry/angle.lua:9: no angle" "$text"
expect_in "traceback" "stack traceback:" "$text"
expect_in "traceback" "tests/bazel/failing.lua:4: in main chunk" "$text"

status=0
"$failing" exit || status=$?
expect "exit code of os.exit(3)" 3 "$status"

((failures == 0))
