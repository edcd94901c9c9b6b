#!/bin/sh
# Install a built wheel into an empty environment, away from the checkout, and run the demo with it.
# Usage: scripts/smoke.sh WHEEL
# Dependencies are the locked ones; PYTHON names the interpreter.
# Example: sh scripts/smoke.sh dist/mtf_tui-0.1.0-py3-none-any.whl
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)

case "${1:-}" in
-h | --help)
    sed -n '2,5s/^# //p' "$0"
    exit 0
    ;;
esac
if [ ! -f "${1:-}" ]; then
    echo "There is no wheel '${1:-}'. Build it: sh scripts/build.sh" >&2
    exit 2
fi
wheel=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
trap 'exit 130' INT TERM
cd "$temporary"
"${PYTHON:-python3}" -m venv venv 2>/dev/null || python -m venv venv
bin=$temporary/venv/bin
[ -d "$bin" ] || bin=$temporary/venv/Scripts # Windows
"$bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$here/requirements/program.txt"
"$bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$wheel"
"$bin/python" -m pip check

MTF_HOME=$temporary/home
MTF_OFFLINE=1
export MTF_HOME MTF_OFFLINE
"$bin/mtf" --version
"$bin/mtf-tui" --version
"$bin/mtf" doctor
"$bin/mtf" init project
"$bin/mtf" plan project/settings.yaml
"$bin/mtf" demo
"$bin/mtf" report last --format html --output report.html
test -s report.html
echo "the wheel works"
