"""
What people are shown of contacts: the whole of one, and the events between; and who may see which.

Everything is read from the desk's state and the transcripts at the moment it is asked for; nothing is kept, and nothing
is decided but sight. Shapes are those of docs/reference/protocol.md.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from router.core import events as ev
from router.core.callbacks import is_offered
from router.core.clocks import read_clock
from router.core.deadlines import DUE_AT, PARKING, QUIET
from router.core.ids import AgentId, AscId, LineKey
from router.core.lifecycle import CALL, CALLBACK, CASE, CHAT, CONNECTED, DIALLING, DUE, OFFERED, WAITING
from router.core.lines import Contact
from router.core.state import DeskState
from router.service.auth import Person
from router.service.transcripts import Transcript, Transcripts
from router.wire.phones import mask_number

ENDED_SHOWN: Final = 5
"""Contacts that are over and still part of a person's first view."""
OTHERS_SHOWN: Final = 10
"""Most contacts that the agent of one is told the same ASC has open beside it."""

View = dict[str, Any]
LastMessage = tuple[int, int]
"""`o` and `at` of a message. Where it is in a journal, all that was said before it is there as well."""


class Views:
    """Views of one desk. `name_of` tells the name of an agent who is or was connected here."""

    def __init__(self, state: DeskState, transcripts: Transcripts, name_of: Callable[[AgentId], str]) -> None:
        self.name_of = name_of
        self._state = state
        self._transcripts = transcripts

    # --- sight

    def may_see(self, person: Person, transcript: Transcript) -> bool:
        """Whether the contact is this ASC's, held (or last held) by this agent, or a call that this switch reported."""
        if person.role == "asc":
            return transcript.contact.asc_id == person.id
        if person.role == "switch":
            return transcript.contact.channel == CALL and transcript.switch_id == person.id
        return person.role == "agent" and transcript.agent_id == person.id

    def contacts_of(self, person: Person, known: Mapping[int, LastMessage]) -> list[View]:
        """
        Every contact on the desk that this person may see, then the latest that ended.

        `known` are the last messages that the client has, by contact: what was said until then is not told again.
        """
        if person.role == "asc":
            ids = self._state.contacts_of.get(AscId(person.id), [])
        elif person.role == "switch":
            ids = [each.contact.id for each in self._transcripts.open_contacts() if self.may_see(person, each)]
        else:
            agent = self._state.agents.get(AgentId(person.id)) if person.role == "agent" else None
            ids = list(agent.held) if agent is not None else []
        found = [self._transcripts.find(contact_id) for contact_id in ids]
        seen = [transcript for transcript in found if transcript is not None and self.may_see(person, transcript)]
        seen += self._transcripts.latest_ended(lambda ended: self.may_see(person, ended), ENDED_SHOWN)
        return [self.contact(person, each, known.get(each.contact.id)) for each in seen]

    # --- contacts

    def contact(self, person: Person, transcript: Transcript, known: LastMessage | None = None) -> View:
        """
        A contact as this person sees it; the number is whole only for the agent who dials.

        With `known` only what was said after that message, and `messages_after` says so: unless there is no such
        message, or it has been erased, for then the client must not keep what it has.
        """
        contact, words = transcript.contact, self._transcripts.open
        number = words(contact.id, transcript.number).get("number")
        dials = person.role == "agent" and contact.state in (DIALLING, CONNECTED) and contact.agent_id == person.id
        is_there = known is not None and known in [(o, at) for o, at, *_ in transcript.messages]
        after = known[0] if known is not None and is_there and self._transcripts.can_open(contact.id) else 0
        return {
            "contact": contact.id,
            "o": contact.o,
            "channel": contact.channel,
            "state": shown_state(contact),
            "line": contact.line,
            "waiting_since": contact.waiting_since,
            **self.intro(contact),
            "agent": self.agent_of(transcript),
            "priority": contact.priority,
            "impact": contact.claimed_impact,
            "incident": contact.incident,
            "asc_here": not self._state.is_gone(f"asc:{contact.asc_id}"),
            "position": self.position(contact),
            "convertible_from": self.convertible_from(contact),
            "wait": self.wait(contact),
            "clock": self.clock(contact),
            "promise": promise(contact),
            "failed_attempts": 0 if contact.reservation is None else sum(contact.reservation.failures),
            **self._until(contact),
            **(self.note(contact) if person.role == "agent" else {}),
            "number": number if number is None or dials else mask_number(number),
            "attempt": contact.attempt,
            **({"messages_after": after} if after else {}),
            "messages": [
                {"o": o, "at": at, "by": by, "name": said.get("name", ""), "text": said.get("text", "")}
                for o, at, by, sealed in transcript.messages
                if o > after
                for said in (words(contact.id, sealed),)
            ],
            **({"others": self._others(contact)} if person.role == "agent" else {}),
        }

    def wait(self, contact: Contact) -> View | None:
        """What the ASC was told about the wait last: P50 and P90 from `at` on, and why it is longer than before."""
        told = contact.announced
        if told is None:
            return None
        return {"kind": told.kind, "at": told.at, "low_ms": told.low_ms, "high_ms": told.high_ms, "cause": told.cause}

    def clock(self, contact: Contact) -> View | None:
        """By when a case is to be answered; None for what has no clock, or has been answered."""
        clock = read_clock(self._state, contact)
        if clock is None:
            return None
        return {
            "due": clock.due,
            "overdue": clock.overdue,
            "target_ms": clock.target_ms,
            "resumes_at": clock.resumes_at,
        }

    def intro(self, contact: Contact) -> View:
        """Who asked, and about what."""
        transcript = self._transcripts.find(contact.id)
        intro = {} if transcript is None else self._transcripts.open(contact.id, transcript.intro)
        asc = {"id": contact.asc_id, "name": intro.get("name", ""), "company": intro.get("company", "")}
        return {"asc": asc, "topic": intro.get("topic", "")}

    def note(self, contact: Contact) -> View:
        """What the agent who handed the contact on wrote to whoever takes it, and that agent's name."""
        transcript = self._transcripts.find(contact.id)
        words = {} if transcript is None else self._transcripts.open(contact.id, transcript.note)
        return {"note": words.get("note", ""), "note_by": words.get("name", "")}

    def _until(self, contact: Contact) -> View:
        """What comes next by itself, ms; 0 where nothing does."""
        due_of = self._state.deadlines.due_of
        return {
            "dial_at": due_of(DUE_AT, contact.id) or 0,
            "park_at": (due_of(QUIET, contact.id) or 0) if contact.warned else 0,
            "expires": due_of(PARKING, contact.id) or 0,
        }

    def _others(self, contact: Contact) -> list[View]:
        """What else the same ASC has open."""
        state = self._state
        others = [state.contacts[other_id] for other_id in state.contacts_of.get(contact.asc_id, ())]
        return [
            {
                "contact": other.id,
                "channel": other.channel,
                "state": shown_state(other),
                "line": other.line,
                "promise": promise(other),
                "for_agent": 0 if other.reservation is None else other.reservation.for_agent,
            }
            for other in others
            if other.id != contact.id
        ][:OTHERS_SHOWN]

    def agent_of(self, transcript: Transcript) -> View | None:
        """Who holds the contact, or held it when it ended; None while it waits."""
        agent_id = transcript.agent_id
        if not agent_id:
            return None
        sealed = transcript.agent_names.get(agent_id, b"")
        if not sealed:  # Accepted by policy, so that no words of the agent are in the contact.
            return {"id": agent_id, "name": self.name_of(agent_id)}
        return {"id": agent_id, "name": self._transcripts.open(transcript.contact.id, sealed).get("name", "")}

    def standing(self, line: LineKey) -> list[Contact]:
        """
        Who stands in a line, first to last, cases after all who wait live; those who are being offered to an agent keep
        their place.
        """
        state = self._state
        found = state.lines.get(line)
        if found is None:
            return []
        offered = [state.contacts[offer.contact_id] for offer in state.offers.values()]
        standing = [*found.waiting(), *(contact for contact in offered if contact.line == line)]
        return sorted(standing, key=lambda contact: (contact.channel == CASE, contact.rank, contact.seq))

    def position(self, contact: Contact) -> int:
        """The contact's place in its line from 1; 0 when it does not stand in line."""
        if contact.state not in (WAITING, DUE, OFFERED):
            return 0
        return 1 + [standing.id for standing in self.standing(contact.line)].index(contact.id)

    def convertible_from(self, contact: Contact) -> int | None:
        """From when on the ASC may leave a number, ms: by waiting, or since long; None: as things are, never."""
        if contact.channel not in (CHAT, CALL) or contact.state not in (WAITING, OFFERED):
            return None
        if is_offered(self._state, contact):
            return contact.waiting_since
        rules = self._state.policy.callbacks
        return contact.waiting_since + rules.offer_after_ms if rules.enabled and rules.offer_after_ms else None

    # --- events

    def event(self, event: ev.ContactEvent, transcript: Transcript, sealed: bytes) -> tuple[str, View]:
        """The kind and the data by which the people of a contact are told of any event but a message."""
        return _TOLD[event.__class__](self, event, transcript, sealed)

    def _converted(
        self, event: ev.ContactConverted | ev.CallbackRequested, transcript: Transcript, sealed: bytes
    ) -> tuple[str, View]:
        number = self._transcripts.open(event.contact_id, sealed).get("number")
        told: View = {
            "number": None if number is None else mask_number(number),
            "promise": [event.promise_from, event.promise_to],
        }
        if isinstance(event, ev.ContactConverted):
            return "converted", told
        return "callback_requested", {**told, "line": event.line, "waiting_since": event.waiting_since}

    def _queued(self, event: ev.ContactQueued, transcript: Transcript, sealed: bytes) -> tuple[str, View]:
        return "queued", {"line": event.line, "waiting_since": event.waiting_since, "channel": event.channel}

    def _with_agent(
        self, event: ev.ContactConnected | ev.DialStarted | ev.CallbackReached, transcript: Transcript, sealed: bytes
    ) -> tuple[str, View]:
        told: View = {"agent": self.agent_of(transcript)}
        if isinstance(event, ev.ContactConnected):
            return "connected", told
        told["attempt"] = event.attempt
        return "dialling" if isinstance(event, ev.DialStarted) else "reached", told


def shown_state(contact: Contact) -> str:
    """A contact's state as people are told it: that it rings at some agent is nobody's business but the agent's."""
    if contact.state == OFFERED:
        return DUE if contact.channel == CALLBACK else WAITING
    return contact.state


def promise(contact: Contact) -> list[int] | None:
    """From when to when the ASC will be called, ms; None for what is no callback."""
    reservation = contact.reservation
    return None if reservation is None else [reservation.promise_from, reservation.promise_to]


_TOLD: Final[dict[type, Callable[[Views, Any, Transcript, bytes], tuple[str, View]]]] = {
    ev.ContactQueued: Views._queued,
    ev.ContactConnected: Views._with_agent,
    ev.DialStarted: Views._with_agent,
    ev.CallbackReached: Views._with_agent,
    ev.ContactConverted: Views._converted,
    ev.AscLeft: lambda _v, event, _t, _s: ("asc_left", {"resume_by": event.resume_by}),
    ev.AscReturned: lambda _v, _e, _t, _s: ("asc_returned", {}),
    ev.AscWarned: lambda _v, event, _t, _s: ("quiet_warning", {"park_at": event.park_at}),
    ev.ContactParked: lambda _v, event, _t, _s: ("parked", {"expires": event.expires}),
    ev.ContactResumed: lambda _v, _e, _t, _s: ("resumed", {}),
    ev.ContactSentAway: lambda _v, _e, _t, _s: ("blocked", {}),
    ev.ContactExpired: lambda _v, _e, _t, _s: ("expired", {}),
    ev.ContactRequeued: lambda _v, event, _t, _s: ("requeued", {"cause": event.cause}),
    ev.ContactTransferred: lambda _v, event, _t, _s: ("transferred", {"line": event.line}),
    ev.ContactMoved: lambda _v, event, _t, _s: ("moved", {"line": event.line}),
    ev.PrioritySet: lambda _v, event, _t, _s: ("priority", {"priority": event.priority}),
    ev.IncidentLinked: lambda _v, event, _t, _s: ("incident", {"incident": event.incident}),
    ev.CallbackRequested: Views._converted,
    ev.CallbackScheduled: lambda _v, event, _t, _s: ("scheduled", {"at": event.at, "cause": event.cause}),
    ev.CallbackDue: lambda _v, _e, _t, _s: ("due", {}),
    ev.ReturnedToChat: lambda _v, _e, _t, _s: ("returned", {}),
    ev.CallbackExpired: lambda _v, _e, _t, _s: ("expired", {}),
    ev.AttemptFailed: lambda _v, event, _t, _s: (
        "attempt_failed",
        {"failure": event.failure, "retry_at": event.retry_at},
    ),
    ev.RingStarted: lambda _v, event, _t, _s: ("ringing", {"attempt": event.attempt}),
    ev.RingFailed: lambda _v, event, _t, _s: ("ring_failed", {"failure": event.failure}),
    ev.CallbackUnreachable: lambda _v, event, _t, _s: ("unreachable", {"failure": event.failure}),
    ev.CallbackCancelled: lambda _v, _e, _t, _s: ("cancelled", {}),
    ev.ContactAbandoned: lambda _v, event, _t, _s: ("abandoned", {"short": event.short}),
    ev.ContactEnded: lambda _v, event, _t, _s: ("ended", {"by": event.by}),
    ev.ContactClosed: lambda _v, _e, _t, _s: ("closed", {}),
}
"""How each event of a contact is told; the keys of `k` are those of the reference."""
