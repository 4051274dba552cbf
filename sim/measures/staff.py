"""The agents' side: who is there, and who holds what. The arithmetic is `sim.occupancy`."""

from collections.abc import Callable
from typing import Any

from router.core import events as ev
from sim.measures.book import Book
from sim.occupancy import Occupancy


class Staff:
    """Tells the occupancy what every event means for it."""

    def __init__(self, book: Book, occupancy: Occupancy) -> None:
        self._book = book
        self._occupancy = occupancy
        self.on: dict[type, Callable[[int, Any], None]] = {
            ev.OfferMade: self._take,
            ev.ContactClosed: self._give,
            ev.CallbackUnreachable: self._give,
            ev.AttemptFailed: self._give,
            ev.ContactRequeued: self._give,
            ev.ContactTransferred: self._give,
            ev.ContactParked: self._give,
            ev.OfferDeclined: self._give,
            ev.OfferTimedOut: self._give,
            ev.OfferWithdrawn: self._give,
            ev.AgentSignedIn: self._signed_in,
            ev.AgentStatusSet: self._status_set,
            ev.NextStatusSet: self._next_status_set,
            ev.AgentNotResponding: self._not_responding,
        }

    def _take(self, now: int, event: ev.OfferMade) -> None:
        self._occupancy.take(now, event.agent_id, event.contact_id, event.contact_id in self._book.cases)

    def _give(self, now: int, event: Any) -> None:
        """The agent named holds a contact less."""
        self._occupancy.give(now, event.agent_id, event.contact_id)

    def _signed_in(self, now: int, event: ev.AgentSignedIn) -> None:
        self._occupancy.sign_in(now, event.agent_id, (event.products, event.languages))

    def _status_set(self, now: int, event: ev.AgentStatusSet) -> None:
        self._occupancy.status(now, event.agent_id, event.status)

    def _next_status_set(self, now: int, event: ev.NextStatusSet) -> None:
        self._occupancy.leaves(now, event.agent_id, event.status)

    def _not_responding(self, now: int, event: ev.AgentNotResponding) -> None:
        self._occupancy.present(now, event.agent_id, False)
