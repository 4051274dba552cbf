"""
A journal whose oldest entries have left the store: what the store no longer holds is read from the archive.

Whoever folds from the beginning sees one journal. Only reading is done here; appending goes to the store.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence

from router.journal.port import Appended, Extent, Journal, JournalError, NewEntry, Opened, StoredEntry, Trimmed
from router.journal.segments import Archive


class ArchivedJournal:
    """A journal and its archive as one; see `Journal` for the promises."""

    def __init__(self, journal: Journal, archive: Archive) -> None:
        self._journal = journal
        self._archive = archive

    async def open(self, node: str) -> Opened:
        """Begin a new incarnation of `node`."""
        return await self._journal.open(node)

    async def append(
        self, batch_number: int, applied: int, entries: Sequence[NewEntry], keys: Sequence[tuple[int, bytes]]
    ) -> Appended:
        """Append a batch once; a caller so far behind that the store cannot bring it up reads first."""
        return await self._journal.append(batch_number, applied, entries, keys)

    async def read(self, after: int, count: int, wait_ms: int = 0) -> list[StoredEntry]:
        """Return at most `count` entries after `after`, from the store or from the archive."""
        try:
            return await self._journal.read(after, count, wait_ms)
        except Trimmed as trimmed:
            entries = await asyncio.to_thread(self._archive.read, after, min(count, trimmed.first - 1 - after))
            if not entries:
                raise JournalError(
                    f"the entries from {after + 1} to {trimmed.first - 1} are neither in the store nor in the archive "
                    f"in {self._archive.folder}: bring the archive back from your backup"
                ) from trimmed
            return entries

    async def load_keys(self, ids: Iterable[int]) -> dict[int, bytes]:
        """Return the wrapped keys of these contacts, without those that were erased."""
        return await self._journal.load_keys(ids)

    def all_keys(self) -> AsyncIterator[tuple[int, bytes]]:
        """Go through every (contact id, wrapped key)."""
        return self._journal.all_keys()

    async def drop_keys(self, ids: Iterable[int]) -> None:
        """Delete the keys of contacts that were never opened."""
        await self._journal.drop_keys(ids)

    async def erase(self, ids: Iterable[int]) -> None:
        """Delete the keys of these contacts for good."""
        await self._journal.erase(ids)

    async def extent(self) -> Extent:
        """Say what the store itself holds."""
        return await self._journal.extent()

    async def trim(self, first: int) -> None:
        """Drop the entries before `first` from the store."""
        await self._journal.trim(first)

    async def close(self) -> None:
        """Let go of the store."""
        await self._journal.close()
