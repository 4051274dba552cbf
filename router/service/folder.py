"""
A desk's folder, looked into from outside the server: its journal, its archive, its snapshots, whether it runs or not.

Only places and how to open them stand here; what is done with them is the callers' affair.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from router.journal.archived import ArchivedJournal
from router.journal.embedded import EmbeddedServer
from router.journal.port import JournalError, Opened
from router.journal.redis import RedisJournal
from router.journal.segments import Archive
from router.journal.server_files import StoreLocked, access, prepare_folder
from router.journal.snapshots import Snapshots

DESK: Final = "desk"
"""What the desk is called inside its store."""
STORE: Final = "store"
ARCHIVE: Final = "archive"
SNAPSHOTS: Final = "snapshots"
KEYS: Final = "desk.keys"
"""Where things lie in a desk's folder."""

REDIS_VARIABLE: Final = "RINGBACK_REDIS"
"""The environment's word for a store elsewhere: a URL may hold a password, which a command line shows to everybody."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a desk keeps what it keeps: a folder, and for its store a server elsewhere if `redis` names one."""

    data: Path
    redis: str = ""

    @property
    def archive(self) -> Archive:
        """Entries that may have left the store."""
        return Archive(self.data / ARCHIVE)

    @property
    def snapshots(self) -> Snapshots:
        """States that a start may go on from."""
        return Snapshots(self.data / SNAPSHOTS)


@dataclass(frozen=True, slots=True)
class Looked:
    """An open journal: `whole` reads from the archive what has left the store, `store` does not."""

    whole: ArchivedJournal
    store: RedisJournal
    opened: Opened
    archive: Archive
    snapshots: Snapshots
    running: bool
    """Whether a desk runs on it just now, as far as can be told."""


@asynccontextmanager
async def looking_into(place: Place) -> AsyncIterator[Looked]:
    """Open a desk's journal to read it, without disturbing a desk that runs on it. Raises JournalError."""
    async with _store(place) as (url, running):
        journal = RedisJournal(url, DESK)
        try:
            opened = await journal.open("reader")
            if not opened.last:
                raise JournalError(f"there is no desk in {place.redis or place.data}: its journal is empty")
            archive = place.archive
            yield Looked(ArchivedJournal(journal, archive), journal, opened, archive, place.snapshots, running)
        finally:
            await journal.close()


@asynccontextmanager
async def _store(place: Place) -> AsyncIterator[tuple[str, bool]]:
    if place.redis:
        yield place.redis, True
        return
    folder = place.data / STORE
    if not folder.exists():
        raise JournalError(f"there is no desk in {place.data}")
    server = EmbeddedServer(folder)
    try:
        await server.start()
    except StoreLocked:
        # It serves a running desk, whom a reader does not disturb.
        yield f"unix://{quote(access(prepare_folder(folder)).socket)}", True
        return
    try:
        yield server.url, False
    finally:
        await server.stop()


async def holds_desk(url: str) -> bool:
    """Whether a store was used by a desk before."""
    journal = RedisJournal(url, DESK)
    try:
        return bool(await journal.meta())
    finally:
        await journal.close()
