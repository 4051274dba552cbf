"""
Customers who come again: those who were not served try once more, those who were have one more question.

Whoever comes again is the same ASC with another number (`sim.laws.COMING_SHIFT`), and so has draws of its own for each
coming, whatever happens to others.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from router.core import events as ev
from router.core.events import Event
from sim.demand.model import ReturnModel
from sim.drawing import drawn_ms
from sim.draws import Purpose, happens, state_of, uniform
from sim.driver import Alarm, Driver, Turn
from sim.laws import COMING_SHIFT
from sim.model import Model
from sim.people.customer import Customer


class Returns:
    """`see` is a listener of the driver, and must hear of an end before the customer is forgotten."""

    def __init__(
        self,
        model: Model,
        driver: Driver,
        prefixes: Mapping[Purpose, np.uint64],
        present: dict[int, Customer],
        enter: Callable[[Customer], None],
    ) -> None:
        self._driver = driver
        self._present = present
        self._enter = enter
        self._horizon_ms = model.horizon_ms
        self._prefix = prefixes
        self._model = model
        self._retrial, self._repeat = model.demand.retrial, model.demand.repeat
        after = self._retrial.after if self._retrial else ()
        self._unserved = tuple(_UNSERVED[each] for each in after)
        self._abandoned, self._blocked = "abandoned" in after, "blocked" in after

    def see(self, _now: int, events: list[Event]) -> None:
        """Note who was served and who was not."""
        for event in events:
            if isinstance(event, self._unserved):
                self._try_again(self._present[event.contact_id])
            elif isinstance(event, ev.ContactEnded):
                customer = self._present[event.contact_id]
                # Accepted in vain: whoever left without a word was not served.
                if not customer.gone:
                    self._ask_again(customer)
                elif self._abandoned:
                    self._try_again(customer)

    def turned_away(self, customer: Customer) -> None:
        """A customer was refused because the line was full."""
        if self._blocked:
            self._try_again(customer)

    def _try_again(self, customer: Customer) -> None:
        retrial, share = self._retrial, customer.stream.retrial
        if (
            retrial is not None
            and customer.retrials < retrial.at_most
            and self._happens(Purpose.RETRIAL, customer, share)
        ):
            again = self._again(customer)
            again.retrials += 1
            self._come(again, customer, Purpose.RETRIAL_DELAY, retrial)

    def _ask_again(self, customer: Customer) -> None:
        repeat = self._repeat
        if repeat is None or customer.stream.channel == "case" or customer.repeats >= repeat.at_most:
            return
        if self._happens(Purpose.REPEAT, customer, repeat.share):
            again = self._again(customer)
            again.repeats += 1
            self._come(again, customer, Purpose.REPEAT_DELAY, repeat)

    def _happens(self, purpose: Purpose, customer: Customer, share: float) -> bool:
        return happens(self._prefix[purpose], customer.id, 0, share)

    def _come(self, again: Customer, before: Customer, purpose: Purpose, model: ReturnModel) -> None:
        law = model.delay
        delay = drawn_ms(self._prefix[purpose], before.id, 0, law)
        if self._driver.now + delay < self._horizon_ms:
            self._driver.alarm(delay, Turn.ARRIVAL, again.id, self._arrive, again)

    def _arrive(self, alarm: Alarm) -> None:
        self._enter(alarm.what)

    def _again(self, customer: Customer) -> Customer:
        """The same ASC at the next coming, with a patience and a conversation of that coming's own."""
        ident, stream = customer.id + (1 << COMING_SHIFT), customer.stream
        laws = stream.laws
        patience, handle, wrap_up = (
            drawn_ms(self._prefix[purpose], ident, 0, law)
            for purpose, law in (
                (Purpose.PATIENCE, laws.patience),
                (Purpose.HANDLE_TIME, laws.handle_time),
                (Purpose.WRAP_UP, laws.wrap_up),
            )
        )
        if laws.at_once and happens(self._prefix[Purpose.LEAVES_AT_ONCE], ident, 0, laws.at_once):
            patience = 0
        choice = uniform(np.uint64(state_of(self._prefix[Purpose.CALLBACK_CHOICE], ident, 0)))
        silent = stream.channel == "chat" and happens(
            self._prefix[Purpose.LEAVES_SILENTLY], ident, 0, self._model.silent
        )
        again = Customer(stream, ident, patience, handle, wrap_up, choice, silent, customer.agreed)
        again.retrials, again.repeats = customer.retrials, customer.repeats
        return again


_UNSERVED: dict[str, type[Any]] = {
    "abandoned": ev.ContactAbandoned,
    "blocked": ev.ContactSentAway,
    "unreachable": ev.CallbackUnreachable,
}
"""What ends a contact unserved; a line that is full refuses, and makes no event."""
