"""
Contacts as they were: when each was asked for and in which line, and how long it took where that was written down.

Three forms: CSV, Parquet, and the journal of a desk (`ringback journal export`), which is folded by a fresh desk, so
that everything in it happens as it happened. What a file does not tell is drawn as for any other customer.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, cast, get_args

from router.core import events as ev
from router.core.commands import RequestChat
from router.core.ids import LineKey, line_key
from sim.demand.journal import happened, is_journal
from sim.demand.local import RunClock
from sim.demand.section import Channel, Impact
from sim.demand.table import BadData, number, rows_of

CHANNELS: tuple[str, ...] = get_args(Channel)
IMPACTS: tuple[str, ...] = get_args(Impact)
UNKNOWN = -1
"""For a duration that nobody wrote down."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One contact. Durations in milliseconds, `UNKNOWN` where the file does not tell; `where` is its line there."""

    asked: datetime
    line: LineKey
    channel: Channel = "chat"
    impact: Impact = "one"
    patience_ms: int = UNKNOWN
    handle_ms: int = UNKNOWN
    wrap_up_ms: int = UNKNOWN
    where: int = 0


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=4)
def trace_of(path: str, sha256: str) -> list[Recorded]:
    """The contacts of a file that is known to have this digest; see `read_trace`."""
    return read_trace(Path(path))


def read_trace(path: Path) -> list[Recorded]:
    """
    The contacts of a file, in the order they were asked for; equal times keep the file's order.

    Raises `BadData`, OSError.
    """
    found = _of_journal(path) if is_journal(path) else list(_of_table(path))
    if not found:
        raise BadData(path, 0, "holds no contact")
    return sorted(found, key=lambda one: one.asked.replace(tzinfo=one.asked.tzinfo or UTC))


def on_the_clock(found: list[Recorded], clock: RunClock) -> list[tuple[float, Recorded]]:
    """(time of asking on the run's own clock, contact), in order; times without an offset are the desk's own."""
    return sorted(((clock.offset_ms(one.asked), one) for one in found), key=lambda each: each[0])


def _of_table(path: Path) -> Iterator[Recorded]:
    for line, row in rows_of(path, ("asked", "product", "language")):
        try:
            asked = datetime.fromisoformat(row["asked"])
        except ValueError:
            what = f"asked: '{row['asked'][:40]}' is not a time like 2026-11-17T09:30:00"
            raise BadData(path, line, what) from None
        channel, impact = row.get("channel") or "chat", row.get("impact") or "one"
        for name, word, known in (("channel", channel, CHANNELS), ("impact", impact, IMPACTS)):
            if word not in known:
                raise BadData(path, line, f"{name}: '{word[:40]}' is none of {', '.join(known)}")
        durations = {
            f"{name}_ms": round(1000 * number(path, line, row, f"{name}_s"))
            for name in ("patience", "handle", "wrap_up")
            if row.get(f"{name}_s")
        }
        line_of = line_key(row["product"], row["language"])
        yield Recorded(asked, line_of, cast(Channel, channel), cast(Impact, impact), **durations, where=line)


def _of_journal(path: Path) -> list[Recorded]:
    """What became of each contact; whoever was refused because a line was full asked, too."""
    found, since = dict[int, Recorded](), dict[int, int]()
    for one in happened(path):
        command = one.entry.command if one.entry is not None else None
        if isinstance(command, RequestChat) and one.code == "queue_full":
            asked = _moment(one.now)
            found[-one.where] = Recorded(asked, command.line, "chat", command.claimed_impact, where=one.where)
        for event in one.events:
            _note(event, one.now, one.where, found, since)
    return list(found.values())


def _note(event: Any, now: int, where: int, found: dict[int, Recorded], since: dict[int, int]) -> None:
    if isinstance(event, ev.ContactQueued):
        asked, channel = _moment(event.waiting_since), cast(Channel, event.channel)
        found[event.contact_id] = Recorded(asked, event.line, channel, event.claimed_impact, where=where)
    elif isinstance(event, ev.CallbackRequested):
        found[event.contact_id] = Recorded(_moment(event.waiting_since), event.line, "callback", where=where)
    elif isinstance(event, ev.ContactConnected | ev.CallbackReached):
        since[event.contact_id] = now
    elif isinstance(event, ev.ContactAbandoned):
        one = found.get(event.contact_id)
        if one is not None:
            waited = event.ended - round(one.asked.timestamp() * 1000)
            found[event.contact_id] = replace(one, patience_ms=waited)
    elif isinstance(event, ev.ContactEnded | ev.ContactClosed):
        one, began = found.get(event.contact_id), since.get(event.contact_id)
        if one is not None and began is not None:
            took = "handle_ms" if isinstance(event, ev.ContactEnded) else "wrap_up_ms"
            found[event.contact_id] = replace(one, **{took: now - began})  # type: ignore[arg-type]  # whole ms
            since[event.contact_id] = now


def _moment(now_ms: int) -> datetime:
    return datetime.fromtimestamp(now_ms / 1000, UTC)
