#!/usr/bin/env bash
# python_test.sh SCRIPT [ARGS...]: see python_test.bzl.
set -euo pipefail
PYTHONDONTWRITEBYTECODE=1 exec python3 "$@"
