#!/bin/sh
# What the container runs: the UI on a terminal, the UI in a browser without one, or the command that is given.
set -eu

settings=/app/config/settings.yaml

# A secret comes as a file, so that it is not in the container's configuration.
if [ -z "${MTF_SERVE_TOKEN:-}" ] && [ -s "${MTF_SERVE_TOKEN_FILE:-}" ]; then
    MTF_SERVE_TOKEN=$(cat "$MTF_SERVE_TOKEN_FILE")
    export MTF_SERVE_TOKEN
fi

case "${1:-}" in
'') ;;
-*) exec mtf-tui "$@" ;;
*) exec "$@" ;;
esac

if [ -f "$settings" ]; then
    set -- --config "$settings"
fi
if [ -t 0 ] && [ -t 1 ]; then
    exec mtf-tui "$@"
fi
exec mtf-tui serve --host 0.0.0.0 --port 8080 "$@"
