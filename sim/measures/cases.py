"""Cases: work that can wait. They are no live contacts, and have only their clock and the agents' time."""

from collections.abc import Callable
from typing import Any

from router.core import events as ev
from router.core.hours import FOREVER
from router.core.lifecycle import CASE
from sim.measures.book import Book, OpenCase


class Cases:
    """Counts cases opened and done, and whether they were answered before they were overdue."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.on: dict[type, Callable[[int, Any], None]] = {
            ev.ContactQueued: self._opened,
            ev.CaseClockSet: self._clock_set,
            ev.CaseOverdue: self._overdue,
            ev.ContactEnded: self._answered,
            ev.ContactClosed: self._closed,
            ev.ContactSentAway: self._sent_away,
        }

    def _opened(self, _now: int, event: ev.ContactQueued) -> None:
        if event.channel == CASE:
            line = self._book.lines[event.line]
            cell = self._book.cell(line, event.waiting_since)
            self._book.cases[event.contact_id] = OpenCase(line, cell, event.waiting_since)
            cell.sums.cases += 1

    def _clock_set(self, _now: int, event: ev.CaseClockSet) -> None:
        case = self._book.cases.get(event.contact_id)
        if case is not None:
            case.has_clock = event.due > 0 or event.rank == FOREVER
            case.overdue = False

    def _overdue(self, _now: int, event: ev.CaseOverdue) -> None:
        case = self._book.cases.get(event.contact_id)
        if case is not None:
            case.overdue = True

    def _answered(self, _now: int, event: ev.ContactEnded) -> None:
        case = self._book.cases.get(event.contact_id)
        if case is not None and case.has_clock:
            case.answered = True
            case.cell.sums.cases_in_time += not case.overdue
            case.cell.sums.cases_late += case.overdue

    def _closed(self, _now: int, event: ev.ContactClosed) -> None:
        case = self._book.cases.pop(event.contact_id, None)
        if case is not None:
            case.cell.sums.cases_done += 1

    def _sent_away(self, _now: int, event: ev.ContactSentAway) -> None:
        self._book.cases.pop(event.contact_id, None)
