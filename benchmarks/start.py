"""
How long a node folds before it can serve: the journal read ahead while folding, beside one batch after the other.

The journal is that of the desk's own benchmark, on a store of its own; both ways read and fold all of it in a fresh
desk, in turn.
"""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Final

from benchmarks.desk import _Bench
from router.core import commands as cmd
from router.core.desk import Desk
from router.journal.embedded import EmbeddedServer
from router.journal.port import MAX_BATCH, NewEntry
from router.journal.reading import READ_COUNT, read_ahead
from router.journal.redis import RedisJournal
from router.service.entries import read_entry
from router.wire.codec import encode_command

STRETCH: Final = 100
"""Entries folded before the loop comes to the batch that is on its way."""


async def seconds(contacts: int, rounds: int) -> tuple[int, list[tuple[float, float]]]:
    """How many entries there are, and for each round the seconds with reading ahead and without."""
    entries = [NewEntry("", b"", "", encode_command(command), b"x" * 60, 0) for command in recorded(contacts)]
    with tempfile.TemporaryDirectory() as folder:
        async with EmbeddedServer(Path(folder)) as server:
            journal = RedisJournal(server.url, "bench")
            await journal.open("bench")
            for start in range(0, len(entries), MAX_BATCH):
                await journal.append(start // MAX_BATCH + 1, start, entries[start : start + MAX_BATCH], [])
            last = len(entries)
            pairs = [(await _ahead(journal, last), await _in_turn(journal, last)) for _ in range(rounds)]
            await journal.close()
    return last, pairs


class _Recorder(_Bench):
    """A busy desk whose commands are kept."""

    def __init__(self, seed: int) -> None:
        self.kept: list[cmd.Command] = []
        super().__init__(seed)

    def send(self, command: cmd.Command) -> None:
        self.kept.append(command)
        super().send(command)


def recorded(contacts: int) -> list[cmd.Command]:
    recorder = _Recorder(1)
    for n in range(contacts):
        recorder.one_contact(n + 1)
    return recorder.kept


async def _ahead(journal: RedisJournal, last: int) -> float:
    desk, started = Desk(), time.perf_counter()
    async for batch in read_ahead(journal, 0, last):
        for start in range(0, len(batch), STRETCH):
            for stored in batch[start : start + STRETCH]:
                desk.fold(read_entry(stored))
            await asyncio.sleep(0)
    return time.perf_counter() - started


async def _in_turn(journal: RedisJournal, last: int) -> float:
    desk, started, applied = Desk(), time.perf_counter(), 0
    while applied < last:
        batch = await journal.read(applied, READ_COUNT)
        for stored in batch:
            desk.fold(read_entry(stored))
        applied = batch[-1].offset
    return time.perf_counter() - started
