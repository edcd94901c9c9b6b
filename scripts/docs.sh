#!/bin/sh
# Set everything up and build the documentation into docs/_build/html; any warning is an error.
# Usage: scripts/docs.sh [SPHINX OPTION ...]
# Example: sh scripts/docs.sh -E
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
-h | --help)
    sed -n '2,4s/^# //p' "$0"
    exit 0
    ;;
esac

sh scripts/setup.sh docs
exec .venv/bin/python -m sphinx -n -W --keep-going -b html "$@" docs docs/_build/html
