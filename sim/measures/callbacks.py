"""The reservation leg: callbacks that were promised, dialled, reached, or came to nothing."""

from collections.abc import Callable
from typing import Any, Final

from router.core import events as ev
from sim.measures.book import Book, OpenContact

PROMISE_SLACK_MS: Final = 300_000
"""A promise is kept by a first dial up to this long before or after it."""


class Callbacks:
    """Counts reservations, and how well the promises were kept."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.on: dict[type, Callable[[int, Any], None]] = {
            ev.ContactConverted: self._converted,
            ev.CallbackRequested: self._requested,
            ev.ReturnedToChat: self._returned,
            ev.DialStarted: self._dialled,
            ev.CallbackReached: self._reached,
            ev.ContactEnded: self._ended,
            ev.CallbackUnreachable: self._unreachable,
            ev.CallbackCancelled: self._cancelled,
            ev.CallbackExpired: self._expired,
        }

    def _converted(self, now: int, event: ev.ContactConverted) -> None:
        contact = self._book.open.get(event.contact_id)
        if contact is not None:
            contact.cell.sums.converted += contact.live
            contact.cell.sums.reservations += not contact.reserved  # Another time is no other reservation.
            if contact.live:
                self._book.leaves_line(now, contact)
            contact.reserved = True
            contact.promise = event.promise_from, event.promise_to

    def _requested(self, _now: int, event: ev.CallbackRequested) -> None:
        line, asked = self._book.lines[event.line], event.waiting_since
        cell = self._book.cell(line, asked)
        cell.sums.reservations += 1
        contact = self._book.open[event.contact_id] = OpenContact(line, cell, asked)
        contact.asked_live = contact.live = False
        contact.reserved = True
        contact.promise = event.promise_from, event.promise_to

    def _returned(self, now: int, event: ev.ReturnedToChat) -> None:
        """The reservation is over, and the contact waits live again as if it had never been converted."""
        contact = self._book.open.get(event.contact_id)
        if contact is not None:
            sums = contact.cell.sums
            sums.returned_to_live += 1
            if contact.asked_live:
                sums.converted -= 1
            else:
                sums.offered += 1
            contact.asked_live = contact.live = True
            contact.line.queue.change(now, 1)
            contact.reserved = False
            contact.promise = None

    def _dialled(self, now: int, event: ev.DialStarted) -> None:
        """The first dial decides whether the promise was kept; later attempts do not."""
        contact = self._book.open.get(event.contact_id)
        if contact is not None and contact.promise is not None:
            earliest, latest = contact.promise
            contact.promise = None
            sums = contact.cell.sums
            sums.dialled += 1
            sums.dialled_early += now < earliest - PROMISE_SLACK_MS
            sums.dialled_late += now > latest + PROMISE_SLACK_MS

    def _reached(self, now: int, event: ev.CallbackReached) -> None:
        contact = self._book.open.get(event.contact_id)
        if contact is not None and not contact.reached:
            contact.reached = True
            contact.cell.sums.called_back += 1
            contact.cell.sums.callback_wait_ms += now - contact.asked

    def _ended(self, _now: int, event: ev.ContactEnded) -> None:
        contact = self._book.open.get(event.contact_id)
        if contact is not None and contact.reserved:
            contact.reserved = False
            contact.cell.sums.completed += 1

    def _unreachable(self, _now: int, event: ev.CallbackUnreachable) -> None:
        contact = self._book.open.pop(event.contact_id, None)
        if contact is not None:
            contact.cell.sums.unreachable += 1

    def _cancelled(self, _now: int, event: ev.CallbackCancelled) -> None:
        contact = self._book.open.pop(event.contact_id, None)
        if contact is not None:
            contact.cell.sums.cancelled += 1

    def _expired(self, _now: int, event: ev.CallbackExpired) -> None:
        contact = self._book.open.pop(event.contact_id, None)
        if contact is not None:
            contact.cell.sums.expired += 1
