#!/usr/bin/env bash
# sol2.sh INCLUDE [FLAG...]: instructions of the operations of
# benchmarks/embed:calls through sol2, by callgrind, as count.sh has them for
# this API and PUC Lua's.  INCLUDE is the folder "include" of a copy of sol2.
# All of its checks are on; -DUNCHECKED leaves them as sol2 has them by default.
set -euo pipefail

include="$1"
shift
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
# (Without debug information, which Debian's valgrind can't read.)
"${CXX:-clang++-22}" -std=c++20 -O2 -DNDEBUG -w -fno-pie -no-pie \
  -I "$(dirname "$0")/../.." -isystem "$include" "$@" -isystem /usr/include/lua5.4 \
  "$(dirname "$0")/sol2_calls.cc" -o "$scratch/calls" \
  -l:liblua5.4.a -lm -ldl

# instructions OPERATION ROUNDS
instructions() {
  valgrind --tool=callgrind --callgrind-out-file="$scratch/out" \
    "$scratch/calls" "$1" "$2" 2>"$scratch/log"
  awk '/^summary:|^totals:/ { print $2; exit }' "$scratch/out"
}

printf '%-12s %8s\n' operation sol2
for operation in empty_loop call_host call_lua read_field write_field \
  call_method; do
  few="$(instructions "$operation" 1000)"
  many="$(instructions "$operation" 2000)"
  printf '%-12s %8d\n' "$operation" "$(((many - few) / 1000))"
done
