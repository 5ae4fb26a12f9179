#!/usr/bin/env bash
# A lua_binary or lua_test (lua/bazel/defs.bzl): runs a Lua program, with its
# modules, out of its runfiles.
set -euo pipefail

# Filled in by the rule; paths are those in the runfiles.
readonly workspace=@WORKSPACE@
readonly interpreter=@INTERPRETER@
readonly main=@MAIN@
readonly folders=(@FOLDERS@)
readonly environment=(@ENVIRONMENT@)

# Where the runfiles are: beside this script or, if another program brings it,
# in that one's, which have it as a link.
find_runfiles() {
  local script="$0" target
  [[ $script == /* ]] || script="$PWD/$script"
  while :; do
    if [[ -e $script.runfiles/$interpreter ]]; then
      runfiles="$script.runfiles"
      return
    fi
    if [[ $script =~ ^(.*\.runfiles)/ && -e ${BASH_REMATCH[1]}/$interpreter ]]; then
      runfiles="${BASH_REMATCH[1]}"
      return
    fi
    [[ -L $script ]] || break
    target="$(readlink "$script")"
    [[ $target == /* ]] || target="${script%/*}/$target"
    script="$target"
  done
  for runfiles in "${RUNFILES_DIR-}" "${TEST_SRCDIR-}"; do
    if [[ -n $runfiles && -e $runfiles/$interpreter ]]; then return; fi
  done
  echo "$0: no runfiles; build it with Bazel, or start it where Bazel put it" >&2
  exit 1
}

runfiles=
find_runfiles
[[ $runfiles == /* ]] || runfiles="$PWD/$runfiles"
export RUNFILES_DIR="$runfiles"

# path FILE: relative where that is possible, which is shorter in messages.
here=
[[ . -ef $runfiles/$workspace ]] && here=yes
path() {
  if [[ -z $here ]]; then
    echo "$runfiles/$1"
  elif [[ $1 == "$workspace"/* ]]; then
    echo "${1#"$workspace"/}"
  elif [[ $1 == "$workspace" ]]; then
    echo .
  else
    echo "../$1"
  fi
}

package_path=
for folder in ${folders[@]+"${folders[@]}"}; do
  folder="$(path "$folder")/"
  folder="${folder#./}"
  package_path+="${package_path:+;}${folder}?.lua;${folder}?/init.lua"
done

for variable in ${environment[@]+"${environment[@]}"}; do
  export "${variable?}"
done

# (-E: whatever LUA_PATH and LUA_INIT say.)
exec -a "${0##*/}" "$runfiles/$interpreter" -E \
  -e "package.path, package.cpath = [==[$package_path]==], ''" \
  -- "$(path "$main")" "$@"
