"""
The journal as the rest of the desk sees it: one total order of entries, one clock, one rule for sending again.

Rule 1: only shapes, promises and errors live here; no store, no clock, no codec. `command` and `sealed` are bytes that
this room never looks into. Rule 2: whatever an adapter cannot promise, it raises as one of the errors below.

How a node uses it: `open`, then number its batches 1, 2, 3, ... for this incarnation, one append in flight. A number
stands for one content for ever: after `Uncertain` send the *same number with the same entries* again, as often as it
takes. To catch up while `applied < last`, send an empty batch under the number answered last (or under the next
one, which it then uses up); its reply carries the entries that follow `applied`.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

ENTRY_VERSION = 2
"""The format of an entry, the field `v` in the stream: by it a reader knows in which form the command is written."""

MAX_BATCH = 1_000
"""Entries in one call; the store serves nobody else while it runs."""

REPLY_ENTRIES = 1_000
"""A reply carries at most this many entries more than its batch holds."""


@dataclass(slots=True)
class NewEntry:
    """An entry on its way to the journal."""

    op: str
    """`<session>:<counter>`, both decimal; empty for an entry that the node made itself."""
    body: bytes
    """16 bytes of keyed hash over the client's frame, or empty."""
    actor: str
    command: bytes
    sealed: bytes
    due: int
    """A stamp in microseconds: append only if `last entry's stamp < due <= stamp`. 0: append always."""


@dataclass(slots=True)
class StoredEntry:
    """An entry as the journal holds it, the same for every node."""

    offset: int
    """1, 2, 3, ... without a gap."""
    stamp_us: int
    """Journal time, microseconds; never goes back."""
    incarnation: int
    """Of the node that appended it."""
    node: str
    op: str
    body: bytes
    actor: str
    command: bytes
    sealed: bytes
    due: int
    version: int


@dataclass(frozen=True, slots=True)
class Opened:
    """What `open` found: a life of the journal (`epoch`), this node's new life in it, and the last offset taken."""

    epoch: str
    incarnation: int
    last: int


@dataclass(frozen=True, slots=True)
class Appended:
    """The answer to one batch. While `entries` does not reach `last`, more is to be fetched."""

    last: int
    stamp_us: int
    """Journal time of this call, microseconds; deadlines are armed from it, also when nothing was appended."""
    entries: list[StoredEntry]
    """What follows `applied`, in order, without a gap; at most `REPLY_ENTRIES` more than the batch holds."""


@dataclass(frozen=True, slots=True)
class Extent:
    """What the store holds of the journal."""

    first: int
    """The first offset that is left; `last` + 1 when none is."""
    last: int
    bytes: int
    """What the entries take of the store's memory, about."""


class JournalError(Exception):
    """The journal cannot do what was asked."""


class Fenced(JournalError):
    """A newer incarnation of this node has opened the journal; this one must stop and may not append again."""


class BatchGap(JournalError):
    """A batch number was left out. Nothing was appended; send the missing number first."""


class Regressed(JournalError):
    """The store does not continue what this node has folded: flushed, restored or failed over. Stop and rebuild."""


class Uncertain(JournalError):
    """No answer came in time; the batch may be there or not. Send the same number with the same entries again."""


class Unusable(JournalError):
    """The store refuses to serve as a journal (rights, version, wrong kind of key); the text says what to change."""


class Unreadable(JournalError):
    """An entry cannot be decoded, or is missing from the middle; folding past it would be guessing."""

    def __init__(self, offset: int, why: str) -> None:
        super().__init__(f"entry {offset} of the journal cannot be read: {why}")
        self.offset = offset


class Trimmed(JournalError):
    """The entries after `after` have left the store; load a snapshot or the archived segments up to `first` - 1."""

    def __init__(self, after: int, first: int) -> None:
        super().__init__(f"the journal was trimmed: the entries after {after} are gone, it begins at {first}")
        self.after = after
        self.first = first


class Journal(Protocol):
    """One desk's journal, seen from one node. Any call may raise a `JournalError`."""

    async def open(self, node: str) -> Opened:
        """Begin a new incarnation of `node` (letters, digits, `-`, `_`); earlier ones are fenced from now on."""
        ...

    async def append(
        self, batch_number: int, applied: int, entries: Sequence[NewEntry], keys: Sequence[tuple[int, bytes]]
    ) -> Appended:
        """
        Append a batch once and return what follows `applied`, the last offset that this node has folded.

        `keys` are wrapped contact keys, written before the entries that need them; a key that exists is never replaced.
        Raises `Fenced`, `BatchGap`, `Regressed`, `Uncertain`, `Unreadable` or `Trimmed`. A cancelled call may still
        append; send its number again.
        """
        ...

    async def read(self, after: int, count: int, wait_ms: int = 0) -> list[StoredEntry]:
        """Return at most `count` entries after `after`, in order; while there is none, wait up to `wait_ms`."""
        ...

    async def load_keys(self, ids: Iterable[int]) -> dict[int, bytes]:
        """Return the wrapped keys of these contacts; a contact whose key was erased is not in it."""
        ...

    def all_keys(self) -> AsyncIterator[tuple[int, bytes]]:
        """Go through every (contact id, wrapped key), in no order; one may come twice."""
        ...

    async def drop_keys(self, ids: Iterable[int]) -> None:
        """Delete the keys of contacts that were never opened; what they sealed can be read by nobody from now on."""
        ...

    async def erase(self, ids: Iterable[int]) -> None:
        """
        Delete the keys of these contacts, and return once the store has written its files anew without them.

        What was sealed under them stays in the journal and can be read by nobody; a replay comes to the same state.
        Raises `Uncertain` when the store does not get it done; then ask again.
        """
        ...

    async def extent(self) -> Extent:
        """Say what the store holds."""
        ...

    async def trim(self, first: int) -> None:
        """Drop the entries before `first`, which must be archived: offsets go on as if they were there."""
        ...

    async def close(self) -> None:
        """Finish what is in flight and let go of the store; nothing is lost by not calling it."""
        ...
