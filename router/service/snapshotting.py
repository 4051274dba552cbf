"""
Taking a snapshot of a desk, outside the server: one process folds and writes it, another folds again and agrees.

The serving loop has no part in it, and a desk that runs goes on meanwhile.
"""

import asyncio
import os
import secrets
import sys
from contextlib import aclosing
from pathlib import Path

from router.core.desk import Desk
from router.core.version import CORE_VERSION
from router.journal.port import Journal, JournalError
from router.journal.reading import read_ahead
from router.journal.snapshots import Snapshot
from router.service.entries import FoldFailed, read_entry
from router.service.folder import REDIS_VARIABLE, Place, looking_into
from router.wire.codec import state_bytes, state_hash


async def fold_to(journal: Journal, last: int) -> Desk:
    """Fold an open journal from its beginning to the entry `last`, in a fresh desk. Raises FoldFailed, UnknownEntry."""
    desk = Desk()
    async with aclosing(read_ahead(journal, 0, last)) as batches:
        async for entries in batches:
            for stored in entries:
                entry = read_entry(stored)
                try:
                    desk.fold(entry)
                except Exception as error:
                    raise FoldFailed(stored.offset, error) from error
            await asyncio.sleep(0)
    return desk


async def snapshot_desk(place: Place) -> Path:
    """
    Write a snapshot of a desk's present state and have it verified; returns its file.

    Raises JournalError, FoldFailed or UnknownEntry; `SnapshotRefused` (a JournalError) if the two folds differ.
    """
    async with looking_into(place) as found:
        last = found.opened.last
        desk = await fold_to(found.whole, last)
        made = Snapshot(last, found.opened.epoch, CORE_VERSION, state_bytes(desk.snapshot()))
        found.snapshots.save(made)
        return found.snapshots.approve(last, await _refolded_elsewhere(place, last))


async def refold(place: Place, offset: int) -> str:
    """Fold a desk's journal to an offset; the hash of the state."""
    async with looking_into(place) as found:
        return state_hash((await fold_to(found.whole, offset)).snapshot())


async def _refolded_elsewhere(place: Place, offset: int) -> str:
    """The same by another process, under another hash seed, so that no order of chance can pass for a rule."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "router.service", "refold", "--data", str(place.data), str(offset),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, REDIS_VARIABLE: place.redis, "PYTHONHASHSEED": str(secrets.randbelow(2**32))},
    )  # fmt: skip
    output, errors = await process.communicate()
    if process.returncode:
        raise JournalError(f"the journal could not be folded again: {errors.decode(errors='replace').strip()[-1_000:]}")
    return output.decode().strip()
