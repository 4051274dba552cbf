"""
Virtual customers: who asks when and on which channel, how long each will wait. Callbacks are `sim.people.offering`.

Everything about a customer is drawn by key when the customer asks, so that it depends on nobody else. Draws are made
for a block of customers at a time, which makes them nearly free.
"""

import heapq
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from router.core.commands import LeaveContact, OpenCase, ReportCall, RequestChat
from router.core.errors import Refused
from router.core.ids import CompanyId, LineKey
from router.core.lifecycle import CALL, CALLBACK, CASE, CHAT, LIVE
from sim.demand.windows import asking
from sim.drawing import drawn_ms, fill_drawn
from sim.draws import NEVER_MS, Floats, Ints, Purpose, fill_arrivals, fill_uniforms, prefixes
from sim.driver import Alarm, Driver, Turn
from sim.durations import LawNumbers
from sim.model import Model, StreamModel
from sim.people.connections import Connections
from sim.people.customer import Customer as Customer
from sim.people.offering import Offering
from sim.returns import Returns

_BLOCK = 1_024
_Row = tuple[int, int, int, int, int, float, bool, bool]
TURNED_AWAY: Final = ("queue_full", "line_closed", "line_empty", "outside_hours", "language_closed")
"""Refusals that say to a customer: not now."""
SHUT: Final = ("line_closed", "outside_hours", "language_closed")
"""Of these: those that also say when it opens, so that nobody tries again at once."""


class Arrivals:
    """The customers of one stream, in the order they ask."""

    def __init__(self, model: Model, stream: StreamModel, seed: int, replication: int) -> None:
        self._stream = stream
        self._prefix = prefixes(seed, replication)
        laws = stream.laws
        self._laws = {
            Purpose.PATIENCE: laws.patience,
            Purpose.HANDLE_TIME: laws.handle_time,
            Purpose.WRAP_UP: laws.wrap_up,
        }
        self._silent = model.silent if stream.channel == "chat" else 0.0
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
        asked, ident, patience, handle, wrap_up, choice, silent, agreed = row
        return asked, Customer(self._stream, ident, patience, handle, wrap_up, choice, silent, agreed)

    def draw(self, most: int) -> tuple[np.ndarray[Any, Any], ...] | None:
        """
        The next customers, at most so many, whether or not they stay away; None when there are none.

        Columns: time, number, patience, handle time, wrap-up, choice about callbacks, silent, agreed.
        """
        first, stream = self._next, self._stream
        times = self._times(first, most)
        filled = len(times)
        if not filled:
            return None
        self._next += filled
        durations = {purpose: self._durations(purpose, law, first, filled) for purpose, law in self._laws.items()}
        if stream.laws.at_once:
            durations[Purpose.PATIENCE][self._happens(Purpose.LEAVES_AT_ONCE, first, filled, stream.laws.at_once)] = 0
        if stream.handle_factors is not None:
            since, factors = stream.handle_factors
            index = np.maximum(np.searchsorted(since, times, side="right") - 1, 0)
            durations[Purpose.HANDLE_TIME][:] = np.rint(durations[Purpose.HANDLE_TIME] * factors[index])
        if stream.replayed is not None:
            begin = first - stream.first_customer
            for purpose, known in stream.replayed.durations():
                told = known[begin : begin + filled]
                durations[purpose] = np.where(told >= 0, told, durations[purpose])
        choices = self._uniforms(Purpose.CALLBACK_CHOICE, first, filled)
        silent = self._happens(Purpose.LEAVES_SILENTLY, first, filled, self._silent)
        agreed = self._happens(Purpose.AGREED, first, filled, stream.agreed)
        return times, np.arange(first, first + filled), *durations.values(), choices, silent, agreed

    def _fill(self) -> bool:
        """Draw the next block; False when there is none."""
        drawn = self.draw(_BLOCK)
        if drawn is None:
            return False
        rows = list(zip(*[column.tolist() for column in drawn], strict=True))
        if self._stream.windows:
            rows, later = asking(rows, self._stream.windows, self._prefix)
            for row in later:
                heapq.heappush(self._later, row)
        self._block = rows[::-1]
        return True

    def _times(self, first: int, most: int) -> Ints:
        """When the next customers ask, at most so many."""
        stream = self._stream
        if stream.replayed is not None:
            begin = first - stream.first_customer
            return stream.replayed.asked[begin : begin + most]
        times = np.empty(most, dtype=np.int64)
        filled, self._clock = fill_arrivals(
            self._prefix[Purpose.ARRIVAL_GAP], first, self._clock, stream.begins, self._rates, self._passed, times
        )
        return times[:filled]

    def _happens(self, purpose: Purpose, first: int, count: int, share: float) -> np.ndarray[Any, np.dtype[np.bool_]]:
        if not share:
            return np.zeros(count, dtype=np.bool_)
        return self._uniforms(purpose, first, count) <= share

    def _uniforms(self, purpose: Purpose, first: int, count: int) -> Floats:
        out = np.empty(count)
        fill_uniforms(self._prefix[purpose], first, 0, out)
        return out

    def _durations(self, purpose: Purpose, law: LawNumbers, first: int, count: int) -> Ints:
        out = np.empty(count, dtype=np.int64)
        fill_drawn(self._prefix[purpose], first, law, out)
        return out


class Customers:
    """
    Lets customers ask, wait and leave.

    `present` maps the contacts that are in the desk to their customers. `turned_away` is called with the time, the line
    and whether it is shut when a customer is turned away; else the line is full, or nobody is there.
    """

    def __init__(
        self,
        model: Model,
        driver: Driver,
        seed: int,
        replication: int,
        turned_away: Callable[[int, LineKey, bool], None],
    ) -> None:
        self.present: dict[int, Customer] = {}
        self._driver = driver
        self._turned_away = turned_away
        self._prefix = prefixes(seed, replication)
        self._offering = None
        if model.callback is not None:
            self._offering = Offering(model, model.callback, driver, self._prefix, self._wait_until)
        self._arrivals = [Arrivals(model, stream, seed, replication) for stream in model.streams]
        self.connections: Connections | None = None
        if model.asc_connection is not None:
            self.connections = Connections(model.asc_connection, model.horizon_ms, driver, self._prefix, self.present)
        self.returns: Returns | None = None
        if model.demand.retrial or model.demand.repeat:
            self.returns = Returns(model, driver, self._prefix, self.present, self._enter)
        for arrivals in self._arrivals:
            self._expect(arrivals)
        for stream, cases in model.backlog:
            driver.alarm(0, Turn.ARRIVAL, stream.first_customer, self._open_backlog, (stream, cases))

    def wait_again(self, customer: Customer) -> None:
        """The customer is in line once more: handed on, or an agent was lost. Patience begins anew."""
        if customer.stream.channel not in LIVE or customer.called_back:
            return
        customer.waiting = True
        customer.waits += 1
        law = customer.stream.laws.patience
        patience_ms = drawn_ms(self._prefix[Purpose.PATIENCE], customer.id, customer.waits, law)
        if patience_ms < NEVER_MS:
            self._wait_until(customer, self._driver.now + patience_ms)

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
        driver, ident, stream = self._driver, customer.id, customer.stream
        self.present[ident] = customer
        channel = stream.channel
        try:
            if channel == CHAT:
                if self.connections is not None:
                    self.connections.begin(customer)
                driver.send(
                    RequestChat(ident, customer.asc, CompanyId(1), customer.line, stream.impact, customer.agreed)
                )
            else:
                self._ask_otherwise(customer, channel)
        except Refused as refused:
            if refused.code not in TURNED_AWAY:
                raise
            del self.present[ident]
            self._turned_away(driver.now, customer.line, refused.code in SHUT)
            if self.returns is not None and refused.code not in SHUT:
                self.returns.turned_away(customer)
            return
        if channel not in LIVE:
            return
        if not customer.offer_id:
            if self._offering is not None and self._offering.consider(customer):
                return
        elif not customer.rings_ms:
            return  # The offer is taken at this very instant, before any patience can end.
        if customer.patience_ms < NEVER_MS:
            # Patience runs until an agent accepts, also while an offer rings.
            customer.leaves_at = driver.now + customer.patience_ms
            driver.alarm(customer.patience_ms, Turn.PATIENCE, ident, self._lose_patience, customer)

    def _ask_otherwise(self, customer: Customer, channel: str) -> None:
        """Call, open a case, or ask to be called."""
        ident, asc, line = customer.id, customer.asc, customer.line
        if channel == CALLBACK:
            assert self._offering is not None, "the scenario's check asks for a callback section"
            self._offering.request(customer)
        elif channel == CALL:
            self._driver.send(ReportCall(ident, asc, CompanyId(1), line, customer.stream.impact, customer.agreed))
        else:
            self._driver.send(OpenCase(ident, asc, CompanyId(1), line))

    def _open_backlog(self, alarm: Alarm) -> None:
        stream: StreamModel = alarm.what[0]
        laws = stream.laws
        for ident in range(stream.first_customer, stream.first_customer + alarm.what[1]):
            handle_ms, wrap_up_ms = (
                drawn_ms(self._prefix[purpose], ident, 0, law)
                for purpose, law in ((Purpose.HANDLE_TIME, laws.handle_time), (Purpose.WRAP_UP, laws.wrap_up))
            )
            customer = self.present[ident] = Customer(stream, ident, NEVER_MS, handle_ms, wrap_up_ms)
            self._ask_otherwise(customer, CASE)

    def _wait_until(self, customer: Customer, leaves_at: int) -> None:
        """The customer's patience ends then, and not when was thought before."""
        customer.leaves_at = max(leaves_at, self._driver.now)
        delay = customer.leaves_at - self._driver.now
        self._driver.alarm(delay, Turn.PATIENCE, customer.id, self._lose_patience, customer)

    def _lose_patience(self, alarm: Alarm) -> None:
        customer: Customer = alarm.what
        if customer.waiting and customer.leaves_at == self._driver.now:
            # Who is cut off cannot say so, and does not come back: the desk sees it when the grace is over.
            if customer.silent or customer.lost:
                customer.gone = True
            else:
                self._driver.send(LeaveContact(customer.id, customer.asc))
