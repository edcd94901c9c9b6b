#!/bin/sh
# Install the programs that tests drive where they are missing: git, tmux, an SSH client and server, Chromium.
# Usage: scripts/test-tools.sh
# As root on Debian or Ubuntu, by apt-get; elsewhere it says what is missing, and the tests that need it are skipped.
# Example: sudo sh scripts/test-tools.sh
set -eu

case "${1:-}" in
-h | --help)
    sed -n '2,5s/^# //p' "$0"
    exit 0
    ;;
esac
PATH=$PATH:/usr/sbin # where sshd is

missing=''
need() { # PACKAGE COMMAND ...; any of the commands will do
    package=$1
    shift
    for command in "$@"; do
        if command -v "$command" >/dev/null 2>&1; then return; fi
    done
    missing="$missing $package"
}
need git git
need tmux tmux
need openssh-client ssh
need openssh-server sshd
need chromium chromium chromium-browser google-chrome google-chrome-stable
python3 -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    # shellcheck disable=SC2086  # package names have no spaces
    apt-get update -qq >/dev/null &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null &&
        exit 0
fi
echo "not installed:$missing; tests that need them are skipped" >&2
