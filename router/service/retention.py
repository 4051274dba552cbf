"""
Letting go of what is old: contacts that closed long enough ago are erased, and their records removed.

Erased as people are: by deleting keys, so that what was said is gone from the journal, its archive and every backup as
well. What the journal then still tells is that there was a contact and how long it took.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Final

import structlog

from router.journal.port import Journal, JournalError
from router.records.database import FAULTS, NotReady
from router.records.reading import RecordReader
from router.records.store import RecordStore

LOOK_AGAIN_S: Final = 3_600.0
AT_ONCE: Final = 5_000
"""Contacts erased together: the store writes its files anew each time."""
REMOVED_AT_ONCE: Final = 500
"""Contacts whose records are removed in one transaction, so that whoever records does not wait long."""
DAY_MS: Final = 86_400_000

log = structlog.get_logger(__name__)


class Retention:
    """Keeps a desk's closed contacts for `days`; `now_ms` tells journal time, `erase` erases contacts."""

    def __init__(
        self,
        days: int,
        journal: Journal,
        reader: RecordReader,
        store: RecordStore,
        erase: Callable[[Collection[int]], Awaitable[None]],
        now_ms: Callable[[], int],
    ) -> None:
        self._days = days
        self._journal = journal
        self._reader = reader
        self._store = store
        self._erase = erase
        self._now_ms = now_ms
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look once an hour."""
        self._task = asyncio.create_task(self._watch(), name="retention")

    async def stop(self) -> None:
        """Look no more; what was not finished is done at the next look."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        await self._store.close()

    async def let_go(self) -> int:
        """Erase and remove everything that is too old; returns how many contacts. Raises JournalError, or a fault."""
        count = 0
        until = self._now_ms() - self._days * DAY_MS
        while old := await self._reader.closed_before(until, AT_ONCE):
            # Records that were made anew are of contacts that have no keys any more.
            kept = sorted(await self._journal.load_keys(old))
            if kept:
                await self._erase(kept)
            for start in range(0, len(old), REMOVED_AT_ONCE):
                await self._store.remove(old[start : start + REMOVED_AT_ONCE])
            count += len(old)
        return count

    async def _watch(self) -> None:
        while True:
            try:
                if count := await self.let_go():
                    log.info("old contacts were erased", count=count)
            except NotReady:
                pass
            except (JournalError, *FAULTS) as error:
                log.warning("old contacts cannot be erased now", kind=type(error).__name__)
            await asyncio.sleep(LOOK_AGAIN_S)
