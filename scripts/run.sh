#!/bin/sh
# Set everything up and run the demo: on a terminal live in the UI, without one (or with options) headless.
# Usage: scripts/run.sh [MTF DEMO OPTION ...]
# Example: sh scripts/run.sh --workers 2
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
-h | --help)
    sed -n '2,4s/^# //p' "$0"
    exit 0
    ;;
esac

sh scripts/setup.sh
if [ $# -eq 0 ] && [ -t 0 ] && [ -t 1 ]; then
    exec .venv/bin/mtf-tui demo
fi
exec .venv/bin/mtf demo "$@"
