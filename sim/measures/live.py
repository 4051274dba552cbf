"""The live leg: who entered a line, was served and how soon, gave up, came back, or was sent away."""

from collections.abc import Callable
from typing import Any, Final

from router.core import events as ev
from router.core.lifecycle import CASE
from sim.measures.book import Book, OpenContact
from sim.sums import Sums

KEPT_LEFT: Final = 10_000
"""How many who gave up are remembered, should they come back; the desk itself keeps no more places."""


class Live:
    """Counts contacts while they wait for their first agent, and what became of that."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.on: dict[type, Callable[[int, Any], None]] = {
            ev.ContactQueued: self._queued,
            ev.ContactConnected: self._connected,
            ev.ContactClosed: self._closed,
            ev.ContactAbandoned: self._abandoned,
            ev.ContactExpired: self._gone,
            ev.ContactSentAway: self._sent_away,
            ev.SilentlyAbandoned: self._left_silently,
            ev.IncidentLinked: self._linked,
        }

    def _queued(self, now: int, event: ev.ContactQueued) -> None:
        line, asked = self._book.lines[event.line], event.waiting_since
        if event.resumes in self._book.left:
            self._book.open[event.contact_id] = self._come_back(now, event.resumes)
            return
        # A case is work that can wait: it is no live contact (`sim.measures.cases`).
        if event.channel == CASE:
            return
        cell = self._book.cell(line, asked)
        cell.sums.offered += 1
        line.queue.change(now, 1)
        self._book.open[event.contact_id] = OpenContact(line, cell, asked)

    def _connected(self, now: int, event: ev.ContactConnected) -> None:
        contact = self._book.open.get(event.contact_id)
        # A chat that comes back after its agent was lost has been served already: its wait is not reopened.
        if contact is not None and contact.live:
            self._book.leaves_line(now, contact)
            wait, sums = now - contact.asked, contact.cell.sums
            sums.served += 1
            sums.served_in_time += wait <= self._book.service_level_ms
            sums.wait_ms += wait
            contact.cell.waits.add(wait)
            contact.accepted, contact.wait = now, wait

    def _left_silently(self, _now: int, event: ev.SilentlyAbandoned) -> None:
        """The agent who accepted talked to nobody: nobody was served."""
        contact = self._book.open.get(event.contact_id)
        if contact is not None and contact.wait is not None:
            wait, sums = contact.wait, contact.cell.sums
            sums.served -= 1
            sums.served_in_time -= wait <= self._book.service_level_ms
            sums.wait_ms -= wait
            contact.cell.waits.remove(wait)
            sums.silent += 1
            contact.silent, contact.wait = True, None

    def _linked(self, _now: int, event: ev.IncidentLinked) -> None:
        one = self._book.open.get(event.contact_id) or self._book.cases.get(event.contact_id)
        if one is not None and not one.linked:
            one.linked = True
            one.cell.sums.linked += 1

    def _abandoned(self, now: int, event: ev.ContactAbandoned) -> None:
        contact = self._book.open.pop(event.contact_id, None)
        if contact is not None and contact.live:
            self._book.leaves_line(now, contact)
            in_time = event.ended - contact.asked <= self._book.service_level_ms
            _count_abandoned(contact.cell.sums, event.short, in_time, 1)
            self._book.left[event.contact_id] = contact, event.short, in_time
            if len(self._book.left) > KEPT_LEFT:
                self._book.left.popitem(last=False)

    def _come_back(self, now: int, contact_id: int) -> OpenContact:
        """Who gave up and is back within the grace is the same contact, which was not abandoned after all."""
        contact, short, in_time = self._book.left.pop(contact_id)
        _count_abandoned(contact.cell.sums, short, in_time, -1)
        contact.live = True
        contact.line.queue.change(now, 1)
        return contact

    def _closed(self, now: int, event: ev.ContactClosed) -> None:
        contact = self._book.open.pop(event.contact_id, None)
        if contact is not None and contact.silent:
            contact.cell.sums.silent_ms += now - contact.accepted
            contact.cell.sums.silent_closed += 1

    def _sent_away(self, now: int, event: ev.ContactSentAway) -> None:
        contact = self._book.open.pop(event.contact_id, None)
        if contact is not None and contact.live:
            self._book.leaves_line(now, contact)
            contact.cell.sums.blocked += 1

    def _gone(self, _now: int, event: ev.ContactExpired) -> None:
        """A parked contact was served already."""
        self._book.open.pop(event.contact_id, None)


def _count_abandoned(sums: Sums, short: bool, in_time: bool, count: int) -> None:
    if short:
        sums.short_abandoned += count
    else:
        sums.abandoned += count
        sums.abandoned_in_time += count * in_time
