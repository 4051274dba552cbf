"""
Laws that are told by what happened rather than by what is: kept from the events alone, without a look at the state.

`router.core.invariants` judges each state; this judges the way from one to the next.
"""

from router.core import events as ev
from router.core.events import Event
from router.core.lifecycle import ENDS, MOVES

MAKES = (ev.ContactQueued, ev.CallbackRequested)
OFFER_ENDS = (ev.OfferDeclined, ev.OfferTimedOut, ev.OfferWithdrawn)
ATTEMPT_ENDS = (ev.CallbackReached, ev.CallbackUnreachable, ev.AttemptFailed, ev.RingFailed)
CONTACT_ENDS = tuple(
    kind for table in MOVES.values() for moves in table.values() for kind, to in moves.items() if to in ENDS
)


class Watch:
    """Reads events in order; an assertion fails at the first that breaks a law."""

    def __init__(self) -> None:
        self.open: dict[int, int] = {}
        """Contact -> its last `o`."""
        self.ranks: dict[int, int] = {}
        """Contact -> its rank; given when it is made, and changed by a priority or the clock of a case alone."""
        self.steps: dict[int, int] = {}
        """Contact -> the step at which it waits in its line."""
        self.rings: dict[int, tuple[int, int]] = {}
        """Pending offer -> (contact, agent)."""
        self.calls: dict[int, int] = {}
        """Contact -> the attempt in progress."""
        self.scheduled: dict[int, int] = {}
        """Callback that is not to be dialled yet -> from when on it may be."""
        self.drained: dict[int, int] = {}
        """Agent -> the callback for which no other work may come."""
        self.finishing: dict[int, str] = {}
        """Agents who take nothing new -> what they wait for: their next status, or the end of their shift."""
        self.graces: dict[int, int] = {}
        """Lost agent -> when the grace is over, unless an outage lengthens it."""
        self.silent: dict[int, None] = {}
        """Who was found to be gone."""
        self.counted = {"offer": 0, "attempt": 0, "contact": 0, "ended": 0}

    def read(self, event: Event, now: int) -> None:
        """`now` is the time of the entry that the event belongs to; no event is later."""
        self._streams(event)
        self._places(event)
        self._offers(event)
        self._attempts(event, now)
        self._drains(event)
        self._leaves(event)
        self._graces(event, now)

    def _streams(self, event: Event) -> None:
        """Each contact's events are counted from one without a gap, and none follows its end."""
        if isinstance(event, MAKES):
            assert event.contact_id not in self.open
            self.open[event.contact_id] = 0
            self.counted["contact"] += 1
        if isinstance(event, ev.CONTACT_EVENTS):
            assert event.o == self.open[event.contact_id] + 1
            self.open[event.contact_id] = event.o
        elif hasattr(event, "contact_id") and not isinstance(event, ev.DrainEnded | ev.OpRecorded):
            assert event.contact_id in self.open
        if isinstance(event, CONTACT_ENDS):
            del self.open[event.contact_id]
            self.counted["ended"] += 1

    def _places(self, event: Event) -> None:
        """A rank is changed by a priority or a case's clock alone; a step grows, but in another line."""
        if isinstance(event, (*MAKES, ev.PrioritySet, ev.CaseClockSet)):
            self.ranks[event.contact_id] = event.rank
        if isinstance(event, ev.SilentlyAbandoned):
            assert event.contact_id not in self.silent, "nobody leaves twice"
            self.silent[event.contact_id] = None
        if isinstance(event, ev.ContactTransferred | ev.ContactMoved):
            self.steps.pop(event.contact_id, None)
        if hasattr(event, "step"):
            assert event.step >= self.steps.get(event.contact_id, 0)
            self.steps[event.contact_id] = event.step
        if isinstance(event, ev.PolicyAdopted):
            self.steps.clear()

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

    def _attempts(self, event: Event, now: int) -> None:
        """One attempt of a callback at a time, numbered without a gap, and none before the time that was named."""
        if isinstance(event, ev.DialStarted | ev.RingStarted):
            self.counted["attempt"] += 1
            assert event.attempt == self.counted["attempt"]
            assert event.contact_id not in self.calls
            assert self.scheduled.get(event.contact_id, 0) <= now
            self.calls[event.contact_id] = event.attempt
        elif isinstance(event, ATTEMPT_ENDS):
            assert event.attempt == self.calls.pop(event.contact_id)
        elif isinstance(event, ev.ContactRequeued):
            self.calls.pop(event.contact_id, None)
        elif isinstance(event, ev.ReturnedToChat):
            self.scheduled.pop(event.contact_id, None)
        elif isinstance(event, ev.CallbackScheduled):
            self.scheduled[event.contact_id] = event.at
        elif isinstance(event, ev.CallbackDue):
            assert self.scheduled.pop(event.contact_id, 0) <= now

    def _drains(self, event: Event) -> None:
        """Who drains for a callback is offered nothing else."""
        if isinstance(event, ev.DrainStarted):
            assert event.agent_id not in self.drained
            self.drained[event.agent_id] = event.contact_id
        elif isinstance(event, ev.DrainEnded):
            assert event.contact_id == self.drained.pop(event.agent_id)
        elif isinstance(event, ev.OfferMade):
            assert self.drained.get(event.agent_id, event.contact_id) == event.contact_id

    def _leaves(self, event: Event) -> None:
        """Nothing new comes to an agent who has chosen the next status or whose shift is about to end."""
        if isinstance(event, ev.NextStatusSet):
            self.finishing.setdefault(event.agent_id, "next status")
        elif isinstance(event, ev.ShiftEnding):
            self.finishing[event.agent_id] = "end of shift"
        elif isinstance(event, ev.AgentSignedIn):
            self.finishing.pop(event.agent_id, None)
        elif isinstance(event, ev.AgentStatusSet):
            if event.status == "offline" or self.finishing.get(event.agent_id) == "next status":
                self.finishing.pop(event.agent_id, None)
        elif isinstance(event, ev.OfferMade):
            assert event.agent_id not in self.finishing

    def _graces(self, event: Event, now: int) -> None:
        """Contacts of a lost agent are given back when the grace is over, never before."""
        if isinstance(event, ev.AgentLost):
            self.graces[event.agent_id] = event.grace_until
        elif isinstance(event, ev.ContactRequeued) and event.cause == "agent_lost":
            assert self.graces[event.agent_id] <= now
