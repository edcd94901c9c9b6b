#!/bin/sh
# Set up .venv of this checkout with MTF and the named dependency groups; does nothing when it is up to date.
# Usage: scripts/setup.sh [GROUP ...]      groups: test, check, docs
# Example: sh scripts/setup.sh test check
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
-h | --help)
    sed -n '2,4s/^# //p' "$0"
    exit 0
    ;;
esac

find_python() {
    for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "MTF needs Python 3.11 or newer, and none is on PATH. Install one, or set PYTHON to its path." >&2
    exit 2
}

if [ ! -x .venv/bin/python ]; then
    python=$(find_python)
    if ! "$python" -m venv .venv; then
        rm -rf .venv
        echo "$python can't make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2
        exit 2
    fi
fi

# The stamp is what the environment was made from; an equal one means there is nothing to do.
stamp=.venv/mtf-setup
wanted=$(cat pyproject.toml | cksum; cat requirements/*.txt 2>/dev/null | cksum)
for group in core "$@"; do
    if [ "$(cat "$stamp-$group" 2>/dev/null)" = "$wanted" ]; then
        continue
    fi
    echo "setting up .venv: $group" >&2
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
    if [ "$group" = core ]; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable .
    else
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --group "$group"
    fi
    printf '%s' "$wanted" >"$stamp-$group"
done
