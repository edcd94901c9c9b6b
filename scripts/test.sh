#!/bin/sh
# Set everything up and run the tests, four files at once; arguments go to pytest (-n 0 runs them one after the other).
# Usage: scripts/test.sh [--all] [PYTEST ARGUMENT ...]      --all adds the slow tests
# Example: sh scripts/test.sh tests/engine -k wilson
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
-h | --help)
    sed -n '2,4s/^# //p' "$0"
    exit 0
    ;;
esac

sh scripts/setup.sh test docs
if [ "${1:-}" = --all ]; then
    shift
    exec .venv/bin/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder "$@"
fi
exec .venv/bin/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder -m "not slow" "$@"
