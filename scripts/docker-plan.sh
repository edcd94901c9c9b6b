#!/bin/sh
# Run the plan of a settings file in a container, without a terminal; exits with the run's exit code.
# Usage: scripts/docker-plan.sh SETTINGS [MTF RUN OPTION ...]
# Data are read from the folder of the settings and below; MTF_DATA names another one, which is /app/data inside.
# Example: sh scripts/docker-plan.sh churn/settings.yaml --json
set -eu

case "${1:-}" in
-h | --help)
    sed -n '2,5s/^# //p' "$0"
    exit 0
    ;;
esac
if [ ! -f "${1:-}" ]; then
    echo "There is no settings file '${1:-}'. Usage: scripts/docker-plan.sh SETTINGS" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
directory=$(cd "$(dirname "$1")" && pwd)
name=$(basename "$1")
shift
exec sh "$here/docker-run.sh" --config "$directory" --data "${MTF_DATA:-$directory}" \
    mtf run "/app/config/$name" "$@" </dev/null
