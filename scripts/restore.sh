#!/bin/sh
# Put runs of an archive made by scripts/backup.sh back. A run that is there already is kept as it is.
# Usage: scripts/restore.sh ARCHIVE.tar.gz
# Runs go where `mtf doctor` says; set MTF_HOME for another place.
# Example: sh scripts/restore.sh ~/mtf-runs.tar.gz
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)

case "${1:-}" in
-h | --help)
    sed -n '2,5s/^# //p' "$0"
    exit 0
    ;;
esac
archive=${1:-}
if [ ! -f "$archive" ]; then
    echo "there is no archive '$archive'" >&2
    exit 2
fi

PATH=$here/.venv/bin:$PATH
if ! command -v mtf >/dev/null 2>&1; then
    echo "mtf is not installed; sh scripts/setup.sh does that for this checkout" >&2
    exit 2
fi
runs=$(mtf doctor --json | python3 -c 'import json, sys; print(next(row["what"] for row in json.load(sys.stdin) if row["topic"] == "runs"))')
mkdir -p "$runs"

# Unpacked beside their place, unless something in it would reach out of there, and then renamed one by one.
temporary=$(mktemp -d "$runs/.restore-XXXXXX")
trap 'rm -rf "$temporary"' EXIT
trap 'exit 130' INT TERM
python3 - "$archive" "$temporary" <<'PYTHON'
import sys
import tarfile
from pathlib import PurePosixPath


def stays_inside(name):
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


try:
    with tarfile.open(sys.argv[1]) as archive:
        for member in archive:
            # Cells that two runs share are hard links to each other.
            plain = member.isreg() or member.isdir() or (member.islnk() and stays_inside(member.linkname))
            if not plain or not stays_inside(member.name):
                raise tarfile.ReadError(f"{member.name!r} is nothing that scripts/backup.sh writes")
        # Before Python 3.11.4 there is no such filter.
        archive.extractall(sys.argv[2], **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
except (tarfile.TarError, EOFError, OSError) as error:
    sys.exit(f"{sys.argv[1]} can't be unpacked: {error}")
PYTHON

restored=0
for directory in "$temporary"/*/; do
    run=$(basename "$directory")
    if [ ! -f "$directory/events.jsonl" ]; then
        echo "skipped $run: not a run" >&2
    elif [ -e "$runs/$run" ]; then
        echo "skipped $run: it is there already" >&2
    else
        mv "$directory" "$runs/$run"
        restored=$((restored + 1))
    fi
done
echo "$restored runs restored to $runs"
