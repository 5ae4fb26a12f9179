#!/usr/bin/env bash
# compile.sh CACHE_FILE FOLDER OUTPUT...: compile.js with the npm packages of
# FOLDER's lock file, which tools/lib/npm.sh put in the cache that CACHE_FILE
# names.
set -euo pipefail

cache="$(<"$1")"
folder="$2"
shift 2
packages="$cache/$(sha256sum <"$folder/package-lock.json" | cut -c 1-16)"
[[ -x $packages/node ]] || {
  echo "TypeScriptToLua is not installed: run tools/test packages" \
    "(it looks for $packages)" >&2
  exit 1
}
"$packages/node" "$folder/compile.js" "$packages" "$@"
