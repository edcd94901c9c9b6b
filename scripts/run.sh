#!/bin/sh
# Set everything up and run the demo: real models tested on bundled real data.
# Usage: scripts/run.sh [MTF RUN OPTION ...]
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
exec .venv/bin/mtf demo "$@"
