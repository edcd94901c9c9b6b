#!/bin/sh
# Build the wheel and the source distribution into dist/ and look at what is in them.
# Usage: scripts/build.sh [--reproducible]      --reproducible builds again from a copy and compares byte for byte
# Example: sh scripts/build.sh --reproducible
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
-h | --help)
    sed -n '2,4s/^# //p' "$0"
    exit 0
    ;;
'' | --reproducible) ;;
*)
    echo "unknown option: $1 (see scripts/build.sh --help)" >&2
    exit 2
    ;;
esac

sh scripts/setup.sh build delivery
rm -rf dist
.venv/bin/python -m build --no-isolation --outdir dist .
.venv/bin/twine check --strict dist/*
.venv/bin/check-wheel-contents dist/*.whl

if [ "${1:-}" = --reproducible ]; then
    if [ -n "$(git status --porcelain)" ]; then
        echo "--reproducible compares with the last commit, and there are changes beside it; commit them first" >&2
        exit 2
    fi
    temporary=$(mktemp -d)
    trap 'rm -rf "$temporary"' EXIT
    trap 'exit 130' INT TERM
    git clone --quiet . "$temporary/copy"
    .venv/bin/python -m build --no-isolation --outdir "$temporary/dist" "$temporary/copy"
    for file in dist/*; do
        cmp "$file" "$temporary/dist/$(basename "$file")"
    done
    echo "both builds are identical"
fi
ls -l dist
