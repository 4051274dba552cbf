"""
What virtual customers do about callbacks: take one when it is offered, in a window or not, or would rather wait.

When it is offered is the desk's rule, and asked of the desk. A customer decides once, when it is first offered.
"""

from collections.abc import Callable, Mapping

import numpy as np

from router.core.announcing import expected_wait
from router.core.callbacks import is_offered
from router.core.commands import CancelCallback, ConvertToCallback, RequestCallback
from router.core.errors import Refused
from router.core.hours import Intervals
from router.core.ids import CompanyId
from router.core.lifecycle import EXCLUSIVE
from sim.drawing import drawn_ms
from sim.draws import NEVER_MS, Purpose, happens, uniform_of
from sim.driver import Alarm, Driver, Turn
from sim.model import Model
from sim.people.customer import Customer
from sim.people.model import CallbackModel

_MOST_SLOTS = 96
"""How many slots a customer tries who wants a window; whoever finds none is called when it is their turn."""


class Offering:
    """
    The choices of one replication. `prefixes` are those of `sim.draws` by purpose; `wait_until` is called with a
    customer and the time at which the customer's patience is to end instead.
    """

    def __init__(
        self,
        model: Model,
        rules: CallbackModel,
        driver: Driver,
        prefixes: Mapping[Purpose, np.uint64],
        wait_until: Callable[[Customer, int], None],
    ) -> None:
        policy = model.policy.callbacks
        self._rules = rules
        self._driver = driver
        self._prefix = prefixes
        self._wait_until = wait_until
        self._enabled = policy.enabled
        self._horizon_ms = model.horizon_ms
        """When nobody comes any more, nothing is looked at for ever."""
        self._slot_ms = policy.slot
        self._longest_ms = policy.slot_horizon + policy.lifetime
        self._always = not (policy.offer_after or policy.offer_queue_length or policy.offer_expected_wait)
        self._offer_after_ms = policy.offer_after
        self._changes = bool(policy.offer_queue_length or policy.offer_expected_wait)
        # As often as a page learns of something new while it waits.
        self._look_every_ms = model.policy.estimates.min_interval

    def consider(self, customer: Customer) -> bool:
        """A customer must wait. Whether a callback is offered now and taken; if not yet, it is looked at again."""
        if not self._enabled:
            return False
        if not self._always and not self._is_offered(customer):
            if self._offer_after_ms:
                self._look_later(customer, self._offer_after_ms)
            if self._changes:
                self._look_later(customer, self._look_every_ms)
            return False
        return self._decide(customer)

    def request(self, customer: Customer) -> None:
        """A customer asks to be called, without waiting before. Raises Refused as the desk does."""
        ident, asc = customer.id, customer.asc
        company = CompanyId(1)
        customer.decided = customer.called_back = True
        quiet = self._quiet(customer)
        self._send(
            customer,
            lambda begin, end: RequestCallback(ident, asc, company, customer.line, str(asc), begin, end, quiet),
        )

    def _decide(self, customer: Customer) -> bool:
        rules = self._rules
        customer.decided = True
        share = rules.share(self._expected_ms(customer)) if rules.by_wait else rules.accept
        if customer.choice <= share:
            ident, asc = customer.id, customer.asc
            customer.called_back = True
            quiet = self._quiet(customer)
            self._send(customer, lambda begin, end: ConvertToCallback(ident, asc, str(asc), begin, end, quiet))
            return True
        if rules.declined_patience != 1 and customer.patience_ms < NEVER_MS:
            longer_ms = round(customer.patience_ms * rules.declined_patience)
            if customer.leaves_at >= 0:
                self._wait_until(customer, customer.leaves_at - customer.patience_ms + longer_ms)
            customer.patience_ms = longer_ms
        return False

    def _look_later(self, customer: Customer, delay_ms: int) -> None:
        self._driver.alarm(delay_ms, Turn.OFFER, customer.id, self._look_again, (customer, delay_ms))

    def _look_again(self, alarm: Alarm) -> None:
        customer: Customer = alarm.what[0]
        delay_ms: int = alarm.what[1]
        if not customer.waiting or customer.decided or customer.gone or customer.waits:
            return
        if customer.lost:
            self._look_later(customer, delay_ms)
        elif self._is_offered(customer):
            self._decide(customer)
        elif delay_ms == self._look_every_ms and self._changes and self._driver.now < self._horizon_ms:
            self._look_later(customer, delay_ms)

    def _is_offered(self, customer: Customer) -> bool:
        state = self._driver.state()
        return is_offered(state, state.contacts[customer.id])

    def _expected_ms(self, customer: Customer) -> int | None:
        """What a page would say that one waits, half of the time no longer; None when the desk does not know."""
        state = self._driver.state()
        contact = state.contacts[customer.id]
        line = state.lines[contact.line]
        expected = expected_wait(state, line, line.ahead_of(contact), contact.channel in EXCLUSIVE)
        return None if expected is None else expected[1]

    # --- how it is asked for

    def _quiet(self, customer: Customer) -> Intervals:
        """When the customer's number must not be rung, for as long as a callback may live."""
        numbers, now = customer.stream.numbers, self._driver.now
        if numbers is None:
            return ()
        chance = uniform_of(self._prefix[Purpose.NUMBER_ZONE], customer.id, 0)
        return numbers.quiet_of(chance, now, now + self._longest_ms)

    def _send(self, customer: Customer, ask: Callable[[int, int], ConvertToCallback | RequestCallback]) -> None:
        if not self._in_window(customer, ask):
            self._driver.send(ask(0, 0))
        law = self._rules.patience
        patience_ms = drawn_ms(self._prefix[Purpose.CALLBACK_PATIENCE], customer.id, 0, law)
        if patience_ms < NEVER_MS:
            self._driver.alarm(patience_ms, Turn.PATIENCE, customer.id, self._cancel, customer)

    def _in_window(self, customer: Customer, ask: Callable[[int, int], ConvertToCallback | RequestCallback]) -> bool:
        """Whether the customer wants a window and the desk has one to give."""
        rules, slot_ms = self._rules, self._slot_ms
        if not rules.window_share:
            return False
        if not happens(self._prefix[Purpose.WINDOW_CHOICE], customer.id, 0, rules.window_share):
            return False
        law = rules.window_ahead
        ahead_ms = drawn_ms(self._prefix[Purpose.WINDOW_AHEAD], customer.id, 0, law)
        first = -(-(self._driver.now + max(ahead_ms, 1)) // slot_ms)
        for slot in range(first, first + _MOST_SLOTS):
            try:
                self._driver.send(ask(slot * slot_ms, (slot + 1) * slot_ms))
            except Refused as refused:
                if refused.code not in ("bad_window", "slot_full"):
                    raise
            else:
                return True
        return False

    def _cancel(self, alarm: Alarm) -> None:
        customer: Customer = alarm.what
        try:
            self._driver.send(CancelCallback(customer.id, customer.asc))
        except Refused as refused:
            # Somebody is dialling, or they have talked already.
            if refused.code not in ("wrong_state", "unknown_contact"):
                raise
