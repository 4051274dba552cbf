#!/bin/sh
# Writes both lock files anew from pyproject.toml: for every supported Python and system, with hashes, naming no host.
set -eu
cd "$(dirname "$0")/.."

if command -v uv >/dev/null 2>&1; then
    uv=uv
else
    tools=$(mktemp -d)
    trap 'rm -rf "$tools"' EXIT
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check uv
    uv=$tools/bin/uv
fi

compile() {
    UV_CUSTOM_COMPILE_COMMAND="make lock" "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --upgrade --no-emit-index-url --annotation-style line --group build pyproject.toml "$@"
}
compile --output-file requirements.lock
compile --extra dev --constraint requirements.lock --output-file requirements-dev.lock

if grep -n '://' requirements.lock requirements-dev.lock; then
    echo "ringback: the locks must name no host" >&2
    exit 1
fi
