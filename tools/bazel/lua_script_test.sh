#!/usr/bin/env bash
# lua_script_test.sh ENGINE SCRIPT [ARGS...]: see lua_test.bzl.
set -euo pipefail

engine="$(readlink -f "$1")"
script="$2"
shift 2

work="$(mktemp -d "${TEST_TMPDIR:-${TMPDIR:-/tmp}}/lua_script_test.XXXXXX")"
trap 'rm -rf "$work"' EXIT
# Links, one a file: the script's folder in the runfiles is not to be written.
cp -rsL "$PWD/$(dirname "$script")/." "$work/"
cd "$work"

unset "${!LUA_@}"
export LUA_PATH="./?.lua;./?/init.lua" TMPDIR="$work"
"$engine" "$(basename "$script")" "$@" </dev/null
