#!/usr/bin/env bash
# Runs tests of the language under one dispatch strategy.
#
#   run_all.sh STRATEGY ENGINE --scripts S.lua... --programs P.lua...
#              --unit-tests TEST...
#
# Scripts have to exit with 0, programs to do what they do under PUC Lua
# (tests/differential/run.sh), unit tests to pass.
set -euo pipefail

export M3LUA_DISPATCH="$1"
engine="$2"
shift 2

kind=""
scripts=() programs=() unit_tests=()
for argument; do
  case "$argument" in
    --*) kind="$argument" ;;
    *)
      case "$kind" in
        --scripts) scripts+=("$argument") ;;
        --programs) programs+=("$argument") ;;
        --unit-tests) unit_tests+=("$argument") ;;
      esac
      ;;
  esac
done

# An unknown strategy ends the engine.
"$engine" -e ""

ran=0
failed=()
# try COMMAND...: shows the output if it fails.
try() {
  local output
  ran=$((ran + 1))
  if ! output="$("$@" 2>&1)"; then
    failed+=("${*: -1}")
    printf '%s\n\n' "$output"
  fi
}
for script in "${scripts[@]}"; do
  try tools/bazel/lua_script_test.sh "$engine" "$script"
done
try tests/differential/run.sh "$engine" "${programs[@]}"
for unit_test in "${unit_tests[@]}"; do try "$unit_test"; done

echo "$ran runs under $M3LUA_DISPATCH, ${#failed[@]} failed: ${failed[*]-}"
((${#failed[@]} == 0))
