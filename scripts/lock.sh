#!/bin/sh
# Write the exact, hashed versions that scripts, image and CI install: one file per dependency group.
# Usage: scripts/lock.sh [--upgrade | --minimum] [--output DIRECTORY]
# Without an option, versions change only where pyproject.toml asks for it. --upgrade takes the newest versions,
# --minimum the oldest that pyproject.toml allows; --output writes elsewhere than requirements/.
# Example: sh scripts/lock.sh --minimum --output build/minimum && MTF_REQUIREMENTS=build/minimum sh scripts/test.sh
set -eu
cd "$(dirname "$0")/.."

upgrade=''
minimum=''
output=requirements
groups='build test check docs delivery release'
while [ $# -gt 0 ]; do
    case "$1" in
    -h | --help)
        sed -n '2,6s/^# //p' "$0"
        exit 0
        ;;
    --upgrade) upgrade=--upgrade ;;
    --minimum) minimum=yes ;;
    --output)
        [ $# -ge 2 ] || { echo "--output needs a directory" >&2; exit 2; }
        output=$2
        shift
        ;;
    *)
        echo "unknown option: $1 (see scripts/lock.sh --help)" >&2
        exit 2
        ;;
    esac
    shift
done

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
trap 'exit 130' INT TERM

# The lock names no index and no host: each machine asks its own, and the hashes decide what is taken.
uv=$(command -v uv || true)
if [ -z "$uv" ]; then
    echo "making a temporary environment for uv" >&2
    "${PYTHON:-python3}" -m venv "$temporary/venv"
    "$temporary/venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
    uv=$temporary/venv/bin/uv
fi

compile() {
    # shellcheck disable=SC2086  # an empty option is no option
    "$uv" pip compile --quiet --no-config --universal --python-version 3.11 $upgrade --no-emit-index-url --no-annotate \
        --custom-compile-command 'sh scripts/lock.sh' "$@"
}

mkdir -p "$output"

# One resolution of everything first, so that the files agree with each other.
options=''
if [ -n "$minimum" ]; then
    # Tools stay new: what is asked is whether the program works with the oldest versions that it allows.
    compile --resolution lowest-direct --no-header pyproject.toml --output-file "$temporary/oldest.txt"
    options="--constraints $temporary/oldest.txt"
elif [ -z "$upgrade" ]; then
    cat "$output"/*.txt >"$temporary/all.txt" 2>/dev/null || true
fi
for group in $groups; do
    options="$options --group $group"
done
# shellcheck disable=SC2086  # group names have no spaces
compile $options --no-header pyproject.toml --output-file "$temporary/all.txt"

compile --generate-hashes --constraints "$temporary/all.txt" pyproject.toml \
    --output-file "$output/program.txt"
for group in $groups; do
    compile --generate-hashes --constraints "$temporary/all.txt" --group "$group" \
        --output-file "$output/$group.txt"
done
