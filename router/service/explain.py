"""
Why a contact was offered to whom, told from the journal: folded again, and looked at just before each offer.

What is sealed stays sealed: people are told by their ids.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from router.core.clocks import CaseClock
from router.core.desk import Desk
from router.core.errors import REASONS
from router.core.events import CONTACT_EVENTS, Event, OfferMade
from router.core.explain import BARRIERS, HOLDS, WHY, Decision, decision
from router.core.ids import ContactId
from router.core.state import DeskState
from router.journal.port import StoredEntry
from router.service.entries import FoldFailed, read_entry

SHOWN: Final = 8
"""Agents and contacts listed by id before the rest is only counted."""


@dataclass(frozen=True, slots=True)
class Happened:
    """Something in a contact's life: when (ms), what, and the decision behind it if it is an offer."""

    at: int
    event: Event | None
    refused: str
    decision: Decision | None


class _Watched(DeskState):
    """A state that keeps what can be said of offers of one contact, before they are applied."""

    def __init__(self, contact_id: ContactId) -> None:
        super().__init__()
        self.watched = contact_id
        self.happened: list[Happened] = []

    def emit(self, event: Event) -> None:
        if getattr(event, "contact_id", None) == self.watched:
            why = decision(self, event) if isinstance(event, OfferMade) else None
            self.happened.append(Happened(self.now, event, "", why))
        super().emit(event)


def life_of(entries: Iterable[StoredEntry], contact_id: ContactId) -> list[Happened]:
    """Everything that happened to a contact, in order; empty if it never was. Raises FoldFailed, UnknownEntry."""
    state = _Watched(contact_id)
    desk = Desk(state)
    for stored in entries:
        entry = read_entry(stored)
        try:
            folded = desk.fold(entry)
        except Exception as error:
            raise FoldFailed(stored.offset, error) from error
        if folded.code and not folded.repeated and getattr(entry.command, "contact_id", None) == contact_id:
            state.happened.append(Happened(entry.now, None, f"{type(entry.command).__name__}: {folded.code}", None))
    return state.happened


def explained(happened: Iterable[Happened]) -> Iterator[str]:
    """The same as lines for people."""
    first = None
    for each in happened:
        first = each.at if first is None else first
        yield f"{_since(each.at - first):>10}  {_what(each)}"
        if each.decision is not None:
            yield from (f"{'':12}{line}" for line in _why(each.decision))


def _what(each: Happened) -> str:
    if each.event is None:
        command, _, code = each.refused.partition(": ")
        return f"refused {command}: {REASONS[code]}"
    event = each.event
    names = [name for name in type(event).__dataclass_fields__ if name not in ("contact_id", "o")]
    told = ", ".join(f"{name} {getattr(event, name)}" for name in names if not _is_idle(getattr(event, name)))
    number = f"#{event.o} " if isinstance(event, CONTACT_EVENTS) else ""  # type: ignore[union-attr]
    return f"{number}{type(event).__name__}{': ' if told else ''}{told}"


def _why(why: Decision) -> Iterator[str]:
    waited = _since(why.waited_ms)
    yield f"why: {WHY[why.why]}; line {why.line}, {why.channel}, step {why.step + 1}, waited {waited}"
    if why.clock is not None:
        yield _clock(why.clock, why.now)
    others = [agent_id for agent_id, _ in why.candidates if agent_id != why.agent_id]
    following = f"next would be {_some(others)}" if others else "no other"
    yield f"to agent {why.agent_id} by {why.strategy}; {following}"
    for reason in BARRIERS:
        kept = [agent_id for agent_id, name in why.ruled_out if name == reason]
        if kept:
            yield f"not {_some(kept)}: {BARRIERS[reason]}"
    for reason in dict.fromkeys(name for _, name in why.passed):
        passed = [contact_id for contact_id, name in why.passed if name == reason]
        words = HOLDS.get(reason) or f"the agent {BARRIERS[reason]}" if reason else "both were possible"
        yield f"passed contact {_some(passed)}, which ranks ahead: {words}"


def _clock(clock: CaseClock, now: int) -> str:
    """What the case clock shows, and how long until the case is due by the clock on the wall."""
    shown = f"case clock {_since(clock.shown_ms)} of {_since(clock.target_ms)} work time"
    still = " (stands still)" if clock.resumes_at else ""
    if not clock.due:
        return f"{shown}{still}; when it is due lies beyond the known calendar"
    left = clock.due - now
    return f"{shown}{still}; {'due in' if left >= 0 else 'overdue by'} {_since(abs(left))}"


def _some(ids: Sequence[int]) -> str:
    listed = ", ".join(map(str, ids[:SHOWN]))
    return listed if len(ids) <= SHOWN else f"{listed} and {len(ids) - SHOWN} more"


def _is_idle(value: object) -> bool:
    return value in ("", 0, False, None, ())


def _since(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes}:{seconds:02}.{rest:03}"
