"""
What a judge looks at: the merged history, the final journal and what each entry came to, final views, hashes, papers.

The journal is folded here once, by a fresh desk; the checks read the events and keep books of their own, so that a
desk that lies to itself does not lie to them.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from router.core.desk import Desk
from router.core.events import Event
from router.journal.port import StoredEntry
from router.service.entries import read_entry
from router.wire import frames as fr
from router.wire.sealing import DeskKeys
from tests.chaos.history import Note


@dataclass(slots=True)
class Step:
    """One entry and what it came to. `places` is (rank, sequence) of each contact that an event was about."""

    stored: StoredEntry
    command: Any
    events: list[Event]
    code: str
    repeated: bool
    contact: int
    o: int
    places: dict[int, tuple[int, int]]

    @property
    def offset(self) -> int:
        """Where it stands in the journal."""
        return self.stored.offset

    @property
    def now(self) -> int:
        """Journal time, ms."""
        return self.stored.stamp_us // 1000


@dataclass(slots=True)
class Evidence:
    """`broken`: why the fold stopped early, empty when it did not. `left`: contacts on the desk at the end."""

    notes: list[Note]
    entries: list[StoredEntry]
    steps: list[Step] = field(default_factory=list)
    broken: str = ""
    left: frozenset[int] = frozenset()
    body_of: Callable[[dict[str, Any]], bytes] = lambda frame: b""
    hashes: dict[str, str] = field(default_factory=dict)
    """Who folded the journal -> the hash of the state; all must be the same."""
    papers: dict[str, bytes] = field(default_factory=dict)
    """Name -> bytes that must hold nothing about people: logs, the exported journal, the store's own files."""
    numbers: frozenset[str] = frozenset()
    """The phone numbers that the clients left."""


def gather(notes: list[Note], entries: Iterable[StoredEntry], keys: DeskKeys, **more: Any) -> Evidence:
    """Fold the journal and put everything together."""
    found = Evidence(notes, list(entries), body_of=body_hash_under(keys), **more)
    fold(found)
    return found


def fold(found: Evidence) -> None:
    """Fold the entries in a fresh desk; `steps`, `broken` and `left` are set anew."""
    desk = Desk()
    found.steps, found.broken = [], ""
    for stored in found.entries:
        try:
            entry = read_entry(stored)
            folded = desk.fold(entry)
        except Exception as error:
            found.broken = f"entry {stored.offset}: {type(error).__name__}: {error}"
            break
        places = {}
        for event in folded.events:
            contact = desk.state.contacts.get(getattr(event, "contact_id", 0))
            if contact is not None:
                places[int(contact.id)] = (contact.rank, contact.seq)
        found.steps.append(
            Step(
                stored, entry.command, folded.events, folded.code, folded.repeated, folded.contact_id, folded.o, places
            )
        )
    found.left = frozenset(map(int, desk.state.contacts))


def body_hash_under(keys: DeskKeys) -> Callable[[dict[str, Any]], bytes]:
    """By what the journal knows the content of an operation's frame."""

    def body_of(frame: dict[str, Any]) -> bytes:
        return keys.body_hash(fr.canonical_bytes(cast(fr.Operation, fr.decode_frame(json.dumps(frame)))))

    return body_of
