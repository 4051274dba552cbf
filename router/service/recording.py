"""
Recording what is over: a process beside the server folds the journal again and writes closed contacts to SQL.

The journal is its queue: it reads no more than it can write, so a database that is slow or away makes the records late
and nothing else. It holds no keys and sees nothing but sealed words.
"""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar

import structlog
from sqlalchemy import URL

from router.core.desk import Desk
from router.core.version import CORE_VERSION
from router.journal.port import Journal, StoredEntry, Uncertain
from router.records.database import FAULTS, RecordsError, address
from router.records.gathering import Gathering, Record
from router.records.store import RecordStore
from router.service.entries import FoldFailed, check_rules, read_entry
from router.service.folder import KEYS, Looked, Place, looking_into
from router.service.past import Past, newest_past
from router.wire.sealing import DeskKeys

READ_COUNT: Final = 1_000
"""Entries in one transaction at most; they and what is open are all that is held in memory."""
WAIT_MS: Final = 1_000
GATHER_S: Final = 0.2
"""How long entries may gather while the desk is quiet, so that not each of them is a transaction of its own."""
FIRST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 10.0

BELOW_THE_DESK: Final = 19
"""How much less it asks of the processor than the server does: where there is one core, the desk comes first."""

_MARK: Final = b"ringback records 1\n"
"""Its keyed hash says whose records a database holds: it is made with a key that no other desk has."""

log = structlog.get_logger(__name__)

_Found = TypeVar("_Found")
Tell = Callable[[int, str], None]
"""Told the last entry that is recorded, and what is wrong, empty while nothing is."""


def mark(keys: DeskKeys) -> str:
    """By what a desk knows its own records."""
    return keys.body_hash(_MARK).hex()


class Recording:
    """One journal, and the records that it becomes; it is folded from a snapshot before what is recorded already."""

    def __init__(self, found: Looked, store: RecordStore, tell: Tell) -> None:
        self._found = found
        self._journal: Journal = found.whole
        self._store = store
        self._tell = tell
        self._desk = Desk()
        self._gathering = Gathering(self._desk.state)
        self._folded = 0
        self._recorded = 0
        self._patient = False

    async def run(self, follow: bool) -> int:
        """
        Record the entries up to the last, and from then on what comes if `follow`; returns the last one recorded.

        Whoever follows waits a fault of the database out. Raises JournalError, FoldFailed, UnknownEntry, RecordsError.
        """
        self._patient = follow
        last = self._found.opened.last
        reached = await self._insist(partial(self._store.begin, self._found.opened.epoch, last))
        self._recorded = reached.applied
        past = await past_of(self._found, self._recorded)
        self._desk, self._gathering, self._folded = past.desk, past.gathering(), past.offset
        self._tell(self._recorded, "")
        while follow or self._folded < last:
            entries = await self._read(READ_COUNT if follow else min(READ_COUNT, last - self._folded))
            ended = self._fold(entries)
            if entries and self._folded > self._recorded:
                await self._insist(partial(self._store.write, ended, self._folded, entries[-1].stamp_us // 1000))
                self._recorded = self._folded
                self._tell(self._recorded, "")
            if len(entries) < READ_COUNT and follow:
                await asyncio.sleep(GATHER_S)
        return self._recorded

    def _fold(self, entries: list[StoredEntry]) -> list[Record]:
        ended: list[Record] = []
        for stored in entries:
            check_rules(stored)
            entry = read_entry(stored)
            try:
                ended += self._gathering.follow(stored, entry, self._desk.fold(entry))
            except Exception as error:
                raise FoldFailed(stored.offset, error) from error
            self._folded = stored.offset
        # What was recorded before is folded again for what is still open; it need not be held for the writing.
        return [record for record in ended if record.offset > self._recorded]

    async def _read(self, count: int) -> list[StoredEntry]:
        while True:
            try:
                return await self._journal.read(self._folded, count, WAIT_MS)
            except Uncertain as error:
                log.warning("the journal does not answer, asking again", reason=str(error))

    async def _insist(self, ask: Callable[[], Awaitable[_Found]]) -> _Found:
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                return await ask()
            except FAULTS as error:
                if not self._patient:
                    raise
                reason = f"the records cannot be written ({type(error).__name__})"
                if pause_s == FIRST_PAUSE_S:
                    log.error("the records cannot be written, trying again", kind=type(error).__name__)
                self._tell(self._recorded, reason)
            await asyncio.sleep(pause_s)
            pause_s = min(LONGEST_PAUSE_S, 2 * pause_s)


async def past_of(found: Looked, recorded: int) -> Past:
    """
    From where to fold on so that every contact open after the entry `recorded` has its whole record.

    Where the rules changed after that entry, it is where they did: what ended between the two is not recorded.
    """
    barrier = found.snapshots.barrier(CORE_VERSION, found.opened.last)
    if barrier is not None and barrier.offset > recorded:
        log.warning("what other rules decided is not recorded", after=recorded, up_to=barrier.offset)
        recorded = barrier.offset
    if not recorded:
        return Past()
    past = await newest_past(found.whole, replace(found.opened, last=recorded), found.snapshots)
    return past if past.records is not None else Past()


async def record_desk(place: Place, url: str, anew: bool = False) -> int:
    """
    Bring a desk's records up to the journal's present end, or make all of them `anew`; returns the last entry.

    The desk may be running or not. Raises JournalError, FoldFailed, UnknownEntry, RecordsError or KeyFileError.
    """
    async with looking_into(place) as found:
        return await _record(place, found, address(place.data, url), _say_nothing, anew)


async def follow_desk(place: Place, url: str) -> None:
    """Record a running desk until standard input ends, and print how far it is: what `Recorder` starts."""
    os.nice(BELOW_THE_DESK)
    where = address(place.data, url)
    async with looking_into(place) as found:
        ending = asyncio.ensure_future(_end_of_input())
        recording = asyncio.ensure_future(_record(place, found, where, _say_on_stdout, follow=True))
        await asyncio.wait({ending, recording}, return_when=asyncio.FIRST_COMPLETED)
        for task in (ending, recording):
            task.cancel()
        await asyncio.wait({ending, recording})
        if not recording.cancelled():
            recording.result()


async def _record(place: Place, found: Looked, where: URL, tell: Tell, anew: bool = False, follow: bool = False) -> int:
    store = RecordStore(where, mark(DeskKeys.load(place.data / KEYS)))
    try:
        if anew:
            barrier = found.snapshots.barrier(CORE_VERSION, found.opened.last)
            if barrier is not None:
                raise RecordsError(
                    f"the records cannot be made anew: up to entry {barrier.offset} other rules decided, and only the "
                    "program that had them could tell what happened"
                )
            await store.clear()
        return await Recording(found, store, tell).run(follow)
    finally:
        await store.close()


async def _end_of_input() -> None:
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    try:
        await reader.read()
    finally:
        transport.close()


def _say_nothing(_applied: int, _trouble: str) -> None:
    """Nobody waits for news."""


def _say_on_stdout(applied: int, trouble: str) -> None:
    print(json.dumps({"applied": applied, "trouble": trouble}), flush=True)
