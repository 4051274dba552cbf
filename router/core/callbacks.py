"""
Callbacks: the same contact on another channel, in the same line at the same rank.

A callback needs a whole agent, who dials after accepting; not taking the offer is not an attempt.
"""

from router.core.commands import CancelCallback, ConvertToCallback, ReportReached, ReportUnreachable
from router.core.contacts import own_contact
from router.core.errors import Refused
from router.core.events import CallbackCancelled, CallbackReached, CallbackUnreachable, ContactConverted
from router.core.lifecycle import CALL, CALLBACK, CHAT, DIALLING, DUE, OFFERED, WAITING
from router.core.lines import Contact
from router.core.offers import held_contact, withdraw_from_contact
from router.core.state import DeskState


def convert_to_callback(state: DeskState, command: ConvertToCallback) -> None:
    """Turn a waiting chat into a callback reservation: same contact, same waiting_since, same rank."""
    contact = own_contact(state, command.contact_id, command.asc_id)
    if not state.policy.callbacks:
        raise Refused("callbacks_off")
    if contact.channel not in (CHAT, CALL) or contact.state not in (WAITING, OFFERED):
        raise Refused("wrong_state")
    if not command.number_ref:
        raise Refused("bad_value")
    if command.number_ref in state.numbers:
        raise Refused("number_in_use")
    withdraw_from_contact(state, contact, "converted")
    state.emit(ContactConverted(contact.id, contact.o + 1, command.number_ref))


def cancel_callback(state: DeskState, command: CancelCallback) -> None:
    """The ASC no longer wants to be called; possible until an agent dials."""
    contact = own_contact(state, command.contact_id, command.asc_id)
    if contact.channel != CALLBACK or contact.state not in (DUE, OFFERED):
        raise Refused("wrong_state")
    withdraw_from_contact(state, contact, "cancelled")
    state.emit(CallbackCancelled(contact.id, contact.o + 1))


def report_reached(state: DeskState, command: ReportReached) -> None:
    """The ASC answers the call: the conversation begins."""
    contact = _dialling(state, command)
    state.emit(CallbackReached(contact.id, contact.o + 1, command.agent_id, command.attempt))


def report_unreachable(state: DeskState, command: ReportUnreachable) -> None:
    """The attempt failed; the callback ends and the agent is free."""
    contact = _dialling(state, command)
    state.emit(
        CallbackUnreachable(contact.id, contact.o + 1, command.agent_id, command.attempt, command.failure)
    )  # fmt: skip


def _dialling(state: DeskState, command: ReportReached | ReportUnreachable) -> Contact:
    contact = held_contact(state, command.contact_id, command.agent_id)
    if contact.state != DIALLING or contact.attempt != command.attempt:
        raise Refused("attempt_ended")
    return contact
