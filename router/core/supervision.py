"""Handing contacts on, and what supervisors may do: move, pull, prioritise, open and close lines."""

from router.core.admission import is_full
from router.core.clocks import rank_of, set_clock
from router.core.commands import (
    ConfirmPriority,
    LinkIncident,
    MoveContact,
    OpenLine,
    PullContact,
    RaisePriority,
    Transfer,
)
from router.core.contacts import hold_if_gone, requeue
from router.core.errors import Refused
from router.core.events import ContactMoved, ContactTransferred, IncidentLinked, LineOpened, PrioritySet
from router.core.ids import ContactId
from router.core.lifecycle import CONNECTED, DIALLING, DUE, OFFERED, WAITING, WRAPPING
from router.core.lines import Contact, Line
from router.core.offers import held_contact, withdraw_from_contact
from router.core.routing import first_step, is_staffed
from router.core.schedule import defer_if_shut
from router.core.state import DeskState

MAX_INCIDENT = 64


def transfer(state: DeskState, command: Transfer) -> None:
    """The agent lets go; the receiver is offered the contact at the rank it had."""
    contact = held_contact(state, command.contact_id, command.agent_id)
    if contact.state != CONNECTED:
        raise Refused("wrong_state")
    if sum(map(bool, (command.line, command.pool, command.to_agent))) != 1 or command.to_agent == command.agent_id:
        raise Refused("bad_value")
    line = state.lines.get(command.line or contact.line)
    if line is None:
        raise Refused("unknown_line")
    _refuse_overfull(line, contact)
    if contact.reservation is not None and not contact.reservation.number_ref:
        raise Refused("number_in_use")  # It is promised another call there, and this one could not be dialled again.
    if command.pool and not is_staffed(state, line, 0, contact.agreed, command.pool):
        raise Refused("nobody_there")
    if command.to_agent:
        receiver = state.agents.get(command.to_agent)
        if receiver is None or not receiver.is_willing():
            raise Refused("nobody_there")
    step = first_step(state, line, contact.agreed, contact.waiting_since, contact.step if not command.line else 0)
    until = state.now + max(line.rules.preferred_ms, state.policy.offer_timeout_ms) if command.to_agent else 0
    state.emit(
        ContactTransferred(
            contact.id, contact.o + 1, command.agent_id, line.key, step, command.pool, command.to_agent, until
        )
    )
    defer_if_shut(state, contact)
    hold_if_gone(state, contact)


def confirm_priority(state: DeskState, command: ConfirmPriority) -> None:
    """The agent who talks says how bad it is; this ends triage."""
    contact = held_contact(state, command.contact_id, command.agent_id)
    if contact.state != CONNECTED:
        raise Refused("wrong_state")
    _set_priority(state, contact, command.priority, "agent", command.agent_id)


def raise_priority(state: DeskState, command: RaisePriority) -> None:
    """A supervisor gives a waiting contact another priority."""
    contact = _waiting(state, command.contact_id)
    _set_priority(state, contact, command.priority, "supervisor", command.supervisor_id)


def link_incident(state: DeskState, command: LinkIncident) -> None:
    """The agent knows what this contact belongs to."""
    contact = held_contact(state, command.contact_id, command.agent_id)
    if contact.state not in (CONNECTED, WRAPPING):
        raise Refused("wrong_state")
    if not 0 < len(command.incident) <= MAX_INCIDENT:
        raise Refused("bad_value")
    state.emit(IncidentLinked(contact.id, contact.o + 1, command.incident))


def move_contact(state: DeskState, command: MoveContact) -> None:
    """A waiting contact goes to another line; it keeps its rank."""
    contact = _waiting(state, command.contact_id)
    line = state.lines.get(command.line)
    if line is None or line.key == contact.line:
        raise Refused("unknown_line")
    _refuse_overfull(line, contact)
    withdraw_from_contact(state, contact, "moved")
    step = first_step(state, line, contact.agreed, contact.waiting_since)
    state.emit(ContactMoved(contact.id, contact.o + 1, command.supervisor_id, line.key, step))
    defer_if_shut(state, contact)


def pull_contact(state: DeskState, command: PullContact) -> None:
    """Take a contact back from its agent, or the offer that rings; others are asked before this agent."""
    contact = state.contacts.get(command.contact_id)
    if contact is None:
        raise Refused("unknown_contact")
    if contact.state == OFFERED:
        withdraw_from_contact(state, contact, "pulled")
    elif contact.state in (CONNECTED, DIALLING):
        requeue(state, contact, "pulled")
    else:
        raise Refused("wrong_state")


def open_line(state: DeskState, command: OpenLine) -> None:
    """Open or close a line for new contacts."""
    line = state.lines.get(command.line)
    if line is None:
        raise Refused("unknown_line")
    if line.closed != command.open:
        raise Refused("wrong_state")
    state.emit(LineOpened(line.key, command.open))


def _waiting(state: DeskState, contact_id: ContactId) -> Contact:
    contact = state.contacts.get(contact_id)
    if contact is None:
        raise Refused("unknown_contact")
    if contact.state not in (WAITING, DUE, OFFERED):
        raise Refused("wrong_state")
    return contact


def _refuse_overfull(line: Line, contact: Contact) -> None:
    """Promises already given get 20 % more room than new contacts."""
    if is_full(line, contact.channel, more_room=True):
        raise Refused("queue_full")


def _set_priority(state: DeskState, contact: Contact, priority: int, by: str, person_id: int) -> None:
    if priority not in (1, 2, 3, 4):
        raise Refused("bad_value")
    if contact.state == OFFERED:
        withdraw_from_contact(state, contact, "moved")
    rank = rank_of(state, contact, priority)
    state.emit(PrioritySet(contact.id, contact.o + 1, by, person_id, priority, rank))
    set_clock(state, contact)
