#!/bin/sh
# Open the UI in a container: on this terminal, or without one in a browser on http://127.0.0.1:8080.
# Usage: scripts/docker-run.sh [--config DIRECTORY] [--data DIRECTORY] [COMMAND ...]
# DIRECTORY of --config holds settings.yaml (default: the current one); COMMAND is any `mtf ...` or `mtf-tui ...`.
# IMAGE names another image than mtf:latest, PORT another port, DOCKER another program, such as podman.
# Example: sh scripts/docker-run.sh --data ~/tables mtf doctor
set -eu

config=.
data=''
publish=''
while [ $# -gt 0 ]; do
    case "$1" in
    -h | --help)
        sed -n '2,6s/^# //p' "$0"
        exit 0
        ;;
    --config | --data)
        if [ ! -d "${2:-}" ]; then
            echo "$1 needs a directory that exists, not '${2:-}'" >&2
            exit 2
        fi
        if [ "$1" = --config ]; then config=$2; else data=$2; fi
        shift 2
        ;;
    *) break ;;
    esac
done

docker=${DOCKER:-docker}
image=${IMAGE:-mtf:latest}
if ! command -v "$docker" >/dev/null 2>&1; then
    echo "$docker is not installed. Install Docker or podman (then: export DOCKER=podman)." >&2
    exit 2
fi
if ! "$docker" info >/dev/null 2>&1; then
    echo "$docker is installed but does not answer. Start it, or see what \`$docker info\` says." >&2
    exit 2
fi
if ! "$docker" image inspect "$image" >/dev/null 2>&1; then
    echo "There is no image $image here. Build it: sh scripts/docker-build.sh" >&2
    exit 2
fi

# Only the UI in a browser needs a port: without a command and a terminal, or when it is asked for.
case "$*" in
'') [ -t 0 ] && [ -t 1 ] || publish=yes ;;
*"mtf-tui serve"*) publish=yes ;;
esac

config=$(cd "$config" && pwd)
data=$(cd "${data:-$config}" && pwd)

# The home is a named volume for each user id, because a directory that one made the other can't write.
user=$(id -u)
set -- "$image" "$@"
set -- --volume "$config:/app/config" --volume "$data:/app/data:ro" --volume "mtf-home-$user:/app/home" "$@"
set -- --init --read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs /tmp "$@"
set -- --user "$user:$(id -g)" --workdir /app/config --env TERM --env COLORTERM --env MTF_SERVE_TOKEN "$@"
if [ -t 0 ] && [ -t 1 ]; then
    set -- --interactive --tty "$@"
fi
if [ -n "$publish" ]; then
    set -- --publish "127.0.0.1:${PORT:-8080}:8080" "$@"
fi
exec "$docker" run --rm "$@"
