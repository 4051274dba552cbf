"""What the events of a callback change, from the reservation to its end."""

from router.core import events as ev
from router.core.apply.registry import applies
from router.core.apply.steps import (
    enter_line,
    fly,
    forget,
    hear,
    land,
    leave_line,
    make,
    occupy,
    refresh,
    release,
    reserve,
    settle_told,
    step,
    take_off,
    take_offer,
)
from router.core.commands import DIAL_FAILURES
from router.core.deadlines import DUE_AT, LIFETIME, QUIET, TRIAGE, URGENT
from router.core.ids import AgentId, ContactId, LineKey
from router.core.lifecycle import CALLBACK, CHAT, DUE, SCHEDULED
from router.core.lines import Contact, Reservation, reservation_of
from router.core.state import DeskState


def _book(state: DeskState, contact: Contact, event: ev.ContactConverted | ev.CallbackRequested) -> Reservation:
    """Make the contact a callback with a reservation; it stands in no line yet."""
    contact.channel = CALLBACK
    contact.state = SCHEDULED
    reservation = Reservation(event.number_ref, event.promise_from, event.promise_to, event.quiet)
    contact.reservation = reservation
    _take_number(state, contact, event.number_ref)
    rules = state.policy.callbacks
    if event.window_from:
        reservation.slot = (contact.line, event.window_from // rules.slot_ms)
        state.slots[reservation.slot] = state.slots.get(reservation.slot, 0) + 1
    state.deadlines.arm(LIFETIME, contact.id, max(event.promise_to, state.now) + rules.lifetime_ms)
    if rules.drain == "promise":
        state.deadlines.arm(URGENT, contact.id, max(event.promise_to - rules.drain_lead_ms, state.now + 1))
    return reservation


def _take_number(state: DeskState, contact: Contact, number_ref: str) -> None:
    """The number is this contact's now; an earlier one of the same ASC is not dialled under it any more."""
    holder = state.numbers.get(number_ref)
    if holder is not None:
        reservation_of(state.contacts[holder]).number_ref = ""
    state.numbers[number_ref] = contact.id


@applies(ev.ContactConverted)
def _contact_converted(state: DeskState, event: ev.ContactConverted) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    if contact.cohort is not None:
        leave_line(state, contact)
    reserve(state, contact, AgentId(0), 0)
    if contact.triage:
        contact.triage = False
        state.deadlines.disarm(TRIAGE, contact.id)
    settle_told(state, contact, False)
    before = contact.reservation
    if before is not None:
        take_off(state, contact)
    reservation = _book(state, contact, event)
    if before is not None:  # Another time, with whomever it was booked.
        reservation.for_agent = before.for_agent
        reservation.booked_by = before.booked_by


@applies(ev.CallbackRequested)
def _callback_requested(state: DeskState, event: ev.CallbackRequested) -> None:
    contact = make(state, event, CALLBACK)
    reservation = _book(state, contact, event)
    reservation.for_agent = event.for_agent
    reservation.booked_by = event.booked_by


@applies(ev.CallbackScheduled)
def _callback_scheduled(state: DeskState, event: ev.CallbackScheduled) -> None:
    contact = state.contacts[event.contact_id]
    if contact.state == DUE:
        leave_line(state, contact)
        reserve(state, contact, AgentId(0), 0)
    step(contact, event)
    state.deadlines.arm(DUE_AT, contact.id, event.at)


@applies(ev.CallbackDue)
def _callback_due(state: DeskState, event: ev.CallbackDue) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    state.deadlines.disarm(DUE_AT, contact.id)
    contact.step = event.step
    reservation = reservation_of(contact)
    if reservation.for_agent in state.agents:
        until = max(reservation.promise_to - state.policy.callbacks.drain_lead_ms, state.now + 1)
        reserve(state, contact, reservation.for_agent, until)
    enter_line(state, contact)


@applies(ev.CallbackUrgent)
def _callback_urgent(state: DeskState, event: ev.CallbackUrgent) -> None:
    contact = state.contacts[event.contact_id]
    if contact.reservation is not None:
        line = state.lines[contact.line]
        line.urgent_count += contact.cohort is not None and not contact.reservation.urgent
        contact.reservation.urgent = True
    state.touched_lines[contact.line] = None


@applies(ev.ReturnedToChat)
def _returned_to_chat(state: DeskState, event: ev.ReturnedToChat) -> None:
    contact = state.contacts[event.contact_id]
    if contact.state == DUE:
        leave_line(state, contact)
    step(contact, event)
    take_off(state, contact)
    contact.channel = CHAT
    hear(state, contact)
    contact.step = event.step
    reserve(state, contact, AgentId(0), 0)
    enter_line(state, contact)


@applies(ev.CallbackCancelled)
def _callback_cancelled(state: DeskState, event: ev.CallbackCancelled) -> None:
    _end(state, event)


@applies(ev.CallbackExpired)
def _callback_expired(state: DeskState, event: ev.CallbackExpired) -> None:
    _end(state, event)


def _end(state: DeskState, event: ev.CallbackCancelled | ev.CallbackExpired) -> None:
    contact = state.contacts[event.contact_id]
    if contact.state == DUE:
        leave_line(state, contact)
    step(contact, event)
    forget(state, contact)


@applies(ev.DialStarted)
def _dial_started(state: DeskState, event: ev.DialStarted) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    take_offer(state, contact, state.agents[event.agent_id])
    contact.attempt = event.attempt
    state.next_attempt = event.attempt + 1


@applies(ev.CallbackReached)
def _callback_reached(state: DeskState, event: ev.CallbackReached) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    hear(state, contact)
    land(state, contact)
    state.deadlines.disarm(LIFETIME, contact.id)
    reservation = reservation_of(contact)
    if reservation.rang_from_chat:  # Now it is a callback like any other.
        reservation.rang_from_chat = False
        reservation.urgent = True


@applies(ev.AttemptFailed)
def _attempt_failed(state: DeskState, event: ev.AttemptFailed) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    release(state, contact, event.agent_id)
    contact.attempt = 0
    reservation_of(contact).failures[DIAL_FAILURES.index(event.failure)] += 1
    land(state, contact)


@applies(ev.RingStarted)
def _ring_started(state: DeskState, event: ev.RingStarted) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    contact.channel = CALLBACK
    contact.attempt = event.attempt
    state.next_attempt = event.attempt + 1
    contact.reservation = Reservation(event.number_ref, state.now, state.now, ())
    contact.reservation.rang_from_chat = True
    contact.warned = False
    state.deadlines.disarm(QUIET, contact.id)
    _take_number(state, contact, event.number_ref)
    fly(state, contact)
    agent = state.agents[event.agent_id]
    agent.held[contact.id] = agent.units = agent.capacity
    agent.group.refresh(agent)
    occupy(state)


@applies(ev.RingFailed)
def _ring_failed(state: DeskState, event: ev.RingFailed) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    land(state, contact)
    take_off(state, contact)
    contact.channel = CHAT
    contact.attempt = 0
    agent = state.agents[event.agent_id]
    agent.held[contact.id] = agent.units = 1
    agent.group.refresh(agent)
    state.touched_agents[agent.id] = True


@applies(ev.CallbackUnreachable)
def _callback_unreachable(state: DeskState, event: ev.CallbackUnreachable) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    release(state, contact, event.agent_id)
    land(state, contact)
    forget(state, contact)


@applies(ev.DrainStarted)
def _drain_started(state: DeskState, event: ev.DrainStarted) -> None:
    agent = state.agents[event.agent_id]
    line = state.lines[state.contacts[event.contact_id].line]
    agent.drained_for = line.drained_for = event.contact_id
    agent.drained_line = line.key
    line.drained_agent = agent.id
    state.draining += 1
    agent.group.refresh(agent)
    occupy(state)


@applies(ev.DrainEnded)
def _drain_ended(state: DeskState, event: ev.DrainEnded) -> None:
    agent = state.agents[event.agent_id]
    line = state.lines[agent.drained_line]
    line.drained_agent = AgentId(0)
    line.drained_for = ContactId(0)
    state.touched_lines[line.key] = None
    agent.drained_for = ContactId(0)
    agent.drained_line = LineKey("")
    if state.draining == state.policy.callbacks.max_draining:
        state.touched_lines.update({key: None for key, other in state.lines.items() if other.callback_count})
    state.draining -= 1
    refresh(state, agent)
