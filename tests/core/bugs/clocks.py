"""Bugs of case clocks and of silent abandonment."""

from router.core import clocks
from router.core import events as ev
from router.core.deadlines import CASE_DUE
from router.core.hours import Hours, Intervals
from router.core.silence import HEARD
from router.core.state import DeskState
from tests.core.bugs.plant import Patch, after, bug


@bug
def works_at_night(patch: Patch) -> None:
    """Every case clock runs around the clock."""
    patch.setattr(clocks, "work_hours", lambda hours, priority: hours.calendars[0])


@bug
def one_office_for_all(patch: Patch) -> None:
    """Every priority has the work hours of P4."""

    def work_hours(hours: Hours, priority: int) -> Intervals:
        return hours.calendars[hours.work[3]]

    patch.setattr(clocks, "work_hours", work_hours)


@bug
def accepting_answers(patch: Patch) -> None:
    """An accept stops the clock of a case."""

    def change(state: DeskState, event: ev.ContactConnected) -> None:
        state.deadlines.disarm(CASE_DUE, event.contact_id)

    after(patch, ev.ContactConnected, change)


@bug
def reckoned_once(patch: Patch) -> None:
    """New rules and another calendar leave due times as they were."""
    patch.setattr(clocks, "set_all_clocks", lambda state: None)


@bug
def everybody_is_heard(patch: Patch) -> None:
    """Nobody is ever taken to have left without a word."""

    def change(state: DeskState, event: ev.ContactConnected) -> None:
        state.contacts[event.contact_id].silence = HEARD

    after(patch, ev.ContactConnected, change)
