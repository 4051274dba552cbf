#!/bin/sh
# Sees to it that the browser tests have a Chromium: RINGBACK_CHROMIUM, or `chromium` on the path, or Debian's package.
set -eu

die() { printf 'ringback: %s\n' "$*" >&2; exit 1; }

if [ -n "${RINGBACK_CHROMIUM:-}" ]; then
    [ -x "$RINGBACK_CHROMIUM" ] || die "RINGBACK_CHROMIUM names $RINGBACK_CHROMIUM, which cannot be run."
    exit 0
fi
command -v chromium >/dev/null 2>&1 && exit 0

wanted="the browser tests need Chromium. Debian: sudo apt-get install chromium; elsewhere set RINGBACK_CHROMIUM=/path/to/chromium; then run this again."
[ "$(id -u)" = 0 ] && grep -qs '^ID=debian' /etc/os-release || die "$wanted"

printf 'ringback: installing Chromium for the browser tests\n' >&2
log=$(mktemp)
if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } >"$log" 2>&1
then
    tail -n 5 "$log" >&2
    die "Chromium could not be installed; $wanted"
fi
rm -f "$log"
