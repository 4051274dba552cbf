"""
Virtual customers: who asks when, how long each will wait, whether each takes a callback.

Everything about a customer is drawn by key when the customer asks, so that it depends on nobody else. Draws are made
for a block of customers at a time, which makes them nearly free.
"""

import heapq
from collections.abc import Callable

import numpy as np

from router.core.commands import (
    Command,
    ConvertToCallback,
    LeaveContact,
    OpenCase,
    ReportCall,
    RequestCallback,
    RequestChat,
)
from router.core.errors import Refused
from router.core.ids import AscId, CompanyId, ContactId, LineKey
from sim.demand.model import StreamModel
from sim.demand.windows import asking
from sim.draws import NEVER_MS, Floats, Ints, Purpose, fill_arrivals, fill_durations, fill_uniforms, prefix
from sim.driver import Alarm, Driver, Turn
from sim.durations import LawNumbers
from sim.laws import COMING_SHIFT
from sim.model import Model
from sim.returns import Returns

_BLOCK = 1_024
_WHO = (1 << COMING_SHIFT) - 1
_Row = tuple[int, int, int, int, int, bool, bool]


class Customer:
    """One customer of one contact; the contact's id is the customer's number. Durations in milliseconds."""

    __slots__ = (
        "agreed",
        "asc",
        "attempts",
        "handle_ms",
        "id",
        "offer_id",
        "offers",
        "patience_ms",
        "repeats",
        "retrials",
        "rings_ms",
        "stream",
        "waiting",
        "wants_callback",
        "wrap_up_ms",
    )

    def __init__(
        self, stream: StreamModel, ident: int, patience_ms: int, handle_ms: int, wrap_up_ms: int, wants_callback: bool
    ) -> None:
        self.stream = stream
        self.id = ContactId(ident)
        self.asc = AscId(ident & _WHO)
        """Who it is, also of somebody who comes again under another number."""
        self.patience_ms = patience_ms
        self.handle_ms = handle_ms
        self.wrap_up_ms = wrap_up_ms
        self.wants_callback = wants_callback
        self.waiting = True
        """Whether the customer is in line for a chat and may still leave."""
        self.offers = 0
        """How often an agent was offered this contact."""
        self.offer_id = 0
        """The offer that is pending, or 0."""
        self.rings_ms = 0
        """How long the last offer rings before the agent takes it."""
        self.attempts = 0
        """How often an agent dialled."""
        self.agreed = False
        """Whether another language will do."""
        self.retrials = 0
        """How often this ASC came again so far because it had not been served."""
        self.repeats = 0
        """How often this ASC came again so far although it had been served."""


class Arrivals:
    """The customers of one stream, in the order they ask."""

    def __init__(self, model: Model, stream: StreamModel, seed: int, replication: int) -> None:
        self._stream = stream
        self._prefix = {purpose: prefix(seed, replication, purpose) for purpose in Purpose}
        self._laws = {
            Purpose.PATIENCE: stream.patience,
            Purpose.HANDLE_TIME: stream.handle_time,
            Purpose.WRAP_UP: model.wrap_up,
        }
        self._accept = model.callback.accept if model.callback else 0.0
        self._rates, self._passed = stream.course(seed, replication)
        self._clock = 0.0
        self._next = stream.first_customer
        self._block: list[_Row] = []
        self._later: list[_Row] = []
        """A heap of those who ask later than they would have."""

    def take(self) -> tuple[int, Customer] | None:
        """(time of asking, customer), or None when nobody comes any more."""
        while not self._block and self._fill():
            pass  # Everybody in a block may stay away.
        if self._later and (not self._block or self._later[0] < self._block[-1]):
            row = heapq.heappop(self._later)
        elif self._block:
            row = self._block.pop()
        else:
            return None
        asked, ident, patience, handle, wrap_up, wants, agreed = row
        customer = Customer(self._stream, ident, patience, handle, wrap_up, wants)
        if agreed:
            customer.agreed = True
        return asked, customer

    def _fill(self) -> bool:
        """Draw the next block; False when there is none."""
        first, stream = self._next, self._stream
        times = self._times(first)
        filled = len(times)
        if not filled:
            return False
        self._next += filled
        durations = {purpose: self._durations(purpose, law, first, filled) for purpose, law in self._laws.items()}
        if stream.handle_factors is not None:
            since, factors = stream.handle_factors
            handle = durations[Purpose.HANDLE_TIME]
            index = np.maximum(np.searchsorted(since, times, side="right") - 1, 0)
            handle[:] = np.rint(handle * factors[index])
        if stream.replayed is not None:
            begin = first - stream.first_customer
            for purpose, known in (
                (Purpose.PATIENCE, stream.replayed.patience),
                (Purpose.HANDLE_TIME, stream.replayed.handle),
                (Purpose.WRAP_UP, stream.replayed.wrap_up),
            ):
                told = known[begin : begin + filled]
                durations[purpose] = np.where(told >= 0, told, durations[purpose])
        columns = [each.tolist() for each in durations.values()]
        wants = (self._uniforms(Purpose.CALLBACK_CHOICE, first, filled) <= self._accept).tolist()
        agreed = [False] * filled
        if stream.agreed:
            agreed = (self._uniforms(Purpose.AGREED, first, filled) <= stream.agreed).tolist()
        rows = list(zip(times.tolist(), range(first, first + filled), *columns, wants, agreed, strict=True))
        if stream.windows:
            rows, later = asking(rows, stream.windows, self._prefix)
            for row in later:
                heapq.heappush(self._later, row)
        self._block = rows[::-1]
        return True

    def _times(self, first: int) -> Ints:
        """When the next customers ask, at most a block of them."""
        stream = self._stream
        if stream.replayed is not None:
            begin = first - stream.first_customer
            return stream.replayed.asked[begin : begin + _BLOCK]
        times = np.empty(_BLOCK, dtype=np.int64)
        filled, self._clock = fill_arrivals(
            self._prefix[Purpose.ARRIVAL_GAP], first, self._clock, stream.begins, self._rates, self._passed, times
        )
        return times[:filled]

    def _uniforms(self, purpose: Purpose, first: int, count: int) -> Floats:
        out = np.empty(count)
        fill_uniforms(self._prefix[purpose], first, 0, out)
        return out

    def _durations(self, purpose: Purpose, law: LawNumbers, first: int, count: int) -> Ints:
        out = np.empty(count, dtype=np.int64)
        fill_durations(self._prefix[purpose], first, 0, law.law, law.a, law.b, out)
        return out


class Customers:
    """
    Lets customers ask, wait, leave, and take callbacks.

    `present` maps the contacts that are in the desk to their customers. `blocked` is called with the time and the line
    when a customer is turned away because the line is full.
    """

    def __init__(
        self, model: Model, driver: Driver, seed: int, replication: int, blocked: Callable[[int, LineKey], None]
    ) -> None:
        self.present: dict[int, Customer] = {}
        self._driver = driver
        self._blocked = blocked
        self._arrivals = [Arrivals(model, stream, seed, replication) for stream in model.streams]
        self.returns: Returns | None = None
        if model.demand.retrial or model.demand.repeat:
            self.returns = Returns(model, driver, seed, replication, self.present, self._enter)
        for arrivals in self._arrivals:
            self._expect(arrivals)

    def _expect(self, arrivals: Arrivals) -> None:
        """Set the alarm for the stream's next customer."""
        following = arrivals.take()
        if following is not None:
            asked, customer = following
            self._driver.alarm(asked - self._driver.now, Turn.ARRIVAL, customer.id, self._ask, (arrivals, customer))

    def _ask(self, alarm: Alarm) -> None:
        arrivals: Arrivals = alarm.what[0]
        customer: Customer = alarm.what[1]
        self._expect(arrivals)
        self._enter(customer)

    def _enter(self, customer: Customer) -> None:
        """Let a customer ask, now."""
        driver, ident = self._driver, customer.id
        self.present[ident] = customer
        stream = customer.stream
        try:
            driver.send(
                RequestChat(ident, customer.asc, CompanyId(1), stream.line, stream.impact, customer.agreed)
                if stream.channel == "chat"
                else _asked(customer)
            )
        except Refused as refused:
            if refused.code != "queue_full":
                raise
            del self.present[ident]
            self._blocked(driver.now, stream.line)
            if self.returns is not None:
                self.returns.turned_away(customer)
            return
        if stream.channel in ("callback", "case"):
            customer.waiting = False
            return
        if not customer.offer_id:
            if customer.wants_callback:
                driver.send(ConvertToCallback(ident, customer.asc, str(customer.asc)))
                return
        elif not customer.rings_ms:
            return  # The offer is taken at this very instant, before any patience can end.
        if customer.patience_ms < NEVER_MS:
            # Patience runs until an agent accepts, also while an offer rings.
            driver.alarm(customer.patience_ms, Turn.PATIENCE, ident, self._lose_patience, customer)

    def _lose_patience(self, alarm: Alarm) -> None:
        customer: Customer = alarm.what
        if customer.waiting:
            self._driver.send(LeaveContact(customer.id, customer.asc))


def _asked(customer: Customer) -> Command:
    """What a customer of another channel than chat asks."""
    line, channel, impact = customer.stream.line, customer.stream.channel, customer.stream.impact
    ident, asc, company = customer.id, customer.asc, CompanyId(1)
    if channel == "call":
        return ReportCall(ident, asc, company, line, impact, customer.agreed)
    if channel == "callback":
        return RequestCallback(ident, asc, company, line, str(asc))
    return OpenCase(ident, asc, company, line)
