#!/bin/sh
# Check style, types and layering: ruff, mypy strict, import-linter, shell scripts' syntax.
# Usage: scripts/check.sh [--fix]      --fix lets ruff mend what it can
# Example: sh scripts/check.sh --fix
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
-h | --help)
    sed -n '2,4s/^# //p' "$0"
    exit 0
    ;;
esac

sh scripts/setup.sh test check
if [ "${1:-}" = --fix ]; then
    .venv/bin/ruff check --fix .
    .venv/bin/ruff format .
fi
.venv/bin/ruff check .
.venv/bin/ruff format --check .
.venv/bin/mypy
.venv/bin/lint-imports
for script in scripts/*.sh .ci/run; do
    sh -n "$script"
done
