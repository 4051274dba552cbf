"""
Virtual customers lose their connection in a chat, come back, or do not; agents' connections are `sim.people.shifts`.

What a lost connection does to a contact is the desk's affair: a place in line is kept for the grace, and nothing is
offered meanwhile. A conversation goes on as it was drawn. A session is made when its first connection is lost: before
that the desk takes nobody for gone, so those whose connection holds cost nothing.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from router.core import events as ev
from router.core.commands import ConnectSession, DisconnectSession
from router.core.events import Event
from router.core.ids import SessionId
from sim.drawing import drawn_ms
from sim.draws import Law, Purpose, happens
from sim.driver import Alarm, Driver, Turn
from sim.durations import LawNumbers
from sim.people.customer import Customer
from sim.people.model import ConnectionModel
from sim.people.shifts import INCARNATION, NODE

_SESSION: Final = 1 << 52
"""Added to an ASC's number, so that no agent has the same session."""
_AFTER_AGENTS: Final = 1 << 53
"""Added to a contact's number: whoever comes or goes at the same time as an agent does so afterwards."""
_OVER: Final = (ev.ContactClosed, ev.ContactSentAway, ev.ContactExpired, ev.ContactAbandoned, ev.ContactConverted)


class Connections:
    """`see` is a listener of the driver, and must hear of an end before the customer is forgotten."""

    def __init__(
        self,
        rules: ConnectionModel,
        horizon_ms: int,
        driver: Driver,
        prefixes: Mapping[Purpose, np.uint64],
        present: dict[int, Customer],
    ) -> None:
        self._rules = rules
        self._horizon_ms = horizon_ms
        self._driver = driver
        self._prefix = prefixes
        self._present = present

    def begin(self, customer: Customer) -> None:
        """A customer is about to ask for a chat: whoever was cut off the last time is connected again."""
        if self._driver.state().is_gone(_actor(customer)):
            self._connect(customer)
        self._plan_loss(customer)

    def see(self, _now: int, events: list[Event]) -> None:
        """Who has nothing to wait for any more closes the page."""
        for event in events:
            if isinstance(event, _OVER):
                customer = self._present[event.contact_id]
                if customer.in_session:
                    self._alarm(0, customer, self._close_page)

    def _plan_loss(self, customer: Customer) -> None:
        law = LawNumbers(Law.EXPONENTIAL, self._rules.every_ms)
        gap_ms = self._draw(Purpose.ASC_CONNECTION_GAP, customer, law)
        # After the horizon nobody is lost any more, so that a day that is drained has an end.
        if self._driver.now + gap_ms < self._horizon_ms:
            self._alarm(gap_ms, customer, self._lose)

    def _lose(self, alarm: Alarm) -> None:
        customer: Customer = alarm.what
        if not self._chats(customer):
            return
        lasts_ms = self._draw(Purpose.ASC_CONNECTION_LOST, customer, self._rules.lasts)
        for_good = happens(
            self._prefix[Purpose.ASC_STAYS_AWAY], customer.id, customer.losses, self._rules.never_returns
        )
        if not customer.in_session:
            self._connect(customer)
        self._disconnect(customer)
        customer.losses += 1
        customer.lost = True
        if for_good:
            customer.gone = True
        else:
            self._alarm(lasts_ms, customer, self._return)

    def _return(self, alarm: Alarm) -> None:
        customer: Customer = alarm.what
        if customer.gone or not self._chats(customer):
            return  # Meanwhile patience or the conversation has ended, or the desk has waited long enough.
        customer.lost = False
        self._connect(customer)
        self._plan_loss(customer)

    def _close_page(self, alarm: Alarm) -> None:
        self._disconnect(alarm.what)

    def _chats(self, customer: Customer) -> bool:
        return self._present.get(customer.id) is customer and not customer.called_back

    def _connect(self, customer: Customer) -> None:
        actor, session = _actor(customer), SessionId(_SESSION | customer.asc)
        customer.in_session = True
        self._driver.send(ConnectSession(session, actor, "asc", NODE, INCARNATION, 1))

    def _disconnect(self, customer: Customer) -> None:
        customer.in_session = False
        self._driver.send(DisconnectSession(SessionId(_SESSION | customer.asc), NODE, INCARNATION, 1))

    def _alarm(self, delay_ms: int, customer: Customer, act: Any) -> None:
        self._driver.alarm(delay_ms, Turn.SHIFT, _AFTER_AGENTS | customer.id, act, customer)

    def _draw(self, purpose: Purpose, customer: Customer, law: LawNumbers) -> int:
        return drawn_ms(self._prefix[purpose], customer.id, customer.losses, law)


def _actor(customer: Customer) -> str:
    return f"asc:{customer.asc}"
