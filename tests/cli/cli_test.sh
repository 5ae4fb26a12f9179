#!/usr/bin/env bash
# cli_test.sh LUA LUAC: see cli_test.py. (Bazel's own Python rules want a
# toolchain; this wants python3.)
set -euo pipefail
exec python3 "$(dirname "$0")/cli_test.py" "$@"
