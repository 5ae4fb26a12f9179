#!/usr/bin/env bash
# repl_test.sh REPL INPUT EXPECTED: what the prompt answers.
set -euo pipefail
diff "$3" <("$1" <"$2") || {
  echo "the prompt's answers ('>') are not those of $3 ('<')" >&2
  exit 1
}
