#!/bin/sh
# Sees to it that the browser tests can run: a Chromium (RINGBACK_CHROMIUM, or `chromium` on the path, or Debian's
# package) and the one library that Playwright's driver needs beyond a bare Debian.
set -eu
cd "$(dirname "$0")/.."

die() { printf 'ringback: %s\n' "$*" >&2; exit 1; }

missing=""
if [ -n "${RINGBACK_CHROMIUM:-}" ]; then
    [ -x "$RINGBACK_CHROMIUM" ] || die "RINGBACK_CHROMIUM names $RINGBACK_CHROMIUM, which cannot be run."
elif ! command -v chromium >/dev/null 2>&1; then
    missing="chromium"
fi
driver=$(find .venv -path '*/playwright/driver/node' 2>/dev/null | head -n 1)
if [ -n "$driver" ] && ! "$driver" --version >/dev/null 2>&1; then
    missing="$missing libatomic1"
fi
[ -n "$missing" ] || exit 0

wanted="the browser tests need: $missing. Debian: sudo apt-get install $missing; elsewhere set RINGBACK_CHROMIUM=/path/to/chromium; then run this again."
[ "$(id -u)" = 0 ] && grep -qs '^ID=debian' /etc/os-release || die "$wanted"

printf 'ringback: installing for the browser tests: %s\n' "$missing" >&2
log=$(mktemp)
# shellcheck disable=SC2086  # a list of package names
if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1
then
    tail -n 5 "$log" >&2
    die "that could not be installed; $wanted"
fi
rm -f "$log"
