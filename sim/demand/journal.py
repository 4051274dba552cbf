"""What happened at a desk, event by event: the journal that `ringback journal export` wrote, folded by a fresh desk."""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic_core import from_json, to_json

from router.core.commands import NodeStarted, Op
from router.core.desk import Desk, Entry
from router.core.events import Event
from router.core.ids import SessionId
from router.wire.codec import UnknownEntry, decode_command
from sim.demand.table import BadData


@dataclass(frozen=True, slots=True)
class Happened:
    """
    What came of an entry, or of deadlines before it (then without `entry`), at `now` (ms since 1970).

    `where` is the line of the file, `code` why the entry was refused, "" when it was not.
    """

    where: int
    now: int
    events: list[Event]
    entry: Entry | None = None
    code: str = ""


def is_journal(path: Path) -> bool:
    """Whether a file is one: it begins with `{`. Raises OSError."""
    with path.open("rb") as file:
        return file.read(1) == b"{"


def happened(path: Path) -> Iterator[Happened]:
    """Everything, in order. Raises `BadData`, naming the line, and OSError."""
    desk = Desk()
    with path.open("rb") as file:
        for where, text in enumerate(file, 1):
            found: list[Happened] = []
            try:
                entry = _entry(text)
                # Deadlines one by one, so that what they bring about has its own time; a node that starts goes first.
                while not isinstance(entry.command, NodeStarted):
                    due = desk.next_deadline()
                    if due is None or due > entry.now:
                        break
                    found.append(Happened(where, due, desk.advance(due)))
                folded = desk.fold(entry)
            except (UnknownEntry, ValueError, KeyError, TypeError) as error:
                raise BadData(path, where, f"is not an entry of a journal ({error})") from None
            yield from found
            yield Happened(where, entry.now, folded.events, entry, folded.code)


def _entry(text: bytes) -> Entry:
    """An entry of an exported journal: one line of JSON (docs/how-to/replay-a-journal.md)."""
    fields = from_json(text)
    command = to_json(fields["command"]) if "command" in fields else b64decode(fields["command64"], validate=True)
    known = decode_command(command, fields["v"], fields["offset"])
    session, _, counter = fields["op"].partition(":")
    op = Op(SessionId(int(session)), int(counter), bytes.fromhex(fields["body"])) if session else None
    return Entry(fields["t"] // 1000, op, known)
