"""How a contact begins and what happens to it until it ends: waited for, talked, left, ended, wrapped up."""

from router.core.admission import admit, place_left
from router.core.clocks import set_clock
from router.core.commands import (
    CloseContact,
    ExtendWrapUp,
    FinishWrapUp,
    LeaveContact,
    OpenCase,
    Party,
    PostMessage,
    ReportCall,
    RequestChat,
)
from router.core.deadlines import WRAP_UP
from router.core.errors import Refused
from router.core.events import (
    AscLeft,
    AscReturned,
    CallbackCancelled,
    ContactAbandoned,
    ContactClosed,
    ContactEnded,
    ContactQueued,
    ContactRequeued,
    MessagePosted,
    RingFailed,
    StepWidened,
    TriageEscalated,
    WrapUpExtended,
)
from router.core.ids import AgentId, AscId, ContactId
from router.core.lifecycle import (
    ABSENT,
    CALL,
    CASE,
    CHAT,
    CONNECTED,
    LIVE,
    OFFERED,
    PARKED,
    WAITING,
    WRAPPING,
)
from router.core.lines import Contact, Line
from router.core.offers import held_contact, withdraw_from_contact
from router.core.policy import CHANNELS
from router.core.quiet import resume
from router.core.routing import first_step, is_staffed, preferred_agent, step_now
from router.core.schedule import defer_if_shut, expire_if_over
from router.core.silence import end_in_silence
from router.core.state import DeskState

NEW_PRIORITY = 3
"""A new contact is P3; the ASC never sets the priority."""


def request_chat(state: DeskState, command: RequestChat) -> None:
    """
    Put a new contact in its line, unless the line is closed or full or this ASC already has one open there.

    Whoever gave up waiting in this line less than the ASC's grace ago has the old place.
    """
    _begin(state, command, CHAT, command.claimed_impact == "everybody", command.agreed)


def report_call(state: DeskState, command: ReportCall) -> None:
    """An ASC calls: the same rules, but a whole agent is needed."""
    _begin(state, command, CALL, command.claimed_impact == "everybody", command.agreed)


def open_case(state: DeskState, command: OpenCase) -> None:
    """Work that can wait; an ASC may have several."""
    _begin(state, command, CASE, False, False)


def _begin(
    state: DeskState, command: RequestChat | ReportCall | OpenCase, channel: str, triage: bool, agreed: bool
) -> None:
    line = admit(state, command.contact_id, command.asc_id, command.company_id, command.line, channel, agreed)
    left = place_left(state, command.asc_id, line.key) if channel in LIVE else None
    since = state.now if left is None else left.waiting_since
    priority = NEW_PRIORITY if left is None else left.priority
    credit = state.policy.priority_credit_ms[priority - 1]
    if triage:
        credit = max(credit, state.policy.triage_credit_ms)
    last_step = len(line.rules.steps) - 1
    step = last_step if triage else first_step(state, line, agreed, since)
    prefers = line.rules.preferred_ms and not triage
    preferred = _preferred(state, line, command.asc_id) if prefers else AgentId(0)
    state.emit(
        ContactQueued(
            command.contact_id,
            1,
            command.asc_id,
            command.company_id,
            command.line,
            channel,
            priority,
            since,
            since - credit,
            step,
            agreed,
            "one" if isinstance(command, OpenCase) else command.claimed_impact,
            triage,
            preferred,
            state.now + line.rules.preferred_ms if preferred else 0,
            ContactId(0) if left is None else left.contact_id,
        )
    )
    set_clock(state, state.contacts[command.contact_id])
    if triage and not is_staffed(state, line, last_step, agreed):
        state.emit(TriageEscalated(command.contact_id))
    if state.sessions:
        hold_if_gone(state, state.contacts[command.contact_id])


def _preferred(state: DeskState, line: Line, asc_id: AscId) -> AgentId:
    last = state.last_agents.get(asc_id)
    return AgentId(0) if last is None else preferred_agent(state, line, last)


def leave_contact(state: DeskState, command: LeaveContact) -> None:
    """Before an agent accepts this abandons the contact, afterwards it ends the conversation, parked or not."""
    contact = own_contact(state, command.contact_id, command.asc_id)
    if contact.state == CONNECTED:
        _end(state, contact, "asc")
    elif contact.state == PARKED:
        state.emit(ContactClosed(contact.id, contact.o + 1, contact.parked_with, "", ""))
    elif contact.channel in (CHAT, CALL) and contact.state in (WAITING, OFFERED, ABSENT):
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
        allowed = contact.state in (WAITING, OFFERED, CONNECTED, PARKED)
    if contact is None or not allowed or contact.channel != CHAT:
        raise Refused("not_connected")
    if contact.messages >= state.policy.message_limit:
        raise Refused("too_many_messages")
    state.emit(MessagePosted(contact.id, contact.o + 1, command.party, command.person_id))
    if contact.state == PARKED:
        resume(state, contact)
        hold_if_gone(state, contact)


def close_contact(state: DeskState, command: CloseContact) -> None:
    """The agent ends the conversation."""
    contact = held_contact(state, command.contact_id, command.agent_id)
    if contact.state != CONNECTED:
        raise Refused("wrong_state")
    _end(state, contact, "agent")


def finish_wrap_up(state: DeskState, command: FinishWrapUp) -> None:
    """The agent is done with the after-contact work and, where policy says so, states reason and outcome."""
    contact = held_contact(state, command.contact_id, command.agent_id)
    if contact.state != WRAPPING:
        raise Refused("wrong_state")
    if state.policy.reason_required and not (command.reason and command.outcome):
        raise Refused("reason_required")
    _close(state, contact, command.reason, command.outcome)


def extend_wrap_up(state: DeskState, command: ExtendWrapUp) -> None:
    """The agent needs more time, a bounded number of times."""
    contact = held_contact(state, command.contact_id, command.agent_id)
    if contact.state != WRAPPING:
        raise Refused("wrong_state")
    if contact.extensions >= state.policy.max_extensions:
        raise Refused("no_more_extensions")
    wrap_up_by = state.deadlines.due_of(WRAP_UP, contact.id) or state.now
    state.emit(WrapUpExtended(contact.id, wrap_up_by + state.policy.wrap_up_extension_ms))


def close_wrapped(state: DeskState, contact_id: ContactId) -> None:
    """The time for wrap-up is over."""
    _close(state, state.contacts[contact_id], "", "")


def requeue(state: DeskState, contact: Contact, cause: str) -> None:
    """Back in line at the rank it had, at the step its wait says, absent when the ASC is gone as well."""
    if contact.reservation is not None and contact.reservation.rang_from_chat:
        state.emit(RingFailed(contact.id, contact.o + 1, contact.agent_id, contact.attempt, "no_answer"))
    state.emit(ContactRequeued(contact.id, contact.o + 1, contact.agent_id, cause))
    if expire_if_over(state, contact):
        return
    if contact.reservation is not None and not contact.reservation.number_ref:
        state.emit(CallbackCancelled(contact.id, contact.o + 1, "agent", "replaced"))
        return  # The agent has booked another callback under the number, and then was lost.
    step = step_now(state, contact)
    if step > contact.step:
        state.emit(StepWidened(contact.id, step))
    defer_if_shut(state, contact)
    hold_if_gone(state, contact)


def hold_if_gone(state: DeskState, contact: Contact) -> None:
    """Whoever comes into the line while the ASC is gone is absent from the start: nobody is there to talk to."""
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
    if by == "agent":
        end_in_silence(state, contact)
    wrap_up_ms = state.policy.wrap_up_ms[CHANNELS.index(contact.channel)]
    state.emit(ContactEnded(contact.id, contact.o + 1, contact.agent_id, by, state.now + wrap_up_ms))
    if not wrap_up_ms:
        _close(state, contact, "", "")


def _close(state: DeskState, contact: Contact, reason: str, outcome: str) -> None:
    state.emit(ContactClosed(contact.id, contact.o + 1, contact.agent_id, reason, outcome))
