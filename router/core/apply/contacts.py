"""What the events of a contact change, from asking to closing."""

from router.core import events as ev
from router.core.apply.registry import applies
from router.core.apply.steps import enter_line, forget, hear, leave_line, make, release, reserve, step, take_offer
from router.core.deadlines import (
    CASE_DUE,
    PARKING,
    QUIET,
    RESUME,
    SILENT,
    TRIAGE,
    WRAP_UP,
)
from router.core.estimates.rates import left, served, waited
from router.core.ids import AgentId
from router.core.lifecycle import ABSENT, CHAT, CONNECTED, PARKED
from router.core.lines import Contact
from router.core.silence import HEARD, SUSPECTED
from router.core.state import DeskState, Left

KEPT_LAST_AGENTS = 10_000
KEPT_PLACES = 10_000


@applies(ev.ContactQueued)
def _contact_queued(state: DeskState, event: ev.ContactQueued) -> None:
    contact = make(state, event, event.channel)
    if event.resumes:
        del state.left[event.asc_id, event.line]
    contact.priority = event.priority
    contact.asc_seen = state.now
    contact.step = event.step
    contact.agreed = event.agreed
    contact.claimed_impact = event.claimed_impact
    if event.triage:
        contact.triage = True
        state.deadlines.arm(TRIAGE, contact.id, state.now + state.policy.triage_target_ms)
    if event.for_agent:
        reserve(state, contact, event.for_agent, event.for_agent_until)
    enter_line(state, contact)


@applies(ev.ContactConnected)
def _contact_connected(state: DeskState, event: ev.ContactConnected) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    take_offer(state, contact, state.agents[event.agent_id])
    if not contact.silence and contact.channel == CHAT:
        idle = state.now - contact.asc_seen >= state.policy.silent_idle_ms
        contact.silence = SUSPECTED if idle and state.policy.silent_after_ms else HEARD
    if contact.triage:
        state.deadlines.disarm(TRIAGE, contact.id)


@applies(ev.MessagePosted)
def _message_posted(state: DeskState, event: ev.MessagePosted) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    contact.messages += 1
    if event.party == "asc":
        hear(state, contact)
    elif contact.silence == SUSPECTED and state.deadlines.due_of(SILENT, contact.id) is None:
        state.deadlines.arm(SILENT, contact.id, state.now + state.policy.silent_after_ms)
    warning = state.policy.quiet_warning_ms
    if warning and contact.state == CONNECTED:
        if event.party == "asc":
            contact.warned = False
            state.deadlines.disarm(QUIET, contact.id)
        elif state.deadlines.due_of(QUIET, contact.id) is None:
            state.deadlines.arm(QUIET, contact.id, state.now + warning)


@applies(ev.AscWarned)
def _asc_warned(state: DeskState, event: ev.AscWarned) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    contact.warned = True
    state.deadlines.arm(QUIET, contact.id, event.park_at)


@applies(ev.ContactParked)
def _contact_parked(state: DeskState, event: ev.ContactParked) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    release(state, contact, event.agent_id)
    contact.parked_with = event.agent_id
    state.deadlines.arm(PARKING, contact.id, event.expires)


@applies(ev.ContactResumed)
def _contact_resumed(state: DeskState, event: ev.ContactResumed) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    contact.parked_with = AgentId(0)
    contact.step = event.step
    state.deadlines.disarm(PARKING, contact.id)
    reserve(state, contact, event.for_agent, event.for_agent_until)
    enter_line(state, contact)


@applies(ev.ContactExpired)
def _contact_expired(state: DeskState, event: ev.ContactExpired) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    state.deadlines.disarm(PARKING, contact.id)
    forget(state, contact)


@applies(ev.AscLeft)
def _asc_left(state: DeskState, event: ev.AscLeft) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    leave_line(state, contact)
    contact.left_at = state.now
    state.deadlines.arm(RESUME, contact.id, event.resume_by)


@applies(ev.AscReturned)
def _asc_returned(state: DeskState, event: ev.AscReturned) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    state.deadlines.disarm(RESUME, contact.id)
    hear(state, contact)
    enter_line(state, contact)


@applies(ev.ContactAbandoned)
def _contact_abandoned(state: DeskState, event: ev.ContactAbandoned) -> None:
    contact = state.contacts[event.contact_id]
    was_absent = contact.state == ABSENT
    if event.ended == state.now:  # Of an absent ASC who did not come back the time is over.
        _keep_place(state, contact)
    left(state.lines[contact.line].rates, event.ended - contact.waiting_since)
    step(contact, event)
    if was_absent:
        state.deadlines.disarm(RESUME, contact.id)
    else:
        leave_line(state, contact)
    forget(state, contact)


def _keep_place(state: DeskState, contact: Contact) -> None:
    """Whoever gives up waiting may come back in time."""
    places = state.left
    until = state.now + state.policy.asc_grace_ms
    places.pop((contact.asc_id, contact.line), None)
    while places and (next(iter(places.values())).until <= state.now or len(places) >= KEPT_PLACES):
        del places[next(iter(places))]
    if until > state.now:
        places[contact.asc_id, contact.line] = Left(contact.id, contact.waiting_since, contact.priority, until)


@applies(ev.ContactSentAway)
def _contact_sent_away(state: DeskState, event: ev.ContactSentAway) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    leave_line(state, contact)
    waited(state.lines[contact.line].rates, state.now - contact.waiting_since)
    forget(state, contact)


@applies(ev.ContactEnded)
def _contact_ended(state: DeskState, event: ev.ContactEnded) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    contact.extensions = 0
    if contact.response_due:
        state.deadlines.disarm(CASE_DUE, contact.id)
    if event.by == "asc":
        hear(state, contact)
    state.deadlines.arm(WRAP_UP, contact.id, event.wrap_up_by)
    if state.lines[contact.line].rules.preferred_ms:
        state.last_agents.pop(contact.asc_id, None)
        state.last_agents[contact.asc_id] = event.agent_id
        if len(state.last_agents) > KEPT_LAST_AGENTS:
            del state.last_agents[next(iter(state.last_agents))]


@applies(ev.WrapUpExtended)
def _wrap_up_extended(state: DeskState, event: ev.WrapUpExtended) -> None:
    state.contacts[event.contact_id].extensions += 1
    state.deadlines.arm(WRAP_UP, event.contact_id, event.wrap_up_by)


@applies(ev.ContactClosed)
def _contact_closed(state: DeskState, event: ev.ContactClosed) -> None:
    contact = state.contacts[event.contact_id]
    was_parked = contact.state == PARKED
    step(contact, event)
    if was_parked:  # Its agent has been free since.
        state.deadlines.disarm(PARKING, contact.id)
    else:
        state.deadlines.disarm(WRAP_UP, contact.id)
        served(state.lines[contact.line].rates, state.now - contact.taken_at)
        release(state, contact, event.agent_id)
    forget(state, contact)
