"""
From the journal's events to the record of a contact: what is open is gathered, and comes out whole when it ends.

A record is a function of the entries up to its end, so whoever folds them again comes to the same one. Nothing is
opened, measured against a clock, or written here. What a deadline caused has the time of the entry by which it fired.
"""

from base64 import b64decode, b64encode
from typing import Any, Final, cast

from router.core import events as ev
from router.core.commands import AcceptOffer
from router.core.desk import Entry, Folded
from router.core.events import CONTACT_BEGINS, CONTACT_ENDS, CONTACT_EVENTS
from router.core.ids import ContactId
from router.core.lines import Contact, begun
from router.core.state import DeskState
from router.journal.port import StoredEntry

Row = dict[str, Any]

_CONTACT_EVENTS: Final = frozenset(CONTACT_EVENTS)
_OUTCOMES: Final[dict[type, str]] = {
    ev.ContactClosed: "served",
    ev.ContactAbandoned: "abandoned",
    ev.ContactSentAway: "blocked",
    ev.ContactExpired: "expired",
    ev.CallbackCancelled: "cancelled",
    ev.CallbackExpired: "expired",
    ev.CallbackUnreachable: "unreachable",
}
OUTCOMES: Final = ("served", "abandoned", "short_abandon", "blocked", "cancelled", "expired", "unreachable")
"""How a contact may have ended."""


class Record:
    """One contact's rows. `contact` is the desk's own record, which stays as it was when the contact ended."""

    __slots__ = (
        "attempts",
        "closed_at",
        "contact",
        "dialled_at",
        "ended_at",
        "intro",
        "messages",
        "note",
        "number",
        "offset",
        "opened_as",
        "opened_at",
        "outcome",
        "promise",
        "reason",
        "stated",
        "talked_ms",
        "talks_since",
        "turns",
        "waited_ms",
    )  # fmt: skip

    def __init__(self, contact: Contact, now: int, intro: bytes) -> None:
        self.contact = contact
        self.opened_as = contact.channel
        self.opened_at = now
        self.intro = intro
        self.number = b""
        self.note = b""
        self.turns: list[Row] = []
        self.messages: list[Row] = []
        self.attempts: list[Row] = []
        self.promise: tuple[int, int] | None = None
        self.dialled_at: int | None = None
        self.waited_ms: int | None = None
        self.talked_ms = 0
        self.talks_since: int | None = None
        self.ended_at: int | None = None
        self.outcome = ""
        self.reason = self.stated = ""
        self.closed_at = 0
        self.offset = 0

    # --- what happens on the way

    def take(self, event: ev.ContactEvent, now: int, sealed: bytes, accepted: bool) -> None:
        """Take down an event. `accepted`: the entry is an agent's own acceptance, whose sealed part is the name."""
        if isinstance(event, ev.MessagePosted):
            self.messages.append(
                {"contact_id": event.contact_id, "o": event.o, "at": now, "party": event.party, "sealed": sealed}
            )
        elif isinstance(event, ev.ContactConnected | ev.DialStarted):
            self._begin_turn(event, now, sealed if accepted else b"")
        elif isinstance(event, ev.ContactConverted):
            self.number = sealed
            self._promised(event)
        elif isinstance(event, ev.ReturnedToChat):
            self.promise = self.dialled_at = None
        elif isinstance(event, ev.RingStarted):
            self.number = sealed
            self._begin_attempt(event, now)
        elif isinstance(event, ev.CallbackReached):
            self._end_attempt("reached", now)
            self._begin_talk(now)
        elif isinstance(event, ev.AttemptFailed | ev.RingFailed | ev.CallbackUnreachable):
            self._end_attempt(event.failure, now)
            if not isinstance(event, ev.RingFailed):
                self._end_turn(now)
        elif isinstance(event, ev.ContactRequeued | ev.ContactTransferred | ev.ContactParked):
            if isinstance(event, ev.ContactTransferred):
                self.note = sealed
            self._end_attempt("lost", now)
            self._end_turn(now)
        elif isinstance(event, ev.ContactEnded):
            self._end_talk(now)
            self.ended_at = now

    def requested(self, event: ev.CallbackRequested, sealed: bytes) -> None:
        """The contact began as a callback; its first words hold the number too."""
        self.number = sealed
        self._promised(event)

    def end(self, event: ev.ContactEvent, now: int, offset: int) -> None:
        """The contact is over, by the entry at this offset."""
        self.outcome = _OUTCOMES[event.__class__]
        if isinstance(event, ev.ContactAbandoned) and event.short:
            self.outcome = "short_abandon"
        elif isinstance(event, ev.ContactClosed):
            self.reason, self.stated = event.reason, event.outcome
        elif isinstance(event, ev.CallbackCancelled):
            self.reason = event.reason
        self._end_attempt("lost", now)
        self._end_turn(now)
        self.closed_at = now
        self.offset = offset

    def _begin_turn(self, event: ev.ContactConnected | ev.DialStarted, now: int, name: bytes) -> None:
        self.turns.append(
            {
                "contact_id": event.contact_id, "turn": len(self.turns) + 1, "agent_id": event.agent_id,
                "from_at": now, "to_at": 0, "name": name,
            }
        )  # fmt: skip
        if isinstance(event, ev.DialStarted):
            if self.dialled_at is None:
                self.dialled_at = now
            self._begin_attempt(event, now)
        else:
            self._begin_talk(now)

    def _end_turn(self, now: int) -> None:
        self._end_talk(now)
        if self.turns and not self.turns[-1]["to_at"]:
            self.turns[-1]["to_at"] = now

    def _begin_talk(self, now: int) -> None:
        if self.waited_ms is None:
            self.waited_ms = now - self.opened_at
        if self.talks_since is None:
            self.talks_since = now

    def _end_talk(self, now: int) -> None:
        if self.talks_since is not None:
            self.talked_ms += now - self.talks_since
            self.talks_since = None

    def _begin_attempt(self, event: ev.DialStarted | ev.RingStarted, now: int) -> None:
        self.attempts.append(
            {
                "contact_id": event.contact_id, "attempt": event.attempt, "agent_id": event.agent_id,
                "from_at": now, "to_at": 0, "result": "",
            }
        )  # fmt: skip

    def _end_attempt(self, result: str, now: int) -> None:
        if self.attempts and not self.attempts[-1]["result"]:
            self.attempts[-1].update(to_at=now, result=result)

    def _promised(self, event: ev.ContactConverted | ev.CallbackRequested) -> None:
        self.promise, self.dialled_at = (event.promise_from, event.promise_to), None

    # --- going on from a snapshot

    def plain(self) -> list[Any]:
        """Everything but the contact, as JSON takes it, of a contact that is open; `restored` is the way back."""
        return [
            self.opened_as, self.opened_at, *map(_text, (self.intro, self.number, self.note)),
            [{**turn, "name": _text(turn["name"])} for turn in self.turns],
            [{**message, "sealed": _text(message["sealed"])} for message in self.messages],
            self.attempts, self.promise, self.dialled_at, self.waited_ms, self.talked_ms, self.talks_since,
            self.ended_at,
        ]  # fmt: skip

    @classmethod
    def restored(cls, contact: Contact, plain: list[Any]) -> "Record":
        """The record of this contact of which `plain` is the form. Raises ValueError for another form."""
        record = cls(contact, 0, b"")
        (
            record.opened_as, record.opened_at, intro, number, note, turns, messages, record.attempts, promise,
            record.dialled_at, record.waited_ms, record.talked_ms, record.talks_since, record.ended_at,
        ) = plain  # fmt: skip
        record.intro, record.number, record.note = b64decode(intro), b64decode(number), b64decode(note)
        record.turns = [{**turn, "name": b64decode(turn["name"])} for turn in turns]
        record.messages = [{**message, "sealed": b64decode(message["sealed"])} for message in messages]
        record.promise = None if promise is None else (promise[0], promise[1])
        return record

    # --- what is kept

    def row(self) -> Row:
        """The contact's own row."""
        contact = self.contact
        promise_from, promise_to = self.promise or (None, None)
        return {
            "contact_id": contact.id,
            "asc_id": contact.asc_id,
            "company_id": contact.company_id,
            "line": contact.line,
            "language": contact.line.partition("/")[2],
            "opened_as": self.opened_as,
            "channel": contact.channel,
            "priority": contact.priority,
            "incident": contact.incident,
            "opened_at": self.opened_at,
            "closed_at": self.closed_at,
            "waited_ms": self.waited_ms,
            "talked_ms": self.talked_ms,
            "wrapped_ms": 0 if self.ended_at is None else self.closed_at - self.ended_at,
            "outcome": self.outcome,
            "stated_reason": self.reason,
            "stated_outcome": self.stated,
            "agent_id": self.turns[-1]["agent_id"] if self.turns else None,
            "messages": len(self.messages),
            "attempts": len(self.attempts),
            "promise_from": promise_from,
            "promise_to": promise_to,
            "dialled_at": self.dialled_at,
            "punctuality_ms": self._punctuality(),
            "intro": self.intro,
            "number": self.number,
            "note": self.note,
            "closed_offset": self.offset,
        }

    def _punctuality(self) -> int | None:
        """How long after the promised time the first dial was, ms; negative before it, 0 within it."""
        if self.promise is None or self.dialled_at is None:
            return None
        earliest, latest = self.promise
        return min(0, self.dialled_at - earliest) or max(0, self.dialled_at - latest)


def _text(sealed: bytes) -> str:
    return b64encode(sealed).decode()


class Gathering:
    """All open contacts of a desk that is folded from its first entry on, or from where another one was."""

    def __init__(self, state: DeskState) -> None:
        self._state = state
        self._open: dict[ContactId, Record] = {}

    def plain(self) -> list[Any]:
        """What is open, still sealed, as JSON takes it, to be kept beside a snapshot of the state."""
        return [[contact_id, record.plain()] for contact_id, record in self._open.items()]

    def take(self, plain: list[Any]) -> None:
        """Go on from what `plain` gave where the state is now. Raises ValueError or KeyError if it is of another."""
        contacts = self._state.contacts
        self._open = {known: Record.restored(contacts[known], said) for known, said in plain}
        if self._open.keys() != contacts.keys():
            raise ValueError("the open records are not those of the contacts in the state")

    def follow(self, stored: StoredEntry, entry: Entry, folded: Folded) -> list[Record]:
        """Take down what a folded entry did to contacts; returns those that it ended."""
        ended: list[Record] = []
        for each in folded.events:
            if each.__class__ not in _CONTACT_EVENTS:
                continue
            event = cast(ev.ContactEvent, each)
            if event.__class__ in CONTACT_BEGINS:
                self._begin(event, stored.sealed, entry.now)
                continue
            record = self._open[event.contact_id]
            record.take(event, entry.now, stored.sealed, isinstance(entry.command, AcceptOffer))
            if event.__class__ in CONTACT_ENDS:
                record.end(event, entry.now, stored.offset)
                ended.append(self._open.pop(event.contact_id))
        return ended

    def _begin(self, event: ev.ContactEvent, sealed: bytes, now: int) -> None:
        record = self._open[event.contact_id] = Record(
            begun(self._state.contacts, cast(ev.ContactBegin, event)), now, sealed
        )
        if isinstance(event, ev.CallbackRequested):
            record.requested(event, sealed)
