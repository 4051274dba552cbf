"""An ASC who falls silent in a chat is warned, then parked: the agent's unit is free, the place is not lost."""

from router.core.events import AscWarned, ContactExpired, ContactParked, ContactResumed
from router.core.ids import AgentId, ContactId
from router.core.lifecycle import CONNECTED
from router.core.lines import Contact
from router.core.routing import step_now
from router.core.silence import end_in_silence
from router.core.state import DeskState


def note_quiet(state: DeskState, contact_id: ContactId) -> None:
    """The ASC has owed an answer for the time of the warning, or since the warning for the time to the parking."""
    contact = state.contacts[contact_id]
    if contact.state != CONNECTED:
        return  # Wrap-up has begun.
    policy = state.policy
    if not contact.warned:
        park_at = state.now + max(policy.quiet_parking_ms - policy.quiet_warning_ms, 0)
        state.emit(AscWarned(contact.id, contact.o + 1, park_at))
    else:
        state.emit(ContactParked(contact.id, contact.o + 1, contact.agent_id, state.now + policy.parking_limit_ms))


def resume(state: DeskState, contact: Contact) -> None:
    """The parked ASC wrote: the same agent if free now, else the line at the rank it had."""
    agent = state.agents.get(contact.parked_with)
    free = agent is not None and agent.may_be_offered() and agent.units < agent.capacity and not agent.drained_for
    for_agent = contact.parked_with if free else AgentId(0)
    until = state.now + state.policy.offer_timeout_ms if free else 0
    state.emit(ContactResumed(contact.id, contact.o + 1, step_now(state, contact), for_agent, until))


def expire_parked(state: DeskState, contact_id: ContactId) -> None:
    """The ASC never wrote again."""
    contact = state.contacts[contact_id]
    end_in_silence(state, contact)
    state.emit(ContactExpired(contact.id, contact.o + 1))
