#!/usr/bin/env bash
# compile_cost.sh [ROUNDS]: what the embedding API's headers cost a translation
# unit, in user seconds of the compiler, the best of ROUNDS (5).
#
#   benchmarks/embed/compile_cost.sh
#
# Every row compiles the same class; `over` is the time that the row takes over
# the first one, which includes nothing.
#
#   no header             the class alone
#   type.h, describes     describes a type of three members and a constructor
#   statusor.h alone      absl/status/statusor.h, nothing of this API
#   state.h, runs         makes a state, registers the type there, runs code
#   lua.h, runs           the same with all of the API
#   lua.h precompiled     the same again, lua.h by way of a precompiled header
#
# CXX and CXXFLAGS may be set; a precompiled header is clang's.
set -euo pipefail

cd "$(dirname "$0")/../.."
rounds="${1:-5}"
cxx="${CXX:-clang++-22}"
read -ra flags <<<"-std=c++20 -O2 ${CXXFLAGS:-} -I."
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT

readonly CLASS='
struct Vec {
  double x = 0, y = 0;
  double Length2() const { return x * x + y * y; }
};
double Use(Vec v) { return v.Length2(); }'
readonly TYPE='m3lua::Class<Vec>("Vec")
    .Constructor<double, double>()
    .Field("x", &Vec::x)
    .Field("y", &Vec::y)
    .Method("length2", &Vec::Length2)'
readonly DESCRIBE="m3lua::TypeDescription Describe() { return $TYPE; }"
readonly RUN="bool Run(const char* code) {
  m3lua::Lua lua;
  return lua.Register($TYPE).ok() && lua.RunString(code).ok();
}"

# user_seconds FLAG...: of one run of the compiler.
user_seconds() {
  local TIMEFORMAT=%U
  { time "$cxx" "${flags[@]}" "$@" 2>"$scratch/log"; } 2>&1 || {
    cat "$scratch/log" >&2
    return 1
  }
}

# row NAME CODE FLAG...: prints the best of the rounds.
base=''
row() {
  local name="$1" code="$2" best='' seconds
  shift 2
  printf '%s\n' "$code" >"$scratch/unit.cc"
  for ((i = 0; i < rounds; ++i)); do
    seconds="$(user_seconds "$@" -c "$scratch/unit.cc" -o "$scratch/unit.o")"
    best="$(awk -v a="${best:-$seconds}" -v b="$seconds" \
      'BEGIN { print (a < b ? a : b) }')"
  done
  base="${base:-$best}"
  awk -v name="$name" -v s="$best" -v base="$base" \
    'BEGIN { printf "%-20s %8.2f %8.2f\n", name, s, s - base }'
}

printf '%-20s %8s %8s\n' 'translation unit' seconds over
row 'no header' "$CLASS"
row 'type.h, describes' "#include \"lua/embed/type.h\"
$CLASS
$DESCRIBE"
row 'statusor.h alone' "#include \"absl/status/statusor.h\"
$CLASS"
row 'state.h, runs' "#include \"lua/embed/state.h\"
$CLASS
$RUN"
all="#include \"lua/embed/lua.h\"
$CLASS
$RUN"
row 'lua.h, runs' "$all"
"$cxx" "${flags[@]}" -x c++-header -fpch-instantiate-templates \
  lua/embed/lua.h -o "$scratch/lua.pch" 2>"$scratch/log" ||
  { cat "$scratch/log" >&2; exit 1; }
row 'lua.h precompiled' "$all" -include-pch "$scratch/lua.pch"
