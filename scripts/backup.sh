#!/bin/sh
# Write all runs, or some, into one archive. What can be made again (the cache) is left out.
# Usage: scripts/backup.sh ARCHIVE.tar.gz [RUN-ID ...]
# Runs are found where `mtf doctor` says; set MTF_HOME for another place. Live runs are refused when they are asked
# for by id, and skipped otherwise.
# Example: sh scripts/backup.sh ~/mtf-runs.tar.gz
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)

case "${1:-}" in
-h | --help)
    sed -n '2,6s/^# //p' "$0"
    exit 0
    ;;
'' | -*)
    echo "Name the archive to write: scripts/backup.sh ARCHIVE.tar.gz" >&2
    exit 2
    ;;
esac
archive=$1
shift
if [ -e "$archive" ]; then
    echo "$archive is there already; name another archive" >&2
    exit 2
fi

PATH=$here/.venv/bin:$PATH
if ! command -v mtf >/dev/null 2>&1; then
    echo "mtf is not installed; sh scripts/setup.sh does that for this checkout" >&2
    exit 2
fi
field() {
    python3 -c 'import json, sys; print(*[row[sys.argv[3]] for row in json.load(sys.stdin) if row[sys.argv[1]] in sys.argv[2].split()], sep="\n")' "$@"
}
runs=$(mtf doctor --json | field topic runs what)
if [ ! -d "$runs" ]; then
    echo "there are no runs in $runs" >&2
    exit 2
fi
live=$(mtf runs --json | field status 'starting preparing running paused scoring' id)

asked=$*
if [ $# -eq 0 ]; then
    for directory in "$runs"/*/; do
        [ -d "$directory" ] && set -- "$@" "$(basename "$directory")"
    done
fi
chosen=''
for run in "$@"; do
    case "$run" in
    */* | .* | -*)
        echo "$run is not the id of a run" >&2
        exit 2
        ;;
    esac
    if [ ! -d "$runs/$run" ]; then
        echo "there is no run $run in $runs" >&2
        exit 2
    fi
    if printf '%s\n' "$live" | grep -qxF "$run"; then
        if [ -n "$asked" ]; then
            echo "$run is live; wait for it, or pause and cancel it first" >&2
            exit 2
        fi
        echo "skipped $run: it is live" >&2
        continue
    fi
    chosen="$chosen $run"
done
if [ -z "$chosen" ]; then
    echo "there is nothing to back up in $runs" >&2
    exit 2
fi

# Written beside its place and then renamed, so that an archive that is there is whole.
temporary=$archive.part
trap 'rm -f "$temporary"' EXIT
trap 'exit 130' INT TERM
# shellcheck disable=SC2086  # ids have no spaces
tar -C "$runs" -czf "$temporary" $chosen
mv "$temporary" "$archive"
# shellcheck disable=SC2086
set -- $chosen
echo "$# runs in $archive"
