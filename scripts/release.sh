#!/bin/sh
# Tag the version of mtf_engine/__init__.py for release; refuses a dirty or untested tree.
# Usage: scripts/release.sh [--dry-run]
# Tests and checks run here first; the tag, once pushed, is what the release workflow builds and publishes.
# Example: sh scripts/release.sh --dry-run
set -eu
cd "$(dirname "$0")/.."

dry=''
case "${1:-}" in
-h | --help)
    sed -n '2,5s/^# //p' "$0"
    exit 0
    ;;
--dry-run) dry=yes ;;
'') ;;
*)
    echo "unknown option: $1 (see scripts/release.sh --help)" >&2
    exit 2
    ;;
esac

refuse() {
    echo "no release: $1" >&2
    exit 1
}

version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' mtf_engine/__init__.py)
tag=v$version
echo "$version" | grep -Eq '^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)((a|b|rc)[0-9]+)?$' ||
    refuse "'$version' in mtf_engine/__init__.py is no semantic version"
[ -z "$(git status --porcelain)" ] || refuse "there are changes that are not committed"
[ "$(git rev-parse --abbrev-ref HEAD)" = main ] || refuse "this is not the branch main"
git rev-parse -q --verify "refs/tags/$tag" >/dev/null && refuse "the tag $tag is there already; raise the version"
for fragment in changelog.d/*.md; do
    [ -e "$fragment" ] && refuse "changelog fragments are not collected; run: towncrier build --version $version"
done
grep -q "$version" CHANGELOG.md || refuse "CHANGELOG.md has no entry for $version"

sh scripts/check.sh || refuse "scripts/check.sh fails"
sh scripts/test.sh --all || refuse "scripts/test.sh --all fails"
sh scripts/build.sh --reproducible || refuse "scripts/build.sh fails"
[ -z "$(git status --porcelain)" ] || refuse "checks, tests or build changed files"

if [ -n "$dry" ]; then
    echo "$tag could be released"
    exit 0
fi
git tag --annotate --message "MTF $version" "$tag"
echo "tagged $tag; now: git push origin $tag"
