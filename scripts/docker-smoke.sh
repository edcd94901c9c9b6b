#!/bin/sh
# Run a built image hardened, without a network: a run, a run stopped halfway and continued, the served UI.
# Usage: scripts/docker-smoke.sh [IMAGE]      IMAGE is mtf:latest unless given
# DOCKER names another program that runs images, such as podman.
# Example: sh scripts/docker-smoke.sh mtf:latest
set -eu

case "${1:-}" in
-h | --help)
    sed -n '2,5s/^# //p' "$0"
    exit 0
    ;;
esac
image=${1:-mtf:latest}
docker=${DOCKER:-docker}
if ! "$docker" image inspect "$image" >/dev/null 2>&1; then
    echo "There is no image $image here. Build it: sh scripts/docker-build.sh" >&2
    exit 2
fi

name=mtf-smoke-$$
volume=$name-home
trap '"$docker" rm --force "$name" >/dev/null 2>&1 || true; "$docker" volume rm --force "$volume" >/dev/null 2>&1 || true' EXIT
trap 'exit 130' INT TERM
fail() {
    echo "FAILED: $1" >&2
    "$docker" logs "$name" >&2 2>/dev/null || true
    exit 1
}
hardened() {
    "$docker" run --init --read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs /tmp \
        --volume "$volume:/app/home" "$@"
}
wait_until() {
    tries=60
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 1
    done
}

echo "== version, and whether it is well"
hardened --rm --network none "$image" --version
hardened --rm --network none "$image" mtf doctor
[ "$(hardened --rm --network none "$image" id -u)" != 0 ] || fail "the program runs as root"

echo "== a run is stopped halfway, and continued"
hardened --detach --name "$name" --network none "$image" mtf demo >/dev/null
# shellcheck disable=SC2016  # expanded inside
wait_until "$docker" exec "$name" sh -c 'ls /app/home/runs/*/cells/* /app/home/cache/cells/*' || fail "no cell ran"
before=$(date +%s)
"$docker" stop -t 8 "$name" >/dev/null
took=$(($(date +%s) - before))
[ "$took" -le 3 ] || fail "stopping took $took s"
"$docker" rm "$name" >/dev/null
hardened --rm --network none "$image" mtf runs
hardened --rm --network none "$image" sh -c 'mtf resume last; mtf watch last' || fail "the run could not be continued"
hardened --rm --network none "$image" mtf runs | grep -q finished || fail "the run is not finished"

echo "== the UI in a browser"
hardened --detach --name "$name" --env MTF_SERVE_TOKEN=smoke "$image" >/dev/null
wait_until "$docker" exec "$name" python3 -c 'import socket; socket.create_connection(("127.0.0.1", 8080), 2)' ||
    fail "nothing answers on port 8080"
"$docker" exec "$name" mtf-healthcheck || fail "it is not healthy"
before=$(date +%s)
"$docker" stop -t 8 "$name" >/dev/null
took=$(($(date +%s) - before))
[ "$took" -le 3 ] || fail "stopping took $took s"
"$docker" rm "$name" >/dev/null
echo "the image works"
