#!/bin/sh
# Builds the committed browser libraries anew from frontend/vendor and fails if a byte differs. Only this needs Node.
set -eu
cd "$(dirname "$0")/.."

command -v npm >/dev/null 2>&1 || { echo "ringback: make vendor needs Node 20 or newer with npm" >&2; exit 1; }
(cd frontend/vendor && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && node build.mjs)

changed=$(git status --porcelain -- web/static/vendor THIRD_PARTY_NOTICES)   # sees new files too
if [ -n "$changed" ]; then
    printf '%s\n' "$changed"
    echo "ringback: what was built differs from what is committed; look at the difference, then commit it" >&2
    exit 1
fi
