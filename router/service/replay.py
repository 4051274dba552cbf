"""
The journal outside the server: dumped to a file, folded again in a fresh desk, compared by hashes.

The same journal gives the same state and the same events, whoever folds it; this is how anybody can see it. What is
sealed stays sealed: a dump holds no words, names or numbers that can be read.
"""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from router.core.desk import Desk
from router.journal.entry_line import entry_line, read_line
from router.journal.port import Journal, StoredEntry
from router.journal.reading import read_ahead
from router.service.entries import FoldFailed, read_entry
from router.service.folder import Place, looking_into
from router.wire.codec import event_bytes, state_hash


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay came to: the desk at the end, how many entries, and hashes to compare two replays by."""

    desk: Desk
    entries: int
    state: str
    events: str


class BadDump(Exception):
    """A dump cannot be read; the text names the file and the line."""


def replay(entries: Iterable[StoredEntry]) -> Replayed:
    """Fold a journal from its beginning in a fresh desk. Raises FoldFailed or UnknownEntry, naming the offset."""
    desk, count, events = Desk(), 0, sha256()
    for stored in entries:
        entry = read_entry(stored)
        try:
            folded = desk.fold(entry)
        except Exception as error:
            raise FoldFailed(stored.offset, error) from error
        count += 1
        for event in folded.events:
            events.update(event_bytes(event))
    return Replayed(desk, count, state_hash(desk.snapshot()), events.hexdigest())


async def export(journal: Journal, last: int, path: Path) -> int:
    """Write the entries 1 to `last` of an open journal to a file, one JSON object a line; returns how many."""
    with path.open("wb") as file:
        async with aclosing(read_ahead(journal, 0, last)) as batches:
            async for entries in batches:
                file.writelines(map(entry_line, entries))
                await asyncio.sleep(0)
    return last


def load(path: Path) -> Iterator[StoredEntry]:
    """The entries of a dump, in order. Raises BadDump."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                yield read_line(line)
            except (ValueError, KeyError, TypeError) as error:
                raise BadDump(f"{path}, line {number}: not an entry of a journal ({error})") from error


async def export_desk(place: Place, path: Path) -> int:
    """
    Write the whole journal of a desk to a file; returns how many entries. The desk may be running or not.

    Raises JournalError when the store or the archive cannot be read.
    """
    async with looking_into(place) as found:
        return await export(found.whole, found.opened.last, path)
