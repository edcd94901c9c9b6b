#!/bin/sh
# Check the files that deliver the program: shell scripts, Dockerfile, Compose file, workflows.
# Usage: scripts/check-delivery.sh
# Example: sh scripts/check-delivery.sh
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
-h | --help)
    sed -n '2,4s/^# //p' "$0"
    exit 0
    ;;
esac

sh scripts/setup.sh delivery
PATH=$PWD/.venv/bin:$PATH # zizmor and check-jsonschema find shellcheck and each other there
shellcheck scripts/*.sh docker/*.sh .ci/run
hadolint Dockerfile
check-jsonschema --builtin-schema vendor.compose-spec compose.yaml
check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
zizmor --offline .github
