#!/bin/sh
# Set up .venv of this checkout with MTF and the named dependency groups; does nothing when it is up to date.
# Usage: scripts/setup.sh [GROUP ...]      groups: test, check, docs, build, delivery, release
# Versions and hashes come from requirements/*.txt (or the folder MTF_REQUIREMENTS); PYTHON names the interpreter.
# Example: sh scripts/setup.sh test check
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
-h | --help)
    sed -n '2,5s/^# //p' "$0"
    exit 0
    ;;
esac

requirements=${MTF_REQUIREMENTS:-requirements}
for group in program build "$@"; do
    if [ ! -f "$requirements/$group.txt" ]; then
        echo "$requirements/$group.txt does not exist: '$group' is no dependency group (see scripts/setup.sh --help)" >&2
        exit 2
    fi
done

find_python() {
    for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 python; do
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

install() {
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"
}

# The stamp is what the environment was made from; an equal one means there is nothing to do.
stamp=.venv/mtf-setup
wanted=$(cksum <pyproject.toml; cat "$requirements"/*.txt | cksum)
if [ "$(cat "$stamp-core" 2>/dev/null)" != "$wanted" ]; then
    echo "setting up .venv: the program (a few minutes the first time)" >&2
    install --require-hashes -r "$requirements/program.txt" -r "$requirements/build.txt"
    install --no-deps --no-build-isolation --editable .
    printf '%s' "$wanted" >"$stamp-core"
fi
for group in "$@"; do
    if [ "$(cat "$stamp-$group" 2>/dev/null)" != "$wanted" ]; then
        echo "setting up .venv: $group" >&2
        install --require-hashes -r "$requirements/$group.txt"
        printf '%s' "$wanted" >"$stamp-$group"
    fi
done
