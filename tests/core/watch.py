"""
Laws that are told by what happened rather than by what is: kept from the events alone, without a look at the state.

`router.core.invariants` judges each state; this judges the way from one to the next.
"""

from router.core import events as ev
from router.core.events import Event
from router.core.lifecycle import CALLBACK_MOVES, CHAT_MOVES, ENDS

OFFER_ENDS = (ev.OfferDeclined, ev.OfferTimedOut, ev.OfferWithdrawn)
ATTEMPT_ENDS = (ev.CallbackReached, ev.CallbackUnreachable, ev.ContactRequeued)
CONTACT_ENDS = tuple(
    kind for moves in (*CHAT_MOVES.values(), *CALLBACK_MOVES.values()) for kind, to in moves.items() if to in ENDS
)


class Watch:
    """Reads events in order; an assertion fails at the first that breaks a law."""

    def __init__(self) -> None:
        self.open: dict[int, int] = {}
        """Contact -> its last `o`."""
        self.rings: dict[int, tuple[int, int]] = {}
        """Pending offer -> (contact, agent)."""
        self.calls: dict[int, int] = {}
        """Contact -> the attempt in progress."""
        self.drained: dict[int, int] = {}
        """Agent -> the callback for which no other work may come."""
        self.counted = {"offer": 0, "attempt": 0, "contact": 0, "ended": 0}
        self.graces: dict[int, int] = {}
        """Lost agent -> when the grace is over, unless an outage lengthens it."""

    def read(self, event: Event, now: int) -> None:
        """`now` is the time of the entry that the event belongs to; no event is later."""
        self._streams(event)
        self._offers(event)
        self._attempts(event)
        self._drains(event)
        self._graces(event, now)

    def _streams(self, event: Event) -> None:
        """Each contact's events are counted from one without a gap, and none follows its end."""
        if isinstance(event, ev.ContactQueued):
            assert event.contact_id not in self.open
            self.open[event.contact_id] = 0
            self.counted["contact"] += 1
        if isinstance(event, ev.CONTACT_EVENTS):
            assert event.o == self.open[event.contact_id] + 1
            self.open[event.contact_id] = event.o
        if isinstance(event, CONTACT_ENDS):
            del self.open[event.contact_id]
            self.counted["ended"] += 1

    def _offers(self, event: Event) -> None:
        """Offers are numbered without a gap; each is of one contact to one agent and ends exactly once."""
        if isinstance(event, ev.OfferMade):
            self.counted["offer"] += 1
            assert event.offer_id == self.counted["offer"]
            assert event.contact_id not in [contact for contact, _ in self.rings.values()]
            self.rings[event.offer_id] = (event.contact_id, event.agent_id)
        elif isinstance(event, (*OFFER_ENDS, ev.ContactConnected, ev.DialStarted)):
            assert (event.contact_id, event.agent_id) == self.rings.pop(event.offer_id)
        elif isinstance(event, CONTACT_ENDS):
            assert event.contact_id not in [contact for contact, _ in self.rings.values()]

    def _attempts(self, event: Event) -> None:
        """At most one attempt of a callback is in progress, and no number is used twice."""
        if isinstance(event, ev.DialStarted):
            self.counted["attempt"] += 1
            assert event.attempt == self.counted["attempt"]
            assert event.contact_id not in self.calls
            self.calls[event.contact_id] = event.attempt
        elif isinstance(event, ATTEMPT_ENDS):
            attempt = self.calls.pop(event.contact_id, 0)
            assert isinstance(event, ev.ContactRequeued) or attempt == event.attempt

    def _drains(self, event: Event) -> None:
        """Who drains for a callback is offered nothing else."""
        if isinstance(event, ev.DrainStarted):
            assert event.agent_id not in self.drained
            self.drained[event.agent_id] = event.contact_id
        elif isinstance(event, ev.DrainEnded):
            assert event.contact_id == self.drained.pop(event.agent_id)
        elif isinstance(event, ev.OfferMade):
            assert self.drained.get(event.agent_id, event.contact_id) == event.contact_id

    def _graces(self, event: Event, now: int) -> None:
        """Contacts of a lost agent are given back when the grace is over, never before."""
        if isinstance(event, ev.AgentLost):
            self.graces[event.agent_id] = event.grace_until
        elif isinstance(event, ev.ContactRequeued):
            assert self.graces[event.agent_id] <= now
