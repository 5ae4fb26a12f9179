#!/usr/bin/env bash
# count.sh CALLS: instructions of each operation of benchmarks/embed:calls, by
# callgrind: two runs that differ in 1,000 operations.
#
#   bazel build --config=opt //benchmarks/embed:calls
#   benchmarks/embed/count.sh bazel-bin/benchmarks/embed/calls
set -euo pipefail

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
# (Debian's valgrind can't read the debug information of clang 22.)
calls="$scratch/calls"
llvm-strip-22 -g -o "$calls" "$1"

# instructions API OPERATION ROUNDS
instructions() {
  valgrind --tool=callgrind --callgrind-out-file="$scratch/out" \
    "$calls" "--count=$1" "$2" "$3" 2>"$scratch/log"
  awk '/^summary:|^totals:/ { print $2; exit }' "$scratch/out"
}

printf '%-12s %8s %8s %7s\n' operation m3lua puc ratio
for operation in empty_loop call_host call_lua read_field write_field \
  call_method; do
  per=()
  for api in ours puc; do
    few="$(instructions "$api" "$operation" 1000)"
    many="$(instructions "$api" "$operation" 2000)"
    per+=("$(((many - few) / 1000))")
  done
  printf '%-12s %8d %8d %7s\n' "$operation" "${per[@]}" \
    "$(awk "BEGIN { printf \"%.2f\", ${per[1]} / ${per[0]} }")"
done
