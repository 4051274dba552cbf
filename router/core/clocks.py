"""
The clock of a case: it runs in the work hours of its priority, from opening until an agent has answered.

Accepting answers nobody, so an accept does not stop it; the end of the work on the case does. Cases that have a clock
are worked on in the order in which they are due. Nothing but a case has one: whoever waits live waits for real.
"""

from router.core.events import CaseClockSet, CaseOverdue
from router.core.hours import FOREVER, elapsed_open_ms, is_open, next_open, when_elapsed, work_hours
from router.core.ids import ContactId
from router.core.lifecycle import CASE, WRAPPING
from router.core.lines import Contact
from router.core.records import record
from router.core.state import DeskState


@record
class CaseClock:
    """
    A case clock as it is read. Times are ms.

    `due` is 0 while nobody knows, because it lies beyond the horizon of the calendar. `shown_ms` of `target_ms` have
    passed. `resumes_at` is 0 while the clock runs, or when nobody knows.
    """

    due: int
    overdue: bool
    target_ms: int
    shown_ms: int
    resumes_at: int


def has_clock(state: DeskState, contact: Contact) -> bool:
    """Whether the contact is a case that is to be answered within a target."""
    return contact.channel == CASE and state.policy.response_target_ms[contact.priority - 1] > 0


def read_clock(state: DeskState, contact: Contact) -> CaseClock | None:
    """The clock as it stands now; None for what has none, or has been answered."""
    if not has_clock(state, contact) or contact.state == WRAPPING:
        return None
    hours = work_hours(state.policy.hours, contact.priority)
    return CaseClock(
        due=contact.response_due,
        overdue=contact.overdue,
        target_ms=state.policy.response_target_ms[contact.priority - 1],
        shown_ms=elapsed_open_ms(hours, contact.waiting_since, state.now),
        resumes_at=0 if is_open(hours, state.now) else next_open(hours, state.now) or 0,
    )


def rank_of(state: DeskState, contact: Contact, priority: int) -> int:
    """The rank of a contact that has this priority: a case goes by its clock, everything else by credit."""
    if contact.channel == CASE and state.policy.response_target_ms[priority - 1]:
        return _due(state, contact, priority) or FOREVER
    return contact.waiting_since - state.policy.priority_credit_ms[priority - 1]


def set_clock(state: DeskState, contact: Contact) -> None:
    """Say when the case is due by its priority and the rules of now, and give it the place in line that follows."""
    if contact.channel != CASE or contact.state == WRAPPING:
        return
    if not has_clock(state, contact) and not contact.response_due and contact.rank != FOREVER:
        return  # There is none and was none: the rank stays what it was.
    due = _due(state, contact, contact.priority)
    rank = rank_of(state, contact, contact.priority)
    if (due, rank) == (contact.response_due, contact.rank):
        return
    state.emit(CaseClockSet(contact.id, due, rank))
    if 0 < due <= state.now:
        note_overdue(state, contact.id)


def set_all_clocks(state: DeskState) -> None:
    """The rules or the calendar changed."""
    for contact in state.contacts.values():
        set_clock(state, contact)


def note_overdue(state: DeskState, contact_id: ContactId) -> None:
    """The target has passed without an answer."""
    state.emit(CaseOverdue(contact_id))


def _due(state: DeskState, contact: Contact, priority: int) -> int:
    target_ms = state.policy.response_target_ms[priority - 1] if contact.channel == CASE else 0
    hours = work_hours(state.policy.hours, priority)
    return (when_elapsed(hours, contact.waiting_since, target_ms) or 0) if target_ms else 0
