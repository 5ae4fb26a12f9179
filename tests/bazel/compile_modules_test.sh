#!/usr/bin/env bash
# compile_modules_test.sh COMPILER: what lua_embed says of wrong sources.
set -euo pipefail

compiler="$PWD/$1"
failures=0
cd "$(mktemp -d "$TEST_TMPDIR/compile_modules_test.XXXXXX")"

# expect WHAT STATUS OUTPUT ARGUMENTS...: of the compiler.
expect() {
  local what="$1" wanted="$2" output="$3" status=0 text
  shift 3
  text="$("$compiler" "$@" 2>&1)" || status=$?
  if [[ $status != "$wanted" || $text != "$output" ]]; then
    printf '%s: expected exit code %s and\n%s\nbut got %s and\n%s\n\n' \
      "$what" "$wanted" "$output" "$status" "$text"
    failures=$((failures + 1))
  fi
}

long="a_path_that_is_longer/than_what_messages_of_lua_have/room_for"
mkdir -p "$long"
printf 'return {}\n' | tee good.lua >other.lua
printf 'local x = 1\n\nx = = 2\n' >bad.lua
printf 'goto nowhere\n' >"$long/worse.lua"
printf '\033Lua' >binary.lua

expect "a correct file" 0 "" \
  out.cc debug good @good.lua good.lua
expect "all syntax errors, each with its file and line" 1 \
  "bad.lua:3: unexpected symbol near '='
$long/worse.lua:2: no visible label 'nowhere' for <goto> at line 1" \
  bad.cc debug good @good.lua good.lua bad @bad.lua bad.lua \
  long.worse "@$long/worse.lua" "$long/worse.lua"
expect "the same where sources are kept as text" 1 \
  "bad.lua:3: unexpected symbol near '='" bad.cc source bad @bad.lua bad.lua
expect "the same where nothing is wanted" 1 \
  "bad.lua:3: unexpected symbol near '='" bad.cc check bad @bad.lua bad.lua
expect "two files for one module" 1 \
  "two files for module 'm': good.lua and other.lua" \
  bad.cc debug m @good.lua good.lua m @other.lua other.lua
expect "no file" 1 "cannot read none.lua: No such file or directory" \
  bad.cc debug none @none.lua none.lua
expect "a binary chunk" 1 "binary.lua: a binary chunk; sources are wanted" \
  bad.cc debug binary @binary.lua binary.lua
expect "an unknown form" 1 "no form 'exe'" bad.cc exe good @good.lua good.lua
expect "an output that can't be written" 1 \
  "cannot write no/folder.cc: No such file or directory" \
  no/folder.cc debug good @good.lua good.lua
if [[ -e bad.cc ]]; then
  echo "an output was written in spite of errors"
  failures=$((failures + 1))
fi

printf '%s\n' check.txt check good @good.lua good.lua >arguments
expect "arguments in a file" 0 "" @arguments
[[ -e check.txt && ! -s check.txt ]] || {
  echo "the form check: an empty output"
  failures=$((failures + 1))
}

((failures == 0))
