#!/bin/sh
# Build the container image.
# Usage: scripts/docker-build.sh [TAG [BUILD OPTION ...]]      TAG is mtf:latest unless given
# BASE names another base image; DOCKER another program that builds and runs images, such as podman.
# Example: BASE=python:3.13-slim-bookworm sh scripts/docker-build.sh mtf:3.13 --pull
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
-h | --help)
    sed -n '2,5s/^# //p' "$0"
    exit 0
    ;;
esac
docker=${DOCKER:-docker}
if ! command -v "$docker" >/dev/null 2>&1; then
    echo "$docker is not installed. Install Docker or podman (then: export DOCKER=podman)." >&2
    exit 2
fi
if ! "$docker" info >/dev/null 2>&1; then
    echo "$docker is installed but does not answer. Start it, or see what \`$docker info\` says." >&2
    exit 2
fi

tag=${1:-mtf:latest}
[ $# -eq 0 ] || shift
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' mtf_engine/__init__.py)
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
set -- --tag "$tag" --build-arg "VERSION=$version" --build-arg "REVISION=$revision" "$@"
if [ -n "${BASE:-}" ]; then
    set -- --build-arg "BASE=$BASE" "$@"
fi
"$docker" build "$@" .
bytes=$("$docker" image inspect --format '{{.Size}}' "$tag")
echo "$tag: $((bytes / 1000000)) MB"
