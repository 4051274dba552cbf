"""
Virtual customers: who asks when, how long each will wait, whether each takes a callback.

Everything about a customer is drawn by key when the customer asks, so that it depends on nobody else. Draws are made
for a block of customers at a time, which makes them nearly free.
"""

from collections.abc import Callable

import numpy as np

from router.core.commands import ConvertToCallback, LeaveContact, RequestChat
from router.core.errors import Refused
from router.core.ids import AscId, CompanyId, ContactId, LineKey
from sim.draws import NEVER_MS, Purpose, fill_arrivals, fill_durations, fill_uniforms, prefix
from sim.driver import Alarm, Driver, Turn
from sim.durations import LawNumbers
from sim.model import Model, StreamModel

_BLOCK = 1_024


class Customer:
    """One customer of one contact; the contact's id is the customer's number. Durations in milliseconds."""

    __slots__ = (
        "attempts",
        "handle_ms",
        "id",
        "offer_id",
        "offers",
        "patience_ms",
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


class Arrivals:
    """The customers of one stream, in the order they ask."""

    def __init__(self, model: Model, stream: StreamModel, seed: int, replication: int) -> None:
        self._stream = stream
        self._prefix = {purpose: prefix(seed, replication, purpose) for purpose in Purpose}
        self._laws = {
            Purpose.PATIENCE: model.patience,
            Purpose.HANDLE_TIME: stream.handle_time,
            Purpose.WRAP_UP: model.wrap_up,
        }
        self._accept = model.callback.accept if model.callback else 0.0
        self._clock = 0.0
        self._next = stream.first_customer
        self._block: list[tuple[int, int, int, int, int, bool]] = []

    def take(self) -> tuple[int, Customer] | None:
        """(time of asking, customer), or None when nobody comes any more."""
        if not self._block:
            self._fill()
            if not self._block:
                return None
        asked, ident, patience, handle, wrap_up, wants = self._block.pop()
        return asked, Customer(self._stream, ident, patience, handle, wrap_up, wants)

    def _fill(self) -> None:
        first, stream = self._next, self._stream
        times = np.empty(_BLOCK, dtype=np.int64)
        filled, self._clock = fill_arrivals(
            self._prefix[Purpose.ARRIVAL_GAP], first, self._clock, stream.begins, stream.rates, stream.passed, times
        )
        self._next += filled
        columns = [self._durations(purpose, law, first, filled) for purpose, law in self._laws.items()]
        uniforms = np.empty(filled)
        fill_uniforms(self._prefix[Purpose.CALLBACK_CHOICE], first, 0, uniforms)
        wants = (uniforms <= self._accept).tolist()
        rows = zip(times[:filled].tolist(), range(first, first + filled), *columns, wants, strict=True)
        self._block = list(rows)[::-1]

    def _durations(self, purpose: Purpose, law: LawNumbers, first: int, count: int) -> list[int]:
        out = np.empty(count, dtype=np.int64)
        fill_durations(self._prefix[purpose], first, 0, law.law, law.a, law.b, out)
        return list(out.tolist())


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
        driver, ident = self._driver, customer.id
        self.present[ident] = customer
        try:
            driver.send(RequestChat(ident, AscId(ident), CompanyId(1), customer.stream.line))
        except Refused as refused:
            if refused.code != "queue_full":
                raise
            del self.present[ident]
            self._blocked(driver.now, customer.stream.line)
            return
        if not customer.offer_id:
            if customer.wants_callback:
                driver.send(ConvertToCallback(ident, AscId(ident), str(ident)))
                return
        elif not customer.rings_ms:
            return  # The offer is taken at this very instant, before any patience can end.
        if customer.patience_ms < NEVER_MS:
            # Patience runs until an agent accepts, also while an offer rings.
            driver.alarm(customer.patience_ms, Turn.PATIENCE, ident, self._lose_patience, customer)

    def _lose_patience(self, alarm: Alarm) -> None:
        customer: Customer = alarm.what
        if customer.waiting:
            self._driver.send(LeaveContact(customer.id, AscId(customer.id)))
