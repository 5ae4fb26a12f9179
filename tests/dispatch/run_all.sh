#!/usr/bin/env bash
# Runs tests of the language under one dispatch strategy.
#
#   run_all.sh STRATEGY ENGINE [--scripts S.lua...] [--programs P.lua...]
#              [--modules M.lua...] [--drivers D.lua...] [--unit-tests TEST...]
#
# Scripts have to exit with 0, programs to do what they do under PUC Lua
# (tests/differential/run.sh), drivers too and without failing (with the modules
# beside them), unit tests to pass.
set -euo pipefail

export M3LUA_DISPATCH="$1"
engine="$2"
shift 2

kind=""
scripts=() programs=() modules=() drivers=() unit_tests=()
for argument; do
  case "$argument" in
    --*) kind="$argument" ;;
    *)
      case "$kind" in
        --scripts) scripts+=("$argument") ;;
        --programs) programs+=("$argument") ;;
        --modules) modules+=("$argument") ;;
        --drivers) drivers+=("$argument") ;;
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
if ((${#programs[@]})); then
  try tests/differential/run.sh "$engine" "${programs[@]}"
fi
if ((${#drivers[@]})); then
  MODULES="${modules[*]}" MUST_SUCCEED=1 \
    try tests/differential/run.sh "$engine" "${drivers[@]}"
fi
for unit_test in "${unit_tests[@]}"; do try "$unit_test"; done

((ran > 0)) || failed+=("nothing was to be run")
echo "$ran runs under $M3LUA_DISPATCH, ${#failed[@]} failed: ${failed[*]-}"
((${#failed[@]} == 0))
