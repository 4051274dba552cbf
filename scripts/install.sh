#!/bin/sh
# Makes .venv with the `ringback` command in it, from the locked dependencies; does nothing when nothing changed.
#
#   sh scripts/install.sh        what running needs
#   sh scripts/install.sh dev    that and what the tests need
#
# PYTHON names an interpreter to use instead of the newest suitable one. Works without make, git and a compiler.
set -eu
cd "$(dirname "$0")/.."

say() { printf 'ringback: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

level=${1:-base}
case $level in
    base) lock=requirements.lock ;;
    dev) lock=requirements-dev.lock ;;
    *) die "unknown level '$level'; say nothing or 'dev'" ;;
esac

# The stamp holds all that the result depends on. The path is part of it: a virtual environment cannot be moved.
fingerprint="$(cat pyproject.toml requirements.lock requirements-dev.lock scripts/install.sh | cksum) ${PYTHON:-} $PWD"
fresh() { [ -f ".venv/.ringback-$1" ] && [ "$(cat ".venv/.ringback-$1")" = "$fingerprint" ]; }

if [ -x .venv/bin/ringback ] && .venv/bin/python -c '' 2>/dev/null; then
    if fresh "$level" || fresh dev; then exit 0; fi   # dev holds all that base does
fi
started=$(date +%s)

suitable() { "$1" -c 'import sys; sys.exit(not sys.version_info >= (3, 11))' 2>/dev/null; }
complete() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

find_python() {   # prints the interpreter to use, or ends with one line that says what to do
    seen= partial=
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        command -v "$candidate" >/dev/null 2>&1 || continue
        version=$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
        seen=${seen:-"$candidate is Python $version"}
        suitable "$candidate" || continue
        if complete "$candidate"; then echo "$candidate"; return; fi
        partial=${partial:-$version}
    done
    if [ -n "$partial" ]; then
        die "Python $partial is here but its venv module is not. Debian, Ubuntu: sudo apt-get install python3-venv (or python$partial-venv); then run this again."
    fi
    die "Python 3.11 or newer is needed and ${seen:-none was found}. Debian, Ubuntu: sudo apt-get install python3 python3-venv; macOS: brew install python; or install uv, which brings its own; then run this again."
}

home=$(cat .venv/.ringback-home 2>/dev/null || echo "$PWD")
if [ -d .venv ] && ! { [ "$home" = "$PWD" ] && suitable .venv/bin/python; }; then
    say "making .venv anew: it was moved, or its Python is gone or too old"
    rm -rf .venv
fi

if command -v uv >/dev/null 2>&1; then
    [ -d .venv ] || uv venv --quiet --python "${PYTHON:->=3.11}" .venv
    say "installing locked dependencies into .venv with uv ($level)"
    install() { uv pip install --quiet --python .venv/bin/python "$@"; }
else
    if [ ! -x .venv/bin/pip ]; then
        python=$(find_python)
        "$python" -m venv .venv
    fi
    say "installing locked dependencies into .venv with pip ($level); half a minute or so the first time"
    # Bytecode is left to the first run, which compiles only what it imports: 20 s instead of 29.
    install() { .venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check "$@"; }
fi
printf '%s\n' "$PWD" > .venv/.ringback-home

# The locks are complete, so no resolver is needed; the build back end is locked too, so nothing comes without a hash.
if ! { install --no-deps --require-hashes -r "$lock" && install --no-deps --no-build-isolation --editable .; }; then
    die "the installation failed; the lines above say why (is the network there?). Run this again to go on."
fi
printf '%s\n' "$fingerprint" > ".venv/.ringback-$level"
say "ready in $(($(date +%s) - started)) s: .venv/bin/ringback"
