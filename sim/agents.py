"""
Virtual agents: they come and go with their shifts, take what they are offered, talk, wrap up, dial.

They do what the desk's events tell them to, after the time that the draws give them. Whom they serve is not decided
here: that is the desk's affair.
"""

from collections.abc import Callable
from typing import Any

from router.core import events as ev
from router.core.commands import (
    AcceptOffer,
    CloseContact,
    FinishWrapUp,
    ReportReached,
    ReportUnreachable,
    SetStatus,
    SignIn,
)
from router.core.events import Event
from router.core.ids import AgentId
from sim.customers import Customer
from sim.draws import Law, Purpose, draw_ms, happens, prefix, whole_ms
from sim.driver import Alarm, Driver, Turn
from sim.durations import LawNumbers
from sim.model import GroupModel, Model


class Agents:
    """
    Everybody on the desk's side. `see` is a listener of the driver; `present` is the customers' own record.

    Agents numbered from 1, group by group, in the order of the scenario.
    """

    def __init__(self, model: Model, driver: Driver, seed: int, replication: int, present: dict[int, Customer]) -> None:
        self._model = model
        self._driver = driver
        self._present = present
        self._prefix = {purpose: prefix(seed, replication, purpose) for purpose in Purpose}
        self._delays: list[LawNumbers] = [LawNumbers(Law.FIXED)]
        self._silent: set[int] = set()
        """Agents whom the desk takes for not responding; only asked for members, never iterated."""
        self._on: dict[type, Callable[[int, Any], None]] = {
            ev.OfferMade: self._offered,
            ev.OfferTimedOut: self._offer_over,
            ev.OfferWithdrawn: self._offer_over,
            ev.ContactConnected: self._connected,
            ev.ContactConverted: self._converted,
            ev.DialStarted: self._dialling,
            ev.CallbackReached: self._reached,
            ev.ContactEnded: self._ended,
            ev.ContactClosed: self._gone,
            ev.ContactAbandoned: self._gone,
            ev.CallbackUnreachable: self._gone,
            ev.AgentNotResponding: self._not_responding,
        }
        for group in model.groups:
            self._delays += [group.answer_delay] * group.agents
            self._roster(group)

    def see(self, now: int, events: list[Event]) -> None:
        """React to what has happened: set alarms for what follows."""
        on = self._on
        for event in events:
            react = on.get(event.__class__)
            if react is not None:
                react(now, event)

    # --- shifts

    def _roster(self, group: GroupModel) -> None:
        if group.ends_ms is not None and group.ends_ms <= group.begins_ms:
            return
        for ident in range(group.first_agent, group.first_agent + group.agents):
            sign_in = SignIn(AgentId(ident), group.products, group.languages, group.chats)
            self._driver.alarm(group.begins_ms, Turn.SHIFT, ident, self._send, sign_in)
            if group.ends_ms is not None:
                self._driver.alarm(group.ends_ms, Turn.SHIFT, ident, self._go, AgentId(ident))

    def _send(self, alarm: Alarm) -> None:
        self._driver.send(alarm.what)

    def _go(self, alarm: Alarm) -> None:
        ident: AgentId = alarm.what
        self._silent.discard(ident)
        self._driver.send(SetStatus(ident, "offline", "shift_end"))

    # --- offers

    def _offered(self, _now: int, event: ev.OfferMade) -> None:
        customer = self._present[event.contact_id]
        customer.offers += 1
        customer.offer_id = event.offer_id
        law = self._delays[event.agent_id]
        if law.law == Law.FIXED:
            customer.rings_ms = whole_ms(law.a) if law.a else 0
        else:
            start = self._prefix[Purpose.ANSWER_DELAY]
            customer.rings_ms = draw_ms(start, customer.id, customer.offers, law.law, law.a, law.b)
        self._driver.alarm(customer.rings_ms, Turn.ACCEPT, event.offer_id, self._accept, event)

    def _accept(self, alarm: Alarm) -> None:
        event: ev.OfferMade = alarm.what
        customer = self._present.get(event.contact_id)
        if customer is not None and customer.offer_id == event.offer_id:
            self._driver.send(AcceptOffer(event.agent_id, event.offer_id))
        elif event.agent_id in self._silent:
            # Too late, and not for the first time: the agent sees so and is there again.
            self._silent.discard(event.agent_id)
            self._driver.send(SetStatus(event.agent_id, "available", ""))

    def _offer_over(self, _now: int, event: ev.OfferTimedOut | ev.OfferWithdrawn) -> None:
        self._present[event.contact_id].offer_id = 0

    def _not_responding(self, _now: int, event: ev.AgentNotResponding) -> None:
        self._silent.add(event.agent_id)

    # --- conversations

    def _connected(self, _now: int, event: ev.ContactConnected) -> None:
        customer = self._present[event.contact_id]
        customer.waiting = False
        customer.offer_id = 0
        close = CloseContact(event.agent_id, event.contact_id)
        self._driver.alarm(customer.handle_ms, Turn.END, event.contact_id, self._send, close)

    def _ended(self, now: int, event: ev.ContactEnded) -> None:
        wrap_up_ms = self._present[event.contact_id].wrap_up_ms
        # From then on the desk ends the wrap-up by itself, and at that instant it acts first.
        if now + wrap_up_ms < event.wrap_up_by:
            finish = FinishWrapUp(event.agent_id, event.contact_id)
            self._driver.alarm(wrap_up_ms, Turn.WRAP_UP, event.contact_id, self._send, finish)

    def _gone(self, _now: int, event: ev.ContactClosed | ev.ContactAbandoned | ev.CallbackUnreachable) -> None:
        self._present.pop(event.contact_id).waiting = False

    # --- callbacks

    def _converted(self, _now: int, event: ev.ContactConverted) -> None:
        self._present[event.contact_id].waiting = False

    def _dialling(self, _now: int, event: ev.DialStarted) -> None:
        callback = self._model.callback
        assert callback is not None
        customer = self._present[event.contact_id]
        customer.offer_id = 0
        customer.attempts += 1
        law, k = callback.dial_time, customer.attempts
        dial_ms = draw_ms(self._prefix[Purpose.DIAL_TIME], customer.id, k, law.law, law.a, law.b)
        reached = happens(self._prefix[Purpose.REACH], customer.id, k, callback.reach)
        report = (
            ReportReached(event.agent_id, event.contact_id, event.attempt)
            if reached
            else ReportUnreachable(event.agent_id, event.contact_id, event.attempt, "no_answer")
        )
        self._driver.alarm(dial_ms, Turn.DIAL, event.contact_id, self._send, report)

    def _reached(self, _now: int, event: ev.CallbackReached) -> None:
        customer = self._present[event.contact_id]
        law = customer.stream.callback_handle_time
        start = self._prefix[Purpose.CALLBACK_HANDLE_TIME]
        handle_ms = draw_ms(start, customer.id, 0, law.law, law.a, law.b)
        close = CloseContact(event.agent_id, event.contact_id)
        self._driver.alarm(handle_ms, Turn.END, event.contact_id, self._send, close)
