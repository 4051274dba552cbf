"""
What people are shown of the desk: contacts, agents, the board, and the events between; and who may see which contact.

Everything is read from the desk's state and the transcripts at the moment it is asked for; nothing is kept, and nothing
is decided but sight. Shapes are those of docs/reference/protocol.md.
"""

from collections.abc import Callable
from typing import Any, Final

from router.core import events as ev
from router.core.callbacks import is_offered
from router.core.deadlines import WRAP_UP
from router.core.explain import why_offered
from router.core.ids import AgentId, AscId, LineKey
from router.core.lifecycle import CALL, CALLBACK, CHAT, CONNECTED, DIALLING, DUE, OFFERED, WAITING
from router.core.lines import Contact, Line
from router.core.staff import Agent
from router.core.state import DeskState
from router.service.auth import Person
from router.service.transcripts import Transcript, Transcripts
from router.wire.phones import mask_number

ENDED_SHOWN: Final = 5
"""Contacts that are over and still part of a person's first view."""

View = dict[str, Any]


class Views:
    """Views of one desk. `name_of` tells the name of an agent who is or was connected here."""

    def __init__(self, state: DeskState, transcripts: Transcripts, name_of: Callable[[AgentId], str]) -> None:
        self._state = state
        self._transcripts = transcripts
        self._name_of = name_of

    # --- sight

    def may_see(self, person: Person, transcript: Transcript) -> bool:
        """Whether the contact is this ASC's, or held (or last held) by this agent."""
        if person.role == "asc":
            return transcript.contact.asc_id == person.id
        return person.role == "agent" and transcript.agent_id == person.id

    def contacts_of(self, person: Person) -> list[View]:
        """Every contact on the desk that this person may see, then the latest that ended."""
        if person.role == "asc":
            known = self._state.contacts_of.get(AscId(person.id), [])
        else:
            agent = self._state.agents.get(AgentId(person.id)) if person.role == "agent" else None
            known = list(agent.held) if agent is not None else []
        found = [self._transcripts.find(contact_id) for contact_id in known]
        seen = [transcript for transcript in found if transcript is not None and self.may_see(person, transcript)]
        seen += self._transcripts.latest_ended(lambda ended: self.may_see(person, ended), ENDED_SHOWN)
        return [self.contact(person, transcript) for transcript in seen]

    # --- contacts

    def contact(self, person: Person, transcript: Transcript) -> View:
        """A contact as this person sees it; the number is whole only for the agent who dials."""
        contact, words = transcript.contact, self._transcripts.open
        intro = words(contact.id, transcript.intro)
        number = words(contact.id, transcript.number).get("number")
        dials = person.role == "agent" and contact.state in (DIALLING, CONNECTED) and contact.agent_id == person.id
        return {
            "contact": contact.id,
            "o": contact.o,
            "channel": contact.channel,
            "state": shown_state(contact),
            "line": contact.line,
            "waiting_since": contact.waiting_since,
            "asc": {"id": contact.asc_id, "name": intro.get("name", ""), "company": intro.get("company", "")},
            "agent": self.agent_of(transcript),
            "topic": intro.get("topic", ""),
            "priority": contact.priority,
            "impact": contact.claimed_impact,
            "incident": contact.incident,
            "asc_here": not self._state.is_gone(f"asc:{contact.asc_id}"),
            "position": self.position(contact),
            "may_convert": self._may_convert(contact),
            "promise": promise(contact),
            "note": words(contact.id, transcript.note).get("note", "") if person.role == "agent" else "",
            "number": number if number is None or dials else mask_number(number),
            "attempt": contact.attempt,
            "messages": [
                {"o": o, "at": at, "by": by, "name": said.get("name", ""), "text": said.get("text", "")}
                for o, at, by, sealed in transcript.messages
                for said in (words(contact.id, sealed),)
            ],
        }

    def agent_of(self, transcript: Transcript) -> View | None:
        """Who holds the contact, or held it when it ended; None while it waits."""
        agent_id = transcript.agent_id
        if not agent_id:
            return None
        sealed = transcript.agent_names.get(agent_id, b"")
        if not sealed:  # Accepted by policy, so that no words of the agent are in the contact.
            return {"id": agent_id, "name": self._name_of(agent_id)}
        return {"id": agent_id, "name": self._transcripts.open(transcript.contact.id, sealed).get("name", "")}

    def standing(self, line: LineKey) -> list[Contact]:
        """Who stands in a line, first to last; those who are being offered to an agent keep their place."""
        state = self._state
        found = state.lines.get(line)
        if found is None:
            return []
        offered = [state.contacts[offer.contact_id] for offer in state.offers.values()]
        standing = [*found.waiting(), *(contact for contact in offered if contact.line == line)]
        return sorted(standing, key=lambda contact: (contact.rank, contact.seq))

    def position(self, contact: Contact) -> int:
        """The contact's place in its line from 1; 0 when it does not stand in line."""
        if contact.state not in (WAITING, DUE, OFFERED):
            return 0
        return 1 + [standing.id for standing in self.standing(contact.line)].index(contact.id)

    def _may_convert(self, contact: Contact) -> bool:
        """Whether the ASC may leave a number now."""
        waits = contact.channel in (CHAT, CALL) and contact.state in (WAITING, OFFERED)
        return waits and is_offered(self._state, contact)

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

    # --- staff and the whole desk

    def desk(self) -> View:
        """What everybody may know of the rules."""
        policy = self._state.policy
        return {
            "products": list(dict.fromkeys(rules.product for rules in policy.lines)),
            "languages": list(dict.fromkeys(rules.language for rules in policy.lines)),
            "lines": [rules.key for rules in policy.lines],
            "offer_timeout_ms": policy.offer_timeout_ms,
            "callbacks": policy.callbacks.enabled,
        }

    def agent(self, agent_id: AgentId) -> View | None:
        """An agent's own view; None for somebody who never signed in."""
        state = self._state
        agent = state.agents.get(agent_id)
        if agent is None:
            return None
        group = agent.group
        held = [state.contacts[contact_id] for contact_id in agent.held]
        return {
            **self._agent_line(agent),
            "reason": agent.reason,
            "next_status": agent.next_status or "",
            "pool": group.pool,
            "products": list(group.products),
            "levels": list(group.levels.values()),
            "languages": list(group.languages),
            "shift_ends": agent.shift_ends,
            "draining": agent.drained_for != 0,
            "offers": [self._offer(contact) for contact in held if contact.state == OFFERED],
            "contacts": [self._held(contact) for contact in held if contact.state != OFFERED],
        }

    def board(self) -> View:
        """The whole desk for supervisors: lines and agents, in a fixed order."""
        state = self._state
        connected = dict.fromkeys(state.lines, 0)
        for contact in state.contacts.values():
            if contact.state in (CONNECTED, DIALLING) and contact.line in connected:
                connected[contact.line] += 1
        return {
            "lines": [
                {
                    "line": line.key,
                    "waiting": line.waiting_count - line.callback_count,
                    "callbacks": line.callback_count,
                    "waiting_since": _longest_wait(line),
                    "connected": connected[line.key],
                    "open": not line.closed,
                }
                for line in state.lines.values()
            ],
            "agents": [self._agent_line(agent) for agent in sorted(state.agents.values(), key=lambda agent: agent.id)],
        }

    def _agent_line(self, agent: Agent) -> View:
        return {
            "id": agent.id,
            "name": self._name_of(agent.id),
            "status": agent.status,
            "state": agent.state(self._state.contacts),
            "since": agent.since,
            "units": agent.units,
            "capacity": agent.capacity,
        }

    def _offer(self, contact: Contact) -> View:
        transcript = self._transcripts.find(contact.id)
        intro = self._transcripts.open(contact.id, transcript.intro) if transcript is not None else {}
        return {
            "offer": contact.offer_id,
            "contact": contact.id,
            "channel": contact.channel,
            "line": contact.line,
            "due": self._state.offers[contact.offer_id].due,
            "waiting_since": contact.waiting_since,
            "priority": contact.priority,
            "impact": contact.claimed_impact,
            "why": why_offered(self._state, contact),
            "asc": {"id": contact.asc_id, "name": intro.get("name", ""), "company": intro.get("company", "")},
            "topic": intro.get("topic", ""),
            "note": "" if transcript is None else self._transcripts.open(contact.id, transcript.note).get("note", ""),
        }

    def _held(self, contact: Contact) -> View:
        return {
            "contact": contact.id,
            "state": contact.state,
            "channel": contact.channel,
            "asc_here": not self._state.is_gone(f"asc:{contact.asc_id}"),
            "triage": contact.triage,
            "wrap_up_by": self._state.deadlines.due_of(WRAP_UP, contact.id) or 0,
        }


def shown_state(contact: Contact) -> str:
    """A contact's state as people are told it: that it rings at some agent is nobody's business but the agent's."""
    if contact.state == OFFERED:
        return DUE if contact.channel == CALLBACK else WAITING
    return contact.state


def promise(contact: Contact) -> list[int] | None:
    """From when to when the ASC will be called, ms; None for what is no callback."""
    reservation = contact.reservation
    return None if reservation is None else [reservation.promise_from, reservation.promise_to]


def _longest_wait(line: Line) -> int | None:
    """Since when the first of a line waits, ms; None when nobody does. Heads are the first by rank."""
    heads = [head.waiting_since for cohort in line.cohorts.values() if (head := cohort.head()) is not None]
    heads += [contact.waiting_since for contact in line.reserved.values()]
    return min(heads, default=None)


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
