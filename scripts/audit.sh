#!/bin/sh
# Ask whether a locked version has a known weakness (needs the internet), or write the bill of materials.
# Usage: scripts/audit.sh [--sbom FILE]      --sbom writes a CycloneDX file of the program's dependencies and asks nobody
# Exits with 1 when a weakness is known, and when a dependency could not be looked up.
# Example: sh scripts/audit.sh --sbom dist/mtf.cdx.json
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
-h | --help)
    sed -n '2,5s/^# //p' "$0"
    exit 0
    ;;
'') ;;
--sbom)
    [ $# -eq 2 ] || { echo "--sbom needs a file to write" >&2; exit 2; }
    ;;
*)
    echo "unknown option: $1 (see scripts/audit.sh --help)" >&2
    exit 2
    ;;
esac

sh scripts/setup.sh release
if [ $# -eq 2 ]; then
    exec .venv/bin/cyclonedx-py requirements --pyproject pyproject.toml --mc-type application --output-reproducible \
        --output-format JSON --output-file "$2" requirements/program.txt
fi
# Without --strict what could not be looked up would pass.
exec .venv/bin/pip-audit --strict --progress-spinner off --require-hashes --disable-pip -r requirements/program.txt
