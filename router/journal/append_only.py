"""
Why the embedded store would not load its append-only file: a cut tail, which is harmless, or damage, which is not.

Under `appendfsync always` a power cut can tear off the end of the last write, and nothing in it was acknowledged.
Damage to a length in the middle looks the same to the server, but acknowledged transactions follow it; that is what the
check below looks for. Nothing is ever repaired here: a person must see the file first.
"""

import mmap
import re
import subprocess
from pathlib import Path
from typing import Final

from router.journal.port import JournalError

CHECK_TIMEOUT_S: Final = 300
QUOTED: Final = 200
"""So many characters of the server's own words go into an error."""

_COMPLAINT: Final = re.compile(r"# (.* the append only file (\S+).*)")
_BROKEN_BASE: Final = re.compile(r"# (.*(?:RDB|Short read|Wrong signature|AOF file).*)")
_TORN: Final = "Unexpected end of file"
_READABLE_UP_TO: Final = re.compile(r"size=(\d+), ok_up_to=(\d+)")
_END_OF_TRANSACTION: Final = b"*1\r\n$4\r\nEXEC\r\n"


class StoreDamaged(JournalError):
    """The append-only file is damaged before its end, so that acknowledged entries cannot be read."""


def tail_may_be_cut(log: str, data: Path, program: Path) -> bool:
    """
    Judge a start that failed, from the log of that start; `data` is the folder of the append-only files.

    True: the last write was torn, and starting with `aof-load-truncated yes` loses nothing that was acknowledged.
    False: the append-only file was not the reason. Raises `StoreDamaged` if it is damaged.
    """
    complaint = _COMPLAINT.search(log)
    if complaint:
        file = data / complaint[2].rstrip(".,:")
        if not complaint[1].startswith(_TORN):
            raise _damaged(file, complaint[1][:QUOTED])
        checked = _check(program, file)
        found = _READABLE_UP_TO.search(checked)
        if found is None:
            raise _damaged(file, checked[-QUOTED:])
        if _holds_transaction(file, int(found[2])):
            raise _damaged(file, f"it can be read up to byte {found[2]} of {found[1]}, and not to the end")
        return True
    base = _BROKEN_BASE.search(log)
    if base:
        raise _damaged(data, base[1][:QUOTED])
    return False


def _check(program: Path, file: Path) -> str:
    """Let the server program, which is its own checker under another name, say how far the file can be read."""
    name = program.name.replace("server", "check-aof")
    done = subprocess.run(
        [name, str(file)],
        executable=program, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=CHECK_TIMEOUT_S, check=False, text=True, errors="replace",
    )  # fmt: skip
    return done.stdout


def _holds_transaction(file: Path, start: int) -> bool:
    """Say whether a transaction ends after `start`; a write that was torn off has no end."""
    if start >= file.stat().st_size:
        return False
    with file.open("rb") as raw, mmap.mmap(raw.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(_END_OF_TRANSACTION, start) >= 0


def _damaged(file: Path, why: str) -> StoreDamaged:
    return StoreDamaged(
        f"the store's data in {file} is damaged and was left as it is ({why}). Copy the whole data folder away first. "
        "Then restore the last backup; or, to give up everything after the damage, let valkey-check-aof --fix "
        "(or redis-check-aof --fix) cut the file there, and treat the desk as restored"
    )
