"""What the events of a contact change, from asking to closing."""

from router.core import events as ev
from router.core.apply.registry import applies
from router.core.apply.steps import enter_line, forget, leave_line, release, step, take_offer
from router.core.deadlines import RESUME, WRAP_UP
from router.core.errors import Broken
from router.core.lifecycle import ABSENT
from router.core.lines import Contact
from router.core.state import DeskState


@applies(ev.ContactQueued)
def _contact_queued(state: DeskState, event: ev.ContactQueued) -> None:
    if event.contact_id in state.contacts:
        raise Broken(f"{event!r} is not legal in this state (the contact is on the desk)")
    contact = Contact(
        event.contact_id,
        state.next_seq,
        event.asc_id,
        event.company_id,
        event.line,
        event.priority,
        event.waiting_since,
        event.rank,
    )
    state.next_seq += 1
    contact.o = 1
    state.contacts[contact.id] = contact
    state.contacts_of.setdefault(contact.asc_id, []).append(contact.id)
    enter_line(state, contact)


@applies(ev.ContactConnected)
def _contact_connected(state: DeskState, event: ev.ContactConnected) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    take_offer(state, contact, state.agents[event.agent_id])


@applies(ev.MessagePosted)
def _message_posted(state: DeskState, event: ev.MessagePosted) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    contact.messages += 1


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
    enter_line(state, contact)


@applies(ev.ContactAbandoned)
def _contact_abandoned(state: DeskState, event: ev.ContactAbandoned) -> None:
    contact = state.contacts[event.contact_id]
    was_absent = contact.state == ABSENT
    step(contact, event)
    if was_absent:
        state.deadlines.disarm(RESUME, contact.id)
    else:
        leave_line(state, contact)
    forget(state, contact)


@applies(ev.ContactEnded)
def _contact_ended(state: DeskState, event: ev.ContactEnded) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    state.deadlines.arm(WRAP_UP, contact.id, event.wrap_up_by)


@applies(ev.ContactClosed)
def _contact_closed(state: DeskState, event: ev.ContactClosed) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    state.deadlines.disarm(WRAP_UP, contact.id)
    release(state, contact, event.agent_id)
    forget(state, contact)


@applies(ev.ContactRequeued)
def _contact_requeued(state: DeskState, event: ev.ContactRequeued) -> None:
    contact = state.contacts[event.contact_id]
    step(contact, event)
    release(state, contact, event.agent_id)
    contact.attempt = 0
    enter_line(state, contact)
