"""
The journal in memory, with the same promises as the store: a reference for tests and for worlds that are simulated.

Rule 1: it follows append.lua line by line; one class of tests runs on both. Rule 2: time comes from the clock that is
passed in; nothing here waits for real time except `read` with `wait_ms`.
"""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from router.journal.port import (
    ENTRY_VERSION,
    MAX_BATCH,
    REPLY_ENTRIES,
    Appended,
    BatchGap,
    Extent,
    Fenced,
    JournalError,
    NewEntry,
    Opened,
    Regressed,
    StoredEntry,
    Trimmed,
    Uncertain,
)

ENTRY_BYTES = 155
"""What an entry takes in a real store beside its command and its sealed part, about."""


def journal_time(stamp: int, raw: int, time: int) -> int:
    """
    Return journal time, microseconds, when the machine's clock says `time`; `stamp` and `raw` are from the last call.

    It never goes back; what a backward step of the clock left over is slewed away at 10 %.
    """
    passed = max(0, time - raw)
    return stamp + passed - min(max(0, stamp - raw), passed // 10)


@dataclass(slots=True)
class MemoryStore:
    """One desk's store, shared by the nodes under test. `clock` returns the machine's time in microseconds."""

    clock: Callable[[], int]
    epoch: str = ""
    """Empty while the store holds nothing."""
    last: int = 0
    stamp: int = 0
    raw: int = 0
    appended: int = 0
    """The stamp of the last entry."""
    incarnations: dict[str, int] = field(default_factory=dict)
    batches: dict[str, int] = field(default_factory=dict)
    entries: list[StoredEntry] = field(default_factory=list)
    keys: dict[int, bytes] = field(default_factory=dict)
    lost_replies: int = 0
    """So many of the next appends are done, but their callers get `Uncertain`."""
    lives: int = 0
    grown: asyncio.Event = field(default_factory=asyncio.Event)

    def begin(self) -> None:
        """Give an empty store a fresh epoch."""
        self.lives += 1
        self.epoch = f"life{self.lives}"
        self.stamp = self.raw = self.clock()

    def flush(self) -> None:
        """Forget everything, as FLUSHALL does; the next `open` begins another epoch."""
        self.epoch = ""
        self.last = self.stamp = self.raw = self.appended = 0
        for part in (self.incarnations, self.batches, self.entries, self.keys):
            part.clear()

    def lose(self, count: int) -> None:
        """Forget the last `count` entries and keep the epoch, as a failover to a late replica does."""
        self.last -= count
        while self.entries and self.entries[-1].offset > self.last:
            self.entries.pop()
        self.appended = self.entries[-1].stamp_us if self.entries else 0

    def trim(self, first: int) -> None:
        """Forget the entries before the offset `first`, as the archive does once it holds them."""
        del self.entries[: self._index(first - 1)]

    def after(self, offset: int, count: int) -> list[StoredEntry]:
        """Return at most `count` entries after `offset`; raises `Trimmed` if the next one is gone."""
        first = self.entries[0].offset if self.entries else self.last + 1
        if offset < self.last and first > offset + 1:
            raise Trimmed(offset, first)
        start = self._index(offset)
        return self.entries[start : start + count]

    def _index(self, offset: int) -> int:
        return bisect_right(self.entries, offset, key=lambda entry: entry.offset)


class MemoryJournal:
    """One node's view of a `MemoryStore`; see `Journal` for the promises."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._node = ""
        self._opened: Opened | None = None

    async def open(self, node: str) -> Opened:
        """Begin a new incarnation of `node`."""
        store = self._store
        if not store.epoch:
            store.begin()
        incarnation = store.incarnations[node] = store.incarnations.get(node, 0) + 1
        store.batches[node] = 0
        self._node, self._opened = node, Opened(store.epoch, incarnation, store.last)
        return self._opened

    async def append(
        self, batch_number: int, applied: int, entries: Sequence[NewEntry], keys: Sequence[tuple[int, bytes]]
    ) -> Appended:
        """Append a batch once; see `Journal.append`."""
        store, opened = self._store, self._must_be_open()
        if len(entries) > MAX_BATCH:
            raise ValueError(f"a batch holds at most {MAX_BATCH} entries, this one has {len(entries)}: cut it")
        self._check(opened, applied)
        living, taken = store.incarnations.get(self._node, 0), store.batches.get(self._node, 0)
        if opened.incarnation < living:
            raise Fenced(f"incarnation {living} of node {self._node} has taken over")
        if opened.incarnation > living:
            raise Regressed(f"incarnation {opened.incarnation} of node {self._node} is not known")
        if batch_number > taken + 1:
            raise BatchGap(f"batch {batch_number} came after {taken}")

        time = store.clock()
        store.stamp, store.raw = journal_time(store.stamp, store.raw, time), time
        if batch_number == taken + 1:
            store.batches[self._node] = batch_number
            for contact, key in keys:
                store.keys.setdefault(contact, key)
            self._take(opened, entries)
        if store.lost_replies:
            store.lost_replies -= 1
            raise Uncertain("the reply was lost: ask the same again")
        return Appended(store.last, store.stamp, store.after(applied, REPLY_ENTRIES + len(entries)))

    async def read(self, after: int, count: int, wait_ms: int = 0) -> list[StoredEntry]:
        """Return at most `count` entries after `after`; while there is none, wait up to `wait_ms` for one."""
        opened = self._must_be_open()
        self._check(opened, after)
        grown = self._store.grown
        if after == self._store.last and wait_ms > 0:
            try:
                async with asyncio.timeout(wait_ms / 1000):
                    await grown.wait()
            except TimeoutError:
                return []
            self._check(opened, after)
        return self._store.after(after, count)

    async def load_keys(self, ids: Iterable[int]) -> dict[int, bytes]:
        """Return the wrapped keys of these contacts, without those that were erased."""
        keys = self._store.keys
        return {contact: keys[contact] for contact in ids if contact in keys}

    async def all_keys(self) -> AsyncIterator[tuple[int, bytes]]:
        """Go through every (contact id, wrapped key)."""
        for pair in list(self._store.keys.items()):
            yield pair

    async def drop_keys(self, ids: Iterable[int]) -> None:
        """Delete the keys of contacts that were never opened."""
        for contact in ids:
            self._store.keys.pop(contact, None)

    async def erase(self, ids: Iterable[int]) -> None:
        """Delete the keys of these contacts; memory has no files to write anew."""
        await self.drop_keys(ids)

    async def extent(self) -> Extent:
        """Say what the store holds."""
        entries, last = self._store.entries, self._store.last
        taken = sum(ENTRY_BYTES + len(entry.command) + len(entry.sealed) for entry in entries)
        return Extent(entries[0].offset if entries else last + 1, last, taken)

    async def trim(self, first: int) -> None:
        """Drop the entries before `first`."""
        self._store.trim(first)

    async def close(self) -> None:
        """Nothing is held."""

    def _take(self, opened: Opened, entries: Sequence[NewEntry]) -> None:
        store = self._store
        before = store.appended
        for new in entries:
            if new.due == 0 or before < new.due <= store.stamp:
                store.last += 1
                store.appended = store.stamp
                store.entries.append(
                    StoredEntry(
                        store.last, store.stamp, opened.incarnation, self._node, new.op, new.body, new.actor,
                        new.command, new.sealed, new.due, ENTRY_VERSION,
                    )
                )  # fmt: skip
        grown, store.grown = store.grown, asyncio.Event()
        grown.set()

    def _check(self, opened: Opened, offset: int) -> None:
        if self._store.epoch != opened.epoch:
            raise Regressed(f"the epoch is {self._store.epoch or 'gone'}, not {opened.epoch}")
        if offset > self._store.last:
            raise Regressed(f"the last offset is {self._store.last}, but {offset} was folded")

    def _must_be_open(self) -> Opened:
        if self._opened is None:
            raise JournalError("the journal is not open: call open(node) first")
        return self._opened
