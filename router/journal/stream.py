"""
How entries lie in the stream, and how to read them back fast: the fields stand in one fixed order, checked as a whole.

No store is called here. This is every node's hot path: about a microsecond an entry.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from router.journal.port import ENTRY_VERSION, NewEntry, StoredEntry, Trimmed, Unreadable

NAMES: Final = [b"v", b"t", b"node", b"op", b"body", b"actor", b"command", b"sealed", b"due"]
"""The field names in the order in which the appending function writes them; anything else is foreign."""

Row = tuple[bytes, list[bytes]]
"""What XRANGE answers for an entry: its id, then names and values in turn."""


def arguments(entries: Iterable[NewEntry]) -> list[bytes | str | int]:
    """Lay a batch out as the appending function's arguments, six to an entry."""
    flat: list[bytes | str | int] = []
    for entry in entries:
        flat += (entry.op, entry.body, entry.actor, entry.command, entry.sealed, entry.due)
    return flat


def stored_entries(rows: Sequence[Row], after: int, count: int) -> list[StoredEntry]:
    """
    Decode the rows that follow the offset `after`; there must be `count` of them.

    Raises `Trimmed` if the journal begins later than that, and `Unreadable` for a missing, foreign or broken entry.
    """
    entries: list[StoredEntry] = []
    keep = entries.append
    offset = after
    seen, stamp = b"", 0
    for entry_id, fields in rows:
        offset += 1
        if entry_id != b"%d-0" % offset:
            raise _out_of_order(entry_id, offset, after)
        try:
            if fields[::2] != NAMES:
                raise ValueError(f"its fields are {fields[::2]}")
            _, version, _, t, _, node, _, op, _, body, _, actor, _, command, _, sealed, _, due = fields
            if t != seen:  # a batch shares one stamp
                seen, stamp = t, int(t)
            name, incarnation = _writer(node)
            keep(
                StoredEntry(
                    offset, stamp, incarnation, name, op.decode(), body, actor.decode(), command, sealed, int(due),
                    int(version),
                )
            )  # fmt: skip
        except (ValueError, TypeError, AttributeError) as error:
            raise Unreadable(offset, str(error)) from error
    if len(entries) < count:
        raise Unreadable(offset + 1, "it is missing") if entries else Trimmed(after, after + count + 1)
    return entries


def own_entries(
    batch: Sequence[NewEntry], left_out: Sequence[int], first: int, stamp_us: int, node: str, incarnation: int
) -> list[StoredEntry]:
    """Say how a batch that was just taken lies in the stream, from the offset `first` on, without reading it back."""
    gone = frozenset(left_out)
    taken = [new for number, new in enumerate(batch, 1) if number not in gone] if gone else batch
    return [
        StoredEntry(
            offset, stamp_us, incarnation, node, new.op, new.body, new.actor, new.command, new.sealed, new.due,
            ENTRY_VERSION,
        )
        for offset, new in enumerate(taken, first)
    ]  # fmt: skip


@lru_cache(maxsize=256)
def _writer(node: bytes) -> tuple[str, int]:
    """Take `<node>:<incarnation>` apart; a stream knows few of them, so the answers are kept."""
    name, incarnation = node.decode().split(":")
    return name, int(incarnation)


def _out_of_order(entry_id: bytes, expected: int, after: int) -> Trimmed | Unreadable:
    number, _, sub = entry_id.partition(b"-")
    found = int(number)
    if sub == b"0" and found > expected:
        return Trimmed(after, found) if expected == after + 1 else Unreadable(expected, f"it is missing before {found}")
    return Unreadable(expected, f"the foreign id {entry_id.decode()} stands in its place")
