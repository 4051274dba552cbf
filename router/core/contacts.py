"""What happens to a chat: asked for, waited for, talked, left, ended, wrapped up."""

from router.core.commands import CloseContact, FinishWrapUp, LeaveContact, Party, PostMessage, RequestChat
from router.core.errors import Refused
from router.core.events import (
    AscLeft,
    AscReturned,
    ContactAbandoned,
    ContactClosed,
    ContactEnded,
    ContactQueued,
    ContactRequeued,
    MessagePosted,
)
from router.core.ids import AscId, ContactId
from router.core.lifecycle import ABSENT, CHAT, CONNECTED, OFFERED, WAITING, WRAPPING
from router.core.lines import Contact
from router.core.offers import held_contact, withdraw_from_contact
from router.core.state import DeskState

NEW_PRIORITY = 3
"""A new contact is P3; the ASC never sets the priority."""
MAX_ID = 2**53 - 1


def request_chat(state: DeskState, command: RequestChat) -> None:
    """Put a new contact at the end of its line, unless the line is full or this ASC already has one open there."""
    if not 0 < command.contact_id <= MAX_ID:
        raise Refused("bad_value")
    if command.contact_id in state.contacts:
        raise Refused("duplicate_id")
    line = state.lines.get(command.line)
    if line is None:
        raise Refused("unknown_line")
    for contact_id in state.contacts_of.get(command.asc_id, ()):
        contact = state.contacts[contact_id]
        if contact.line == command.line and contact.state != WRAPPING:
            raise Refused("already_open")
    if line.chats.count + line.callbacks.count >= state.policy.queue_limit:
        raise Refused("queue_full")
    rank = state.now - state.policy.priority_credit_ms[NEW_PRIORITY - 1]
    state.emit(
        ContactQueued(
            command.contact_id, 1, command.asc_id, command.company_id, command.line, NEW_PRIORITY, state.now, rank
        )
    )
    if state.sessions and state.is_gone(f"asc:{command.asc_id}"):
        lose_asc(state, state.contacts[command.contact_id])


def leave_contact(state: DeskState, command: LeaveContact) -> None:
    """Before an agent accepts this abandons the contact, afterwards it ends the conversation."""
    contact = own_contact(state, command.contact_id, command.asc_id)
    if contact.state == CONNECTED:
        _end(state, contact, "asc")
    elif contact.channel == CHAT and contact.state in (WAITING, OFFERED, ABSENT):
        withdraw_from_contact(state, contact, "asc_left")
        _abandon(state, contact, state.now)
    else:
        raise Refused("wrong_state")


def post_message(state: DeskState, command: PostMessage) -> None:
    """Record that a message was said; an ASC may write while waiting, an agent only in conversation."""
    if command.party == "agent":
        contact = state.contacts.get(command.contact_id)
        allowed = contact is not None and contact.state == CONNECTED and contact.agent_id == command.person_id
    else:
        contact = own_contact(state, command.contact_id, AscId(command.person_id))
        allowed = contact.state in (WAITING, OFFERED, CONNECTED)
    if contact is None or not allowed or contact.channel != CHAT:
        raise Refused("not_connected")
    if contact.messages >= state.policy.message_limit:
        raise Refused("too_many_messages")
    state.emit(MessagePosted(contact.id, contact.o + 1, command.party, command.person_id))


def close_contact(state: DeskState, command: CloseContact) -> None:
    """The agent ends the conversation."""
    contact = held_contact(state, command.contact_id, command.agent_id)
    if contact.state != CONNECTED:
        raise Refused("wrong_state")
    _end(state, contact, "agent")


def finish_wrap_up(state: DeskState, command: FinishWrapUp) -> None:
    """The agent is done with the after-contact work."""
    contact = held_contact(state, command.contact_id, command.agent_id)
    if contact.state != WRAPPING:
        raise Refused("wrong_state")
    close_wrapped(state, contact.id)


def close_wrapped(state: DeskState, contact_id: ContactId) -> None:
    """Wrap-up is over, said by the agent or by the deadline."""
    contact = state.contacts[contact_id]
    state.emit(ContactClosed(contact.id, contact.o + 1, contact.agent_id))


def requeue(state: DeskState, contact: Contact) -> None:
    """The agent is lost for good: back in line at the rank it had, absent when the ASC is gone as well."""
    state.emit(ContactRequeued(contact.id, contact.o + 1, contact.agent_id))
    if contact.channel == CHAT and state.is_gone(f"asc:{contact.asc_id}"):
        lose_asc(state, contact)


def lose_asc(state: DeskState, contact: Contact) -> None:
    """The ASC's last connection is gone: a waiting chat keeps its place, but is offered to nobody."""
    if contact.channel != CHAT or contact.state not in (WAITING, OFFERED):
        return
    withdraw_from_contact(state, contact, "asc_left")
    state.emit(AscLeft(contact.id, contact.o + 1, state.now + state.policy.asc_grace_ms))


def return_asc(state: DeskState, contact: Contact) -> None:
    """The ASC is back in time."""
    if contact.state == ABSENT:
        state.emit(AscReturned(contact.id, contact.o + 1))


def expire_absent(state: DeskState, contact_id: ContactId) -> None:
    """The ASC did not come back within the grace: abandoned, and what counts is when the ASC left."""
    contact = state.contacts[contact_id]
    _abandon(state, contact, contact.left_at)


def own_contact(state: DeskState, contact_id: ContactId, asc_id: AscId) -> Contact:
    """The contact if it is this ASC's; somebody else's is as unknown as one that never was."""
    contact = state.contacts.get(contact_id)
    if contact is None or contact.asc_id != asc_id:
        raise Refused("unknown_contact")
    return contact


def _abandon(state: DeskState, contact: Contact, ended: int) -> None:
    short = ended - contact.waiting_since <= state.policy.short_abandon_ms
    state.emit(ContactAbandoned(contact.id, contact.o + 1, ended, short))


def _end(state: DeskState, contact: Contact, by: Party) -> None:
    wrap_up_by = state.now + state.policy.wrap_up_ms
    state.emit(ContactEnded(contact.id, contact.o + 1, contact.agent_id, by, wrap_up_by))
    if not state.policy.wrap_up_ms:
        close_wrapped(state, contact.id)
