# shellcheck shell=bash
# Shared by the scripts in tools/: where things are, messages, and Bazel with
# the settings that .bazelrc cannot express. Source it after setting `root` to
# the checkout.

: "${root:?set root to the checkout before sourcing common.sh}"
: "${HOME:=$(getent passwd "$(id -u)" | cut -d: -f6)}"
export HOME

# Build products that the scripts keep, in the checkout but not in git.
# shellcheck disable=SC2034  # used by the scripts that source this
build_dir="$root/.build"

# Compiled objects, keyed by content: shared by every checkout of this user.
# shellcheck disable=SC2034
disk_cache="${M3LUA_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/m3lua}/bazel"

# npm packages, keyed by their lock file (npm.sh; tools/bazel/npm.bzl tells
# Bazel the same path).
# shellcheck disable=SC2034
npm_cache="${M3LUA_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/m3lua}/npm"

say() { printf '%s\n' "$*" >&2; }

die() {
  say "m3lua: $*"
  exit 1
}

# run_bazel COMMAND ARGS...: Bazel in this checkout (or in the folder that the
# caller has in `workspace`), without colours, progress as plain lines.
run_bazel() {
  local command="$1"
  shift
  (cd "${workspace:-$root}" && bazel "$command" --disk_cache="$disk_cache" \
    --color=no --curses=no --show_progress_rate_limit=1 "$@")
}

# Removes what no build has written for four weeks from the disk cache. Bazel
# treats a missing entry as a miss.
prune_disk_cache() {
  [[ -d $disk_cache ]] || return 0
  find "$disk_cache" -type f -mtime +28 -delete 2>/dev/null || true
}

# The last progress line of a Bazel log, shortened: "[3 / 17] Compiling x.cc".
bazel_progress() {
  { grep -aE '^(\[|Loading|Analyzing|Starting)' "$1" || true; } | tail -n 1 |
    cut -c 1-76
}

# What remains of a Bazel log without progress, statistics and passed tests:
# messages of the compiler, output of failed tests.
bazel_messages() {
  grep -avE -e '^(\[[0-9,]+ / |Loading:|Analyzing:|Starting local Bazel|$)' \
    -e '^INFO: ([^F]|Found |From (Compiling|Linking))|^Executed ' \
    -e '^There were tests whose specified size' -e '^//.* PASSED in ' \
    -e '^ +/.*/test\.log$' -e '^FAILED: //.*\(Summary\)$|^  Stats over ' \
    "$1" || true
}

# with_progress LOG COMMAND...: runs a command whose output goes to LOG and
# shows how far it is on stderr: rewriting a line on a terminal, a new line now
# and then otherwise. Silent for the first two seconds.
with_progress() {
  local log="$1" ticker status=0
  shift
  (
    sleep 2
    while :; do
      if [[ -t 2 ]]; then
        printf '\r\033[K  %s' "$(bazel_progress "$log")" >&2
        sleep 1
      else
        printf '  %s\n' "$(bazel_progress "$log")" >&2
        sleep 20
      fi
    done
  ) &
  ticker=$!
  "$@" >"$log" 2>&1 || status=$?
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
  return "$status"
}
