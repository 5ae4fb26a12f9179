# shellcheck shell=bash
# Installs what tools/packages.txt lists. Source common.sh first.

: "${root:?}"

# listed_packages GROUP...: the packages of these groups, one a line.
listed_packages() {
  awk -v groups=" $* " '
    { sub(/#.*/, ""); gsub(/[ \t]+/, "") }
    /^\[.*\]$/ { on = index(groups, " " substr($0, 2, length($0) - 2) " "); next }
    on && NF
  ' "$root/tools/packages.txt"
}

# missing_packages GROUP...: those that are not installed.
missing_packages() {
  # dpkg-query, not the shell, expands ${…}.
  # shellcheck disable=SC2016
  comm -23 <(listed_packages "$@" | sort) <(
    listed_packages "$@" |
      xargs dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null |
      sed -n 's/^installed //p' | sort
  )
}

# ensure_packages GROUP...: installs what is missing; quick when nothing is.
ensure_packages() {
  local -a missing
  if ! command -v dpkg-query >/dev/null; then
    say "m3lua: not a Debian system; tools/packages.txt says what is needed"
    return 0
  fi
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  install_packages "${missing[@]}"
}

# install_packages PACKAGE...: with apt-get.
install_packages() {
  local -a as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || die "run as root: apt-get install $*"
    as_root=(sudo)
  fi
  say "m3lua: installing $# Debian packages: $*"
  local log
  log="$(mktemp)"
  # A source that is out of reach does not matter if the others serve.
  "${as_root[@]}" apt-get update >"$log" 2>&1 || true
  if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends \
    -o DPkg::Lock::Timeout=300 "$@" >>"$log" 2>&1; then
    tail -n 40 "$log" >&2
    rm -f "$log"
    die "installing packages failed"
  fi
  rm -f "$log"
}
