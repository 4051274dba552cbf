"""
Callbacks: the same contact on another channel, in the same line at the same rank.

A callback needs a whole agent, who dials after accepting; not taking the offer is not an attempt. What was promised is
fixed when the ASC accepts; windows, quiet hours and retries only say when the callback stands in line.
"""

from router.core.admission import admit, check_id, has_most_callbacks, is_full
from router.core.announcing import expected_wait
from router.core.commands import (
    BookCallback,
    CancelCallback,
    ConvertToCallback,
    DropCallback,
    Party,
    RequestCallback,
    ReturnToChat,
    RingAsc,
)
from router.core.contacts import NEW_PRIORITY, hold_if_gone, own_contact
from router.core.errors import Refused
from router.core.estimates.promises import promise_range
from router.core.events import (
    CallbackCancelled,
    CallbackExpired,
    CallbackRequested,
    CallbackUrgent,
    ContactConverted,
    DiallingEnded,
    ReturnedToChat,
    RingStarted,
)
from router.core.hours import next_open
from router.core.ids import AgentId, AscId, ContactId
from router.core.lifecycle import (
    CALLBACK,
    CHAT,
    CONNECTED,
    DIALLING,
    EXCLUSIVE,
    LIVE,
    NOT_DIALLED,
    OFFERED,
    SCHEDULED,
    WAITING,
    WRAPPING,
)
from router.core.lines import Contact, Line, reservation_of
from router.core.offers import held_contact, withdraw_from_contact
from router.core.routing import step_now
from router.core.schedule import defer_if_shut, first_dial, schedule
from router.core.state import DeskState


def convert_to_callback(state: DeskState, command: ConvertToCallback) -> None:
    """
    Turn a waiting contact into a callback reservation: same contact, same waiting_since, same rank.

    A callback that nobody has dialled yet gets another time or number in the same way.
    """
    contact = own_contact(state, command.contact_id, command.asc_id)
    again = contact.channel == CALLBACK and contact.state in NOT_DIALLED
    if not again and (contact.channel not in LIVE or contact.state not in (WAITING, OFFERED)):
        raise Refused("wrong_state")
    if not again and not is_offered(state, contact):
        raise Refused("callbacks_off")
    line = state.lines[contact.line]
    old = _own_holder(state, command.number_ref, command.asc_id)
    if not again and has_most_callbacks(state, command.asc_id, old):
        raise Refused("callback_limit")
    promise = _promise(state, line, command, contact if again else old)
    withdraw_from_contact(state, contact, "converted")
    if old is not contact:
        _begin_replacing(state, old)
    state.emit(
        ContactConverted(contact.id, contact.o + 1, command.number_ref, command.window_from, *promise, command.quiet)
    )
    if old is not contact:
        _end_replaced(state, old, "asc")
    schedule(state, contact, command.window_from, "window")


def request_callback(state: DeskState, command: RequestCallback) -> None:
    """An ASC asks to be called, without a chat before."""
    holder = state.contacts.get(state.numbers.get(command.number_ref, ContactId(0)))
    replaced = None
    if holder is not None and holder.asc_id == command.asc_id and holder.state in NOT_DIALLED:
        replaced = holder
    line = admit(state, command.contact_id, command.asc_id, command.company_id, command.line, CALLBACK, False, replaced)
    old = _own_holder(state, command.number_ref, command.asc_id)
    promise = _promise(state, line, command, old)
    rank = state.now - state.policy.priority_credit_ms[NEW_PRIORITY - 1]
    _begin_replacing(state, old)
    state.emit(
        CallbackRequested(
            command.contact_id,
            1,
            command.asc_id,
            command.company_id,
            line.key,
            state.now,
            rank,
            command.number_ref,
            command.window_from,
            *promise,
            command.quiet,
            AgentId(0),
            AgentId(0),
        )
    )
    _end_replaced(state, old, "asc")
    schedule(state, state.contacts[command.contact_id], command.window_from, "window")


def book_callback(state: DeskState, command: BookCallback) -> None:
    """The agent of a contact books another conversation for its ASC; the window begins in the future."""
    contact = held_contact(state, command.contact_id, command.agent_id)
    if contact.state not in (CONNECTED, WRAPPING):
        raise Refused("wrong_state")
    if not command.window_from:
        raise Refused("bad_value")
    check_id(state, command.new_contact_id)
    line = state.lines[contact.line]
    if is_full(line, CALLBACK, more_room=True):
        raise Refused("queue_full")
    old = _own_holder(state, command.number_ref, contact.asc_id)
    promise = _promise(state, line, command, old)
    rank = state.now - state.policy.priority_credit_ms[NEW_PRIORITY - 1]
    _begin_replacing(state, old)
    state.emit(
        CallbackRequested(
            command.new_contact_id,
            1,
            contact.asc_id,
            contact.company_id,
            line.key,
            state.now,
            rank,
            command.number_ref,
            command.window_from,
            *promise,
            command.quiet,
            command.agent_id if command.with_me else AgentId(0),
            command.agent_id,
        )
    )
    _end_replaced(state, old, "agent")
    schedule(state, state.contacts[command.new_contact_id], command.window_from, "window")


def ring_asc(state: DeskState, command: RingAsc) -> None:
    """From an open chat to the phone: the agent must hold nothing else."""
    contact = held_contact(state, command.contact_id, command.agent_id)
    if contact.channel != CHAT or contact.state != CONNECTED:
        raise Refused("wrong_state")
    if len(state.agents[command.agent_id].held) > 1:
        raise Refused("not_whole")
    holder = _own_holder(state, command.number_ref, contact.asc_id)
    if holder is not None and holder.state != WRAPPING:
        raise Refused("number_in_use")
    state.emit(RingStarted(contact.id, contact.o + 1, command.agent_id, state.next_attempt, command.number_ref))


def return_to_chat(state: DeskState, command: ReturnToChat) -> None:
    """The ASC would rather wait in the chat; the rank stays."""
    contact = own_contact(state, command.contact_id, command.asc_id)
    _take_back(state, contact, "returned")
    state.emit(ReturnedToChat(contact.id, contact.o + 1, step_now(state, contact)))
    hold_if_gone(state, contact)


def cancel_callback(state: DeskState, command: CancelCallback) -> None:
    """The ASC no longer wants to be called; possible until an agent dials."""
    contact = own_contact(state, command.contact_id, command.asc_id)
    _take_back(state, contact, "cancelled")
    state.emit(CallbackCancelled(contact.id, contact.o + 1, "asc", ""))


def drop_callback(state: DeskState, command: DropCallback) -> None:
    """An agent knows that the callback is no longer needed."""
    contact = state.contacts.get(command.contact_id)
    if contact is None or command.agent_id not in state.agents:
        raise Refused("unknown_contact")
    _take_back(state, contact, "cancelled")
    state.emit(CallbackCancelled(contact.id, contact.o + 1, "agent", command.reason))


def come_due(state: DeskState, contact_id: ContactId) -> None:
    """The time has come for which the callback was scheduled; or its number may not be rung any more for now."""
    contact = state.contacts[contact_id]
    if contact.state == SCHEDULED:
        schedule(state, contact, state.now, "due")
    else:
        defer_if_shut(state, contact)


def note_urgency(state: DeskState, contact_id: ContactId) -> None:
    """The promise will soon be broken."""
    state.emit(CallbackUrgent(contact_id))


def expire_callback(state: DeskState, contact_id: ContactId) -> None:
    """The reservation's lifetime is over; one that is being dialled lives on, and ends if that is in vain."""
    contact = state.contacts[contact_id]
    if contact.state != DIALLING:
        withdraw_from_contact(state, contact, "expired")
        state.emit(CallbackExpired(contact.id, contact.o + 1))


def is_offered(state: DeskState, contact: Contact) -> bool:
    """Whether a waiting ASC may leave a number now: somebody waits for good reason, and long enough or in a crowd."""
    rules = state.policy.callbacks
    if not rules.enabled:
        return False
    if not rules.offer_after_ms and not rules.offer_queue_length and not rules.offer_expected_wait_ms:
        return True
    waited = bool(rules.offer_after_ms) and state.now - contact.waiting_since >= rules.offer_after_ms
    crowd = bool(rules.offer_queue_length) and state.lines[contact.line].waiting_count >= rules.offer_queue_length
    return waited or crowd or (rules.offer_expected_wait_ms > 0 and _waits_long(state, contact))


def _waits_long(state: DeskState, contact: Contact) -> bool:
    line = state.lines[contact.line]
    expected = expected_wait(state, line, line.ahead_of(contact), contact.channel in EXCLUSIVE)
    return expected is None or expected[1] >= state.policy.callbacks.offer_expected_wait_ms


def carry_over(state: DeskState, number: int) -> None:
    """The line no longer dials for today: whoever is due, or rings unanswered, is called at the next opening."""
    line = next(line for line in state.lines.values() if line.number == number)
    here = [contact for contact in state.contacts.values() if contact.line == line.key]
    for contact in sorted(here, key=lambda contact: (contact.rank, contact.seq)):
        defer_if_shut(state, contact)  # It may be open again when this comes late, after an outage.
    state.emit(DiallingEnded(line.key, next_open(line.dial_hours, state.now) or 0))


def _promise(
    state: DeskState, line: Line, command: ConvertToCallback | RequestCallback | BookCallback, old: Contact | None
) -> tuple[int, int]:
    """From when to when the ASC will be called; refuses a slot that is full, but for what is replaced, or too far."""
    rules = state.policy.callbacks
    if not command.window_from:
        if command.window_to:
            raise Refused("bad_value")
        return _soon(state, line, command)
    if first_dial(state, line, command.quiet, command.window_from) != command.window_from:
        raise Refused("bad_window")
    if not state.now <= command.window_from < command.window_to <= state.now + rules.slot_horizon_ms:
        raise Refused("bad_window")
    slot = (line.key, command.window_from // rules.slot_ms)
    freed = old is not None and old.state in NOT_DIALLED and reservation_of(old).slot == slot
    if state.slots.get(slot, 0) - freed >= rules.slot_capacity:
        raise Refused("slot_full")
    return command.window_from, command.window_to


def _soon(state: DeskState, line: Line, command: ConvertToCallback | RequestCallback | BookCallback) -> tuple[int, int]:
    """
    What can be promised to whom no window matters: from P10 to P90 of the wait, from the first moment of dialling on.

    Where estimates are off, or nobody serves the line just now, as long as policy says.
    """
    first = first_dial(state, line, command.quiet, state.now)
    estimates = state.policy.estimates
    waiting = state.contacts.get(command.contact_id) if isinstance(command, ConvertToCallback) else None
    ahead = len(line.order) if waiting is None else line.ahead_of(waiting)
    expected = expected_wait(state, line, ahead, whole=True) if estimates.enabled else None
    if expected is None:
        return first, first + state.policy.callbacks.promise_ms
    early_ms, _, late_ms = expected
    return promise_range(first, early_ms, late_ms, estimates.promises)


def _own_holder(state: DeskState, number_ref: str, asc_id: AscId) -> Contact | None:
    """
    The ASC's own callback under this number, which a new one replaces; None when there is none.

    Refuses a number that somebody else waits to be called on, or that is just being dialled.
    """
    if not number_ref:
        raise Refused("bad_value")
    if number_ref not in state.numbers:
        return None
    holder = state.contacts[state.numbers[number_ref]]
    if holder.asc_id != asc_id or holder.state == DIALLING:
        raise Refused("number_in_use")
    return holder


def _begin_replacing(state: DeskState, old: Contact | None) -> None:
    if old is not None:
        withdraw_from_contact(state, old, "replaced")


def _end_replaced(state: DeskState, old: Contact | None, by: Party) -> None:
    """The number is the new callback's now; the old one is over, unless its ASC has been reached already."""
    if old is not None and old.state in NOT_DIALLED:
        state.emit(CallbackCancelled(old.id, old.o + 1, by, "replaced"))


def _take_back(state: DeskState, contact: Contact, cause: str) -> None:
    if contact.channel != CALLBACK or contact.state not in NOT_DIALLED:
        raise Refused("wrong_state")
    withdraw_from_contact(state, contact, cause)
