#!/bin/sh
# Run a built image hardened: a run stopped halfway and continued, the served UI stopped during a run, limits, signals.
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
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"; "$docker" rm --force --volumes "$name" >/dev/null 2>&1 || true; "$docker" volume rm --force "$volume" >/dev/null 2>&1 || true' EXIT
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

# Stop the container by SIGTERM; an image without an init, or a program deaf to it, takes the whole time limit.
stop() {
    before=$(date +%s)
    "$docker" stop -t 8 "$name" >/dev/null
    took=$(($(date +%s) - before))
    [ "$took" -le 3 ] || fail "stopping took $took s"
    "$docker" rm --volumes "$name" >/dev/null
}
inside() {
    "$docker" exec "$name" "$@"
}
answers() { # PATH STATUS
    inside python3 -c '
import http.client, sys
connection = http.client.HTTPConnection("127.0.0.1", 8080, timeout=5)
connection.request("GET", sys.argv[1])
sys.exit(connection.getresponse().status != int(sys.argv[2]))' "$@"
}
continued() { # what of the last run was finished is kept, the rest is done
    hardened --rm --network none "$image" mtf runs | sed -n 2p | grep interrupted || fail "the run is not interrupted"
    hardened --rm --network none "$image" sh -c 'mtf resume last; mtf watch last' >/dev/null ||
        fail "the run could not be continued"
    hardened --rm --network none "$image" mtf runs | sed -n 2p | grep finished || fail "the run is not finished"
}

echo "== version, and whether it is well"
hardened --rm --network none "$image" --version
hardened --rm --network none "$image" mtf doctor
[ "$(hardened --rm --network none "$image" id -u)" != 0 ] || fail "the program runs as root"

echo "== a run is stopped halfway, and continued by a new container"
hardened --detach --name "$name" --network none "$image" mtf demo >/dev/null
# shellcheck disable=SC2016  # expanded inside
wait_until inside sh -c 'ls /app/home/runs/*/cells/*' || fail "no cell ran"
stop
continued

echo "== the UI in a browser, within limits, stopped during a run"
hardened --detach --name "$name" --network none --memory 1g --cpus 1 --env MTF_SERVE_TOKEN=smoke "$image" >/dev/null
wait_until answers /healthz 200 || fail "nothing answers on port 8080"
answers / 401 || fail "it answers without the token"
answers '/?token=smoke' 200 || answers '/?token=smoke' 303 || fail "it does not answer with the token"
inside mtf-healthcheck || fail "it is not healthy"
inside mtf doctor --json >"$temporary/doctor.json"
tr -d ' \n' <"$temporary/doctor.json" | grep -q '"topic":"processors","what":"1"' || fail "the engine does not see --cpus 1"
tr -d ' \n' <"$temporary/doctor.json" | grep -q '"topic":"memory","what":"1.1GB"' || fail "the engine does not see --memory 1g"
# shellcheck disable=SC2016  # expanded inside
inside sh -c 'mtf run --fresh --detach "$(python3 -c "from mtf_engine import api; print(api.DEMO)")"' >/dev/null
# shellcheck disable=SC2016  # expanded inside
wait_until inside sh -c 'ls -d "$(ls -d /app/home/runs/* | tail -n 1)"/cells/*' || fail "no cell ran"
stop
continued
echo "the image works"
