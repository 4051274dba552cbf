"""
Where a start goes on from: the newest verified snapshot that fits this journal, or the beginning.

Rules change at one entry of the journal and nowhere else: a desk that was stopped with a snapshot at its last entry
goes on from that state by the new rules, and the snapshot is kept for good as the barrier between the two. Whoever
folds the journal later begins there; what came before was decided by rules that this program does not have.

A snapshot fits if it is by these rules, if the journal's entry at its offset is the one that it was taken after, and if
every read model that needs its past finds it there. One that does not is passed over and said in the log; the journal
holds all that it held, so it costs time and nothing else.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol, runtime_checkable

import structlog
from pydantic_core import from_json, to_json

from router.core.desk import Desk
from router.core.snapshot import NotRestored, restore
from router.core.version import CORE_VERSION
from router.journal.entry_line import entry_line
from router.journal.port import Journal, JournalError, Opened, StoredEntry
from router.journal.snapshots import Snapshot, SnapshotRefused, Snapshots
from router.records.gathering import Gathering
from router.service.transcripts import Transcripts
from router.wire.codec import state_bytes

log = structlog.get_logger(__name__)


@runtime_checkable
class Keeper(Protocol):
    """A read model of the application that can go on from what it kept. What it keeps holds no words of people."""

    name: str

    def keep(self) -> bytes:
        """All that it has counted, as of the entry that was folded last; called on the serving loop."""
        ...

    def take(self, kept: bytes) -> None:
        """Go on from it; from nothing if it is empty. Raises ValueError if another version kept it."""
        ...


@dataclass(slots=True)
class Past:
    """A desk after the entry `offset`, and what read models need to go on from there."""

    desk: Desk = field(default_factory=Desk)
    offset: int = 0
    policy_source: str = ""
    words: dict[str, Any] | None = None
    """For `Transcripts.take`; None at the beginning of the journal."""
    kept: dict[str, bytes] = field(default_factory=dict)
    """By the names of read models."""
    records: list[Any] | None = None
    """For `Gathering.take`; None at the beginning of the journal, and in snapshots that are older than this."""

    def gathering(self) -> Gathering:
        """The records of open contacts so far."""
        found = Gathering(self.desk.state)
        if self.records is not None:
            found.take(self.records)
        return found

    def transcripts(self) -> Transcripts:
        """The words so far, to be followed and not to be opened."""
        found = Transcripts(self.desk.state)
        if self.words is not None:
            found.take(self.words)
        return found


def as_snapshot(past: Past, epoch: str, last: StoredEntry) -> Snapshot:
    """The file's content, for the entry that was folded last."""
    beside = {
        "entry": _name_of(last),
        "policy": past.policy_source,
        "words": past.words,
        "records": past.records,
        "kept": {name: b64encode(kept).decode() for name, kept in past.kept.items()},
    }
    return Snapshot(last.offset, epoch, CORE_VERSION, state_bytes(past.desk.snapshot()), to_json(beside))


async def newest_past(
    journal: Journal, opened: Opened, snapshots: Snapshots, wanted: Sequence[str] | None = (), may_upgrade: bool = False
) -> Past:
    """
    Read the newest snapshot that fits an open journal and keeps what is wanted; the beginning if none does.

    With `wanted` None everything is to be folded that these rules have decided.

    With `may_upgrade` a snapshot by older rules at the journal's end becomes the barrier after which these rules hold.
    Raises `SnapshotRefused` if there is a barrier and it cannot be read.
    """
    usable = snapshots.newest_first(CORE_VERSION, opened.last, _passed_over) if wanted is not None else ()
    for snapshot in usable:
        why = await _foreign(journal, opened, snapshot)
        if not why:
            try:
                past = _read(snapshot)
                absent = [name for name in wanted or () if name not in past.kept]
                if not absent:
                    return past
                why = f"nothing is kept in it of {', '.join(absent)}"
            except (NotRestored, ValueError, KeyError, TypeError) as error:
                why = f"this program cannot read it ({error})"
        _passed_over(f"the snapshot at {snapshot.offset}: {why}")
    return await _at_barrier(journal, opened, snapshots, may_upgrade)


async def _at_barrier(journal: Journal, opened: Opened, snapshots: Snapshots, may_upgrade: bool) -> Past:
    """Where these rules begin; read models begin there as well, for what they counted went by other rules."""
    barrier = snapshots.barrier(CORE_VERSION, opened.last)
    if barrier is None and may_upgrade:
        barrier = snapshots.set_barrier(CORE_VERSION, opened.last)
        if barrier is not None:
            log.info("the rules change", offset=barrier.offset, old=barrier.core_version, new=CORE_VERSION)
    if barrier is None:
        return Past()
    why = await _foreign(journal, opened, barrier)
    try:
        if not why:
            past = _read(barrier)
            past.kept = {}
            return past
    except (NotRestored, ValueError, KeyError, TypeError) as error:
        why = str(error)
    raise SnapshotRefused(f"the state at {barrier.offset}, after which these rules hold, cannot be gone on from: {why}")


def _passed_over(why: str) -> None:
    log.warning("a snapshot is passed over", reason=why)


async def _foreign(journal: Journal, opened: Opened, snapshot: Snapshot) -> str:
    """Why a snapshot is not of this journal; empty if it is."""
    try:
        (entry,) = await journal.read(snapshot.offset - 1, 1)
    except JournalError:
        # The entry is neither in the store nor in the archive: then only the journal's life can tell.
        return "" if snapshot.epoch == opened.epoch else "it is of another life of the journal"
    same = from_json(snapshot.beside).get("entry") == _name_of(entry)
    return "" if same else "the journal holds another entry there"


def _read(snapshot: Snapshot) -> Past:
    beside = from_json(snapshot.beside)
    past = Past(
        Desk(restore(from_json(snapshot.state))),
        snapshot.offset,
        beside["policy"],
        beside["words"],
        {name: b64decode(kept) for name, kept in beside["kept"].items()},
        beside.get("records"),
    )
    if state_bytes(past.desk.snapshot()) != snapshot.state:
        raise NotRestored("what it comes to is not what was written")
    past.transcripts()
    if past.records is not None:
        past.gathering()
    return past


def _name_of(entry: StoredEntry) -> str:
    return sha256(entry_line(entry)).hexdigest()
