"""What comes of an attempt to dial: reached, or not, and then when the next one is."""

from router.core.commands import DIAL_FAILURES, DialFailure, ReportReached, ReportUnreachable
from router.core.errors import Refused
from router.core.events import AttemptFailed, CallbackReached, CallbackUnreachable, RingFailed
from router.core.lifecycle import DIALLING
from router.core.lines import Contact, reservation_of
from router.core.offers import held_contact
from router.core.policy import CallbackRules
from router.core.schedule import expire_if_over, schedule
from router.core.state import DeskState


def report_reached(state: DeskState, command: ReportReached) -> None:
    """The ASC answers the call: the conversation begins."""
    contact = _dialling(state, command)
    state.emit(CallbackReached(contact.id, contact.o + 1, command.agent_id, command.attempt))


def report_unreachable(state: DeskState, command: ReportUnreachable) -> None:
    """The attempt failed: the chat goes on if the agent rang from one, else the ladder of this outcome decides."""
    contact = _dialling(state, command)
    reservation = reservation_of(contact)
    if reservation.rang_from_chat:
        state.emit(RingFailed(contact.id, contact.o + 1, command.agent_id, command.attempt, command.failure))
        return
    retry_at = _retry_at(state, state.policy.callbacks, command.failure, reservation.failures)
    if retry_at:
        state.emit(
            AttemptFailed(
                contact.id, contact.o + 1, command.agent_id, command.attempt, command.failure, retry_at
            )
        )  # fmt: skip
        if not expire_if_over(state, contact):
            schedule(state, contact, retry_at, "retry")
    else:
        state.emit(CallbackUnreachable(contact.id, contact.o + 1, command.agent_id, command.attempt, command.failure))


def _retry_at(state: DeskState, rules: CallbackRules, failure: DialFailure, failures: list[int]) -> int:
    """When the next attempt may be made (ms), 0 when there is none; each outcome has a ladder of its own."""
    number = DIAL_FAILURES.index(failure)
    ladder = (
        rules.retry_no_answer_ms,
        rules.retry_busy_ms,
        rules.retry_voicemail_ms,
        rules.retry_invalid_ms,
    )[number]
    rung = failures[number]
    return state.now + ladder[rung] if rung < len(ladder) else 0


def _dialling(state: DeskState, command: ReportReached | ReportUnreachable) -> Contact:
    contact = held_contact(state, command.contact_id, command.agent_id)
    if contact.state != DIALLING or contact.attempt != command.attempt:
        raise Refused("attempt_ended")
    return contact
