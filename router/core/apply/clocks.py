"""What the clock of a case changes, and that an ASC was found to be gone."""

from router.core import events as ev
from router.core.apply.registry import applies
from router.core.apply.steps import enter_line, leave_line
from router.core.deadlines import CASE_DUE, SILENT
from router.core.estimates.rates import left_unseen
from router.core.silence import GONE
from router.core.state import DeskState


@applies(ev.CaseClockSet)
def _case_clock_set(state: DeskState, event: ev.CaseClockSet) -> None:
    contact = state.contacts[event.contact_id]
    waits = contact.cohort is not None
    if waits:
        leave_line(state, contact)
    contact.response_due = event.due
    contact.overdue = False
    contact.rank = event.rank
    if event.due:
        state.deadlines.arm(CASE_DUE, contact.id, event.due)
    else:
        state.deadlines.disarm(CASE_DUE, contact.id)
    if waits:
        enter_line(state, contact)


@applies(ev.CaseOverdue)
def _case_overdue(state: DeskState, event: ev.CaseOverdue) -> None:
    state.contacts[event.contact_id].overdue = True
    state.deadlines.disarm(CASE_DUE, event.contact_id)


@applies(ev.SilentlyAbandoned)
def _silently_abandoned(state: DeskState, event: ev.SilentlyAbandoned) -> None:
    contact = state.contacts[event.contact_id]
    contact.silence = GONE
    left_unseen(state.lines[contact.line].rates)
    state.deadlines.disarm(SILENT, event.contact_id)
