"""
What the embedded store keeps on disk beside its data: locks, the socket's place, passwords and its configuration.

Rule 1: everything lies in one folder that nobody else may enter. Rule 2: nothing here starts a process or opens a
connection. Two locks tell the story after a crash: `supervisor.lock` is held by the process that looks after the store,
`server.lock` by the store itself (it inherits it), so that a live orphan is never taken for a dead one.
"""

import fcntl
import hashlib
import json
import os
import secrets
import stat
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from router.journal.port import JournalError

SOCKET_PATH_BYTES: Final = 107
"""The longest path that a Unix socket can have on Linux; other systems allow a few bytes less or the same."""

LOG_BYTES: Final = 8_000_000
"""A longer log is put aside at the next start, one generation of it is kept."""

CONFIG: Final = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "no",
    "appendonly": "yes",
    "appendfilename": "journal.aof",
    "appenddirname": "journal",
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    # A cut tail and damage in the middle look alike to the server, and with `yes` it would throw away all that follows
    # the damage. So it starts with `no`, and append_only.py judges what it stumbled over.
    "aof-load-truncated": "no",
    "save": "",
    "maxmemory-policy": "noeviction",
}
VERIFIED: Final = (
    "appendonly", "appendfsync", "no-appendfsync-on-rewrite", "save", "maxmemory-policy", "port",
)  # fmt: skip
"""The settings that the promise rests on; the running server is asked for them."""

WORKING_RIGHTS: Final = (
    "~* &* +@all -@admin -@dangerous -@scripting +info +bgrewriteaof +fcall +fcall_ro +function|load +function|list"
)
"""What a connection without a password may do: no CONFIG, DEBUG, KEYS, FLUSHALL, SHUTDOWN, no script but functions."""


class StoreLocked(JournalError):
    """Another process uses this data folder."""


class StoreFailed(JournalError):
    """The embedded store cannot be started or does not hold what it promises; the text says why."""


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach the store of a data folder; kept in it, for the process that finds an orphan."""

    socket: str
    admin_password: str


class Lock:
    """An exclusive lock on a file; the operating system lets go of it when its last holder dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fd: int | None = None

    def take(self) -> bool:
        """Try to take it; True if it is ours."""
        if self.fd is None:
            fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(fd)
                return False
            self.fd = fd
            try:
                self.note(os.getpid())
            except OSError:  # no room to write: a lock that stayed ours by accident would look like a living server
                self.release()
                raise
        return True

    def note(self, pid: int) -> None:
        """Write down which process holds it, for messages."""
        assert self.fd is not None
        os.ftruncate(self.fd, 0)
        os.pwrite(self.fd, str(pid).encode(), 0)

    def holder(self) -> str:
        """Return the process id that was noted in it."""
        return self.path.read_text("ascii", "replace").strip() or "unknown"

    def release(self) -> None:
        """Let go of our handle; a child that inherited it still holds the lock."""
        if self.fd is not None:
            os.close(self.fd)
            self.fd = None


def prepare_folder(folder: Path) -> Path:
    """Make the folder if need be, close it to others and return its real path."""
    folder = folder.resolve()
    _own_folder(folder)
    return folder


def access(folder: Path) -> Access:
    """Return how the store of this folder is reached; decide it at the first call."""
    file = folder / "access.json"
    if file.exists():
        try:
            known = Access(**json.loads(file.read_text("utf-8")))
        except (ValueError, TypeError) as error:
            raise StoreFailed(f"{file} is damaged ({error}); stop the store and delete the file") from error
        place = Path(known.socket)
        if place.parent in (folder, place.parent.with_name(_short_name(folder))):  # else the folder was moved
            _own_folder(place.parent)
            return known
    made = Access(str(_socket_place(folder)), secrets.token_hex(32))
    _write_private(file, json.dumps(asdict(made)))
    return made


def write_config(folder: Path, reach: Access) -> Path:
    """Write the server's configuration and return its path."""
    lines = [f"{name} {_quoted(value)}" for name, value in CONFIG.items()]
    lines += [
        f"dir {_quoted(str(folder))}",
        f"unixsocket {_quoted(reach.socket)}",
        f"user default on nopass {WORKING_RIGHTS}",
        f"user admin on >{reach.admin_password} ~* &* +@all",
    ]
    file = folder / "store.conf"
    _write_private(file, "\n".join(lines) + "\n")
    return file


def open_log(folder: Path) -> int:
    """Return a descriptor that appends to the server's log."""
    file = folder / "store.log"
    if file.exists() and file.stat().st_size > LOG_BYTES:
        file.replace(folder / "store.log.1")
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def _socket_place(folder: Path) -> Path:
    place = folder / "store.sock"
    if len(os.fsencode(place)) > SOCKET_PATH_BYTES:
        place = Path(tempfile.gettempdir()).resolve() / _short_name(folder) / "store.sock"
        if len(os.fsencode(place)) > SOCKET_PATH_BYTES:
            raise StoreFailed(f"the path {place} is too long for a socket: set TMPDIR to a shorter folder")
    _own_folder(place.parent)
    return place


def _short_name(folder: Path) -> str:
    return f"ringback-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"


def _own_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        raise StoreFailed(f"{folder} must be a folder of the user who runs the store: remove it or choose another one")
    if stat.S_IMODE(status.st_mode) & 0o077:
        folder.chmod(0o700)


def _write_private(file: Path, text: str) -> None:
    fresh = file.with_name(file.name + ".new")
    fresh.unlink(missing_ok=True)
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
