# shellcheck shell=bash
# Installs what tests/ecosystem/typescript/package-lock.json lists: compilers to
# Lua, whose output the tests run. Source common.sh and packages.sh first.
#
# The packages are kept outside the checkout, in npm/HASH of the cache, HASH
# being that of the lock file; compile.sh beside that file finds them there.

: "${root:?}" "${npm_cache:?}"

npm_sources="$root/tests/ecosystem/typescript"

# ensure_npm_packages: installs them; quick when they are there.
ensure_npm_packages() {
  local target partial log
  target="$npm_cache/$(sha256sum <"$npm_sources/package-lock.json" | cut -c 1-16)"
  [[ ! -x $target/node ]] || return 0
  # Debian's npm depends on very many packages: only where there is no other.
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    install_packages nodejs npm || return 1
  fi
  say "m3lua: installing the npm packages of ${npm_sources#"$root"/}"
  mkdir -p "$npm_cache"
  partial="$(mktemp -d "$npm_cache/partial.XXXXXX")"
  log="$partial/npm.log"
  cp "$npm_sources/package.json" "$npm_sources/package-lock.json" "$partial"
  if ! (cd "$partial" && npm ci --ignore-scripts --no-audit --no-fund) \
    >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -rf "$partial"
    say "m3lua: npm could not install them"
    return 1
  fi
  ln -s "$(command -v node)" "$partial/node"
  # Another run may have been quicker; its packages are the same.
  mv -T "$partial" "$target" 2>/dev/null || rm -rf "$partial"
}
