#!/usr/bin/env bash
# snippets_test.sh embedding.md tour.cc: each C++ block of the page that is
# introduced by "<!-- NAME -->" is what stands in tour.cc between "// [NAME]" and
# "// [end]", so what readers copy is what is compiled and run; and each snippet
# of tour.cc is shown.
set -euo pipefail

page="$1"
tour="$2"

# Without the indentation of the first line.
snippet() {
  awk -v name="// [$1]" '
    { line = $0; sub(/^ */, "", line) }
    line == "// [end]" { on = 0 }
    on {
      if (indent == "") { match($0, /^ */); indent = RLENGTH }
      print substr($0, 1, indent) ~ /^ *$/ ? substr($0, indent + 1) : $0
    }
    line == name { on = 1; indent = "" }' "$tour"
}

shown() {
  awk -v name="<!-- $1 -->" '
    $0 == name { found = 1; next }
    found && /^```/ { if (on) exit; on = 1; next }
    on' "$page"
}

failures=0
names="$(sed -n 's|^ *// \[\([a-z_]*\)\]$|\1|p' "$tour" | grep -vx end)"
for name in $names; do
  if ! difference="$(diff <(shown "$name") <(snippet "$name"))"; then
    echo "The snippet '$name' of embedding.md ('<') is not that of tour.cc ('>'):"
    echo "$difference"
    failures=1
  fi
done
while read -r name; do
  grep -qx "$name" <<<"$names" || {
    echo "embedding.md shows '$name', which tour.cc does not have."
    failures=1
  }
done < <(sed -n 's|^<!-- \([a-z_]*\) -->$|\1|p' "$page")
exit "$failures"
