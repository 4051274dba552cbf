"""
Taking snapshots of a desk: one process folds and writes, another folds again and agrees, both beside the server.

The server only notices that it is time, lets its read models say what they have counted, and has that process started;
folding, packing and comparing are done elsewhere, at a lower priority.
"""

import asyncio
import os
import secrets
import sys
from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Final

import structlog
from pydantic_core import to_json

from router.core.commands import PolicyChanged
from router.journal.port import Journal, JournalError, StoredEntry
from router.journal.reading import read_ahead
from router.service.entries import FoldFailed, check_rules, read_entry
from router.service.folder import REDIS_VARIABLE, Looked, Place, looking_into
from router.service.node import Node
from router.service.past import Keeper, Past, as_snapshot, newest_past
from router.wire.codec import state_hash

EVERY: Final = 20_000
"""Entries from one snapshot to the next: folding as many takes a start about a second."""
LOOK_AGAIN_S: Final = 10.0

log = structlog.get_logger(__name__)


async def fold_to(journal: Journal, past: Past, last: int) -> StoredEntry:
    """Bring a past up to the entry `last` and return that entry. Raises FoldFailed or UnknownEntry."""
    transcripts, gathering = past.transcripts(), past.gathering()
    stored: StoredEntry | None = None
    async with aclosing(read_ahead(journal, past.offset, last)) as batches:
        async for entries in batches:
            for stored in entries:
                check_rules(stored)
                entry = read_entry(stored)
                try:
                    folded = past.desk.fold(entry)
                    transcripts.on_entry(stored, entry, folded)
                    gathering.follow(stored, entry, folded)
                except Exception as error:
                    raise FoldFailed(stored.offset, error) from error
                if entry.command.__class__ is PolicyChanged and not folded.code:
                    past.policy_source = entry.command.source
            await asyncio.sleep(0)
    assert stored is not None  # A past ends before `last`.
    past.offset, past.words, past.records = last, transcripts.plain(), gathering.plain()
    return stored


async def snapshot_desk(place: Place, offset: int = 0, kept: Mapping[str, bytes] | None = None) -> Path:
    """
    Write a snapshot of a desk's state at an offset (0: the present) and have it verified; returns its file.

    `kept` is what read models counted up to that offset. Raises JournalError, FoldFailed or UnknownEntry;
    `SnapshotRefused` (a JournalError) if the two folds differ.
    """
    async with looking_into(place) as found:
        past = await _past(found, offset or found.opened.last)
        last = await fold_to(found.whole, past, offset or found.opened.last)
        past.kept = dict(kept or {})
        found.snapshots.save(as_snapshot(past, found.opened.epoch, last))
        return found.snapshots.approve(last.offset, await _refolded_elsewhere(place, last.offset))


async def refold(place: Place, offset: int) -> str:
    """Fold a desk's journal to an offset; the hash of the state."""
    async with looking_into(place) as found:
        past = await _past(found, offset)
        await fold_to(found.whole, past, offset)
        return state_hash(past.desk.snapshot())


async def _past(found: Looked, last: int) -> Past:
    """From where to fold: the snapshot before, which two have agreed on."""
    past = await newest_past(found.whole, replace(found.opened, last=last - 1), found.snapshots)
    return past if past.records is not None else Past()


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


class Snapshotting:
    """Has snapshots of a running desk written, so that a start has at most about `every` entries to fold."""

    def __init__(self, node: Node, place: Place, keepers: Sequence[Keeper], every: int = EVERY) -> None:
        self._node = node
        self._place = place
        self._keepers = keepers
        self._every = every
        self._taken = node.applied
        self._task: asyncio.Task[None] | None = None

    def start(self, taken: int) -> None:
        """Begin to look now and then; the newest snapshot is at `taken`."""
        self._taken = taken
        self._task = asyncio.create_task(self._watch(), name="snapshots")

    async def stop(self) -> None:
        """Look no more; a process that is at work ends by itself."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_AGAIN_S)
            if self._node.applied - self._taken >= self._every:
                try:
                    await self.take()
                except OSError as error:
                    log.warning("no snapshot was taken", reason=str(error))

    async def take(self) -> None:
        """Have one written at the entry that was folded last; returns when it is there, or the log says why not."""
        self._taken = offset = self._node.applied
        kept = to_json({keeper.name: b64encode(keeper.keep()).decode() for keeper in self._keepers})
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "router.service", "snapshot", "--data", str(self._place.data), str(offset),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
            start_new_session=True, env={**os.environ, REDIS_VARIABLE: self._place.redis},
        )  # fmt: skip
        _, errors = await process.communicate(kept)
        if process.returncode:
            log.warning("no snapshot was taken", offset=offset, reason=errors.decode(errors="replace").strip()[-1_000:])
        else:
            log.info("a snapshot was taken", offset=offset)
