"""
How long a desk with a long journal takes until it serves: from a snapshot, and by folding everything.

The journal is that of the desk's own benchmark, on a store of its own in a folder of its own; the snapshot is as old as
one may be while the desk runs. `start_service` is timed from the call to the first entry of the new life. While the
next snapshot is taken, the desk's loop is watched for the longest time in which it did nothing else, and then for as
long again without one: what a shared machine takes by itself is no fault of the snapshot.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.start import recorded
from router.journal.embedded import EmbeddedServer
from router.journal.port import MAX_BATCH, NewEntry
from router.journal.redis import RedisJournal
from router.service.folder import DESK, KEYS, SNAPSHOTS, STORE, Place
from router.service.server import DeskService, ServiceSettings, start_service
from router.service.snapshotting import EVERY, snapshot_desk
from router.wire.codec import encode_command
from router.wire.policy import PolicyDocument
from router.wire.sealing import DeskKeys
from web.live import CalendarDays, LiveTable

POLICY = PolicyDocument(products=["expense", "travel", "invoice", "request"], languages=["en", "fr"])
CONTACTS_TO_ENTRIES = 8
"""At least so many entries come from one contact, about."""


async def seconds(entries: int) -> dict[str, Any]:
    """Entries in the journal, seconds from a snapshot, seconds without, and the longest stops of the serving loop."""
    with tempfile.TemporaryDirectory() as name:
        place = Place(Path(name))
        last = await _fill(place, entries)
        begun = time.perf_counter()
        await snapshot_desk(place, max(last - EVERY, 2))
        snapshot_s = time.perf_counter() - begun
        from_snapshot, stop_ms = await _started(place, watch=True)
        shutil.rmtree(place.data / SNAPSHOTS)
        from_beginning, _ = await _started(place, watch=False)
    return {
        "entries": last,
        "seconds": round(from_snapshot, 2),
        "goal": 5.0,
        "seconds_folding_everything": round(from_beginning, 2),
        "seconds_to_take_the_first_snapshot": round(snapshot_s, 1),
        "longest_stop_ms": round(stop_ms[0], 1),
        "longest_stop_without_ms": round(stop_ms[1], 1),
        "stop_goal_ms": 20.0,
    }


async def _fill(place: Place, entries: int) -> int:
    """A desk's folder with a journal of at least so many entries; returns the last offset."""
    DeskKeys.load_or_create(place.data / KEYS)
    async with EmbeddedServer(place.data / STORE) as server:
        journal = RedisJournal(server.url, DESK)
        await journal.open("bench")
        batch: list[NewEntry] = []
        last = number = 0
        for entry in _entries(entries):
            batch.append(entry)
            if len(batch) == MAX_BATCH:
                number += 1
                await journal.append(number, last, batch, [])
                last += len(batch)
                batch = []
        await journal.append(number + 1, last, batch, [])
        await journal.close()
    return last + len(batch)


def _entries(count: int) -> Iterator[NewEntry]:
    for command in recorded(count // CONTACTS_TO_ENTRIES + 1):
        yield NewEntry("", b"", "", encode_command(command), b"x" * 60, 0)


async def _started(place: Place, watch: bool) -> tuple[float, tuple[float, float]]:
    """Seconds until it serves; ms of the longest stop with and without a snapshot being taken, if that is watched."""
    settings = ServiceSettings(place.data, POLICY)
    begun = time.perf_counter()
    service = await start_service(settings)
    took = time.perf_counter() - begun
    stops_ms = await _longest_stops(service) if watch else (0.0, 0.0)
    await service.stop()
    return took, stops_ms


async def _longest_stops(service: DeskService) -> tuple[float, float]:
    """Have a snapshot taken, with a live table's counts beside it, and look at the loop; then without."""
    snapshotting = service._parts.snapshotting
    snapshotting._keepers = (LiveTable(CalendarDays(), 20_000, 0.8),)
    begun = time.perf_counter()
    with_snapshot = await _longest_stop(asyncio.create_task(snapshotting.take()))
    as_long = time.perf_counter() - begun
    return with_snapshot, await _longest_stop(asyncio.create_task(asyncio.sleep(as_long)))


async def _longest_stop(task: "asyncio.Task[None]") -> float:
    """Until the task is done, ms."""
    longest, before = 0.0, time.perf_counter()
    while not task.done():
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        longest, before = max(longest, now - before - 0.001), now
    await task
    return longest * 1_000
