"""
Virtual agents: they take what they are offered, talk, wrap up, hand on. When they are there is `sim.people.shifts`.

They do what the desk's events tell them to, after the time that the draws give them. Whom they serve is not decided
here: that is the desk's affair.
"""

import math
from collections.abc import Callable
from typing import Any, Final

from router.core import events as ev
from router.core.commands import (
    AcceptOffer,
    CloseContact,
    DeclineOffer,
    FinishWrapUp,
    LinkIncident,
    PostMessage,
    Transfer,
)
from router.core.errors import Refused
from router.core.events import Event
from router.core.ids import AgentId, LineKey, line_key
from sim.customers import Customer, Customers
from sim.drawing import drawn_ms
from sim.draws import Law, Purpose, prefixes, uniform_of, whole_ms
from sim.driver import Alarm, Driver, Turn
from sim.model import GroupModel, Model
from sim.people.dialling import Dialling
from sim.people.jobs import Jobs
from sim.people.model import FULL_SPEED, Pace, TransferModel
from sim.people.shifts import Shifts

AS_DRAWN: Final = Pace(1.0, (FULL_SPEED,))
"""The pace of those who are neither slower nor faster than the draws say."""


class Agents:
    """
    Everybody on the desk's side. `see` is a listener of the driver.

    Agents numbered from 1, group by group, in the order of the scenario.
    """

    def __init__(self, model: Model, driver: Driver, seed: int, replication: int, customers: Customers) -> None:
        self._model = model
        self._driver = driver
        self._customers = customers
        self._present = customers.present
        self._prefix = prefixes(seed, replication)
        self._shifts = Shifts(model.groups, driver, self._prefix, model.horizon_ms)
        self._groups: list[GroupModel] = [model.groups[0]]
        """By agent; nobody has number 0."""
        for group in model.groups:
            self._groups += [group] * group.agents
        self._jobs = Jobs(driver) if any(group.paces is not None for group in model.groups) else None
        self._dialling = Dialling(model.callback, self._prefix)
        self._on: dict[type, Callable[[int, Any], None]] = {
            ev.OfferMade: self._offered,
            ev.OfferDeclined: self._offer_over,
            ev.OfferTimedOut: self._offer_over,
            ev.OfferWithdrawn: self._offer_over,
            ev.ContactConnected: self._connected,
            ev.ContactConverted: self._converted,
            ev.DialStarted: self._dial,
            ev.AttemptFailed: self._released,
            ev.CallbackReached: self._reached,
            ev.ContactEnded: self._ended,
            ev.ContactClosed: self._gone,
            ev.ContactAbandoned: self._gone,
            ev.ContactSentAway: self._gone,
            ev.ContactExpired: self._gone,
            ev.CallbackUnreachable: self._gone,
            ev.CallbackCancelled: self._gone,
            ev.CallbackExpired: self._gone,
            ev.ContactRequeued: self._taken_back,
            ev.ContactTransferred: self._handed_on,
            ev.ContactParked: self._released,
            ev.AgentNotResponding: self._not_responding,
            ev.AgentBack: self._back,
            **self._shifts.on,
        }
        self._late: dict[int, list[Any]] = {}
        """What agents would have done while their connection was lost."""

    def see(self, now: int, events: list[Event]) -> None:
        """React to what has happened: set alarms for what follows."""
        on = self._on
        for event in events:
            react = on.get(event.__class__)
            if react is not None:
                react(now, event)

    # --- offers

    def _offered(self, _now: int, event: ev.OfferMade) -> None:
        customer = self._present[event.contact_id]
        customer.offers += 1
        customer.offer_id = event.offer_id
        group = self._groups[event.agent_id]
        law = group.answer_delay
        if law.law == Law.FIXED:
            customer.rings_ms = whole_ms(law.a) if law.a else 0
        else:
            start = self._prefix[Purpose.ANSWER_DELAY]
            customer.rings_ms = drawn_ms(start, customer.id, customer.offers, law)
        answer: Callable[[Alarm], None] = self._accept
        if group.decline or group.no_answer:
            answer = self._answer_to(customer, group, event)
        self._driver.alarm(customer.rings_ms, Turn.ACCEPT, event.offer_id, answer, event)

    def _answer_to(self, customer: Customer, group: GroupModel, event: ev.OfferMade) -> Callable[[Alarm], None]:
        """What becomes of an offer that need not be taken; it rings for a moment at least, or till too late."""
        chance = uniform_of(self._prefix[Purpose.OFFER_TAKEN], customer.id, customer.offers)
        if chance <= group.no_answer:
            customer.rings_ms += event.due - self._driver.now
        elif chance <= group.no_answer + group.decline:
            customer.rings_ms = max(customer.rings_ms, 1)
            return self._decline
        return self._accept

    def _accept(self, alarm: Alarm) -> None:
        event: ev.OfferMade = alarm.what
        customer = self._present.get(event.contact_id)
        if customer is not None and customer.offer_id == event.offer_id:
            self._driver.send(AcceptOffer(event.agent_id, event.offer_id))
        elif event.agent_id in self._shifts.silent:
            # Too late, and not for the first time: the agent sees so and is there again.
            self._shifts.be_there(event.agent_id)

    def _decline(self, alarm: Alarm) -> None:
        event: ev.OfferMade = alarm.what
        customer = self._present.get(event.contact_id)
        if customer is not None and customer.offer_id == event.offer_id:
            self._driver.send(DeclineOffer(event.agent_id, event.offer_id, ""))

    def _offer_over(self, _now: int, event: ev.OfferDeclined | ev.OfferTimedOut | ev.OfferWithdrawn) -> None:
        self._present[event.contact_id].offer_id = 0

    def _not_responding(self, _now: int, event: ev.AgentNotResponding) -> None:
        self._shifts.silent.add(event.agent_id)

    # --- conversations

    def _connected(self, now: int, event: ev.ContactConnected) -> None:
        customer = self._present[event.contact_id]
        customer.waiting = False
        customer.offer_id = 0
        if self._jobs is not None:
            self._jobs.hold(event.agent_id, event.contact_id)
        if self._model.silent:
            self._greet(event, customer)
        if customer.stream.incident:
            self._driver.alarm(0, Turn.ACCEPT, event.contact_id, self._link, event)
        if self._model.transfers and self._hands_on(now, event.agent_id, customer):
            return
        close = CloseContact(event.agent_id, event.contact_id)
        self._work(now, event.agent_id, customer, customer.handle_ms, Turn.END, self._driver.send, close)

    def _work(
        self,
        now: int,
        agent_id: int,
        customer: Customer,
        work_ms: int,
        turn: int,
        act: Callable[[Any], None],
        what: Any,
    ) -> None:
        """Let the agent work on the contact for so long, at the agent's own pace; then `act` with `what`."""
        customer.job += 1
        job = (agent_id, customer, customer.job, act, what)
        if self._jobs is None:
            customer.done_at = now + work_ms
            self._driver.alarm(work_ms, turn, customer.id, self._finish, job)
        else:
            pace = (self._groups[agent_id].paces or {}).get(customer.line, AS_DRAWN)
            if pace.factor != 1:
                work_ms = round(work_ms * pace.factor)
            self._jobs.begin(agent_id, customer.id, pace, work_ms, turn, self._finish, job)

    def _finish(self, alarm: Alarm) -> None:
        agent_id, customer, number, act, what = alarm.what
        if customer.job != number:
            return  # The contact is with this agent no longer.
        if self._shifts.on and not self._shifts.is_connected(agent_id):
            self._late.setdefault(agent_id, []).append(alarm.what)
        else:
            act(what)

    def _back(self, _now: int, event: ev.AgentBack) -> None:
        """The connection is there again in time: what was to be done meanwhile is done now."""
        for job in self._late.pop(event.agent_id, ()):
            self._driver.alarm(0, Turn.END, job[1].id, self._finish, job)

    def _ended(self, now: int, event: ev.ContactEnded) -> None:
        customer = self._present[event.contact_id]
        # From then on the desk ends the wrap-up by itself, and at that instant it acts first.
        if self._jobs is not None or now + customer.wrap_up_ms < event.wrap_up_by:
            finish = FinishWrapUp(event.agent_id, event.contact_id)
            self._work(now, event.agent_id, customer, customer.wrap_up_ms, Turn.WRAP_UP, self._driver.send, finish)

    def _gone(self, _now: int, event: Any) -> None:
        customer = self._present.pop(event.contact_id)
        customer.waiting = False
        customer.job += 1
        if self._jobs is not None:
            self._jobs.release(getattr(event, "agent_id", 0), event.contact_id)

    def _released(self, _now: int, event: ev.AttemptFailed | ev.ContactParked) -> None:
        """The contact is with this agent no longer, and lives on."""
        self._present[event.contact_id].job += 1
        if self._jobs is not None:
            self._jobs.release(event.agent_id, event.contact_id)

    def _taken_back(self, now: int, event: ev.ContactRequeued) -> None:
        """Whoever takes it up has to do what is left of it."""
        customer = self._present[event.contact_id]
        if self._jobs is None:
            left: int | None = max(customer.done_at - now, 0)
        else:
            left = self._jobs.release(event.agent_id, event.contact_id)
        customer.job += 1
        if not customer.dialling and left is not None:
            customer.handle_ms = left
        customer.dialling = False
        self._customers.wait_again(customer)

    def _link(self, alarm: Alarm) -> None:
        """The agent sees what the contact is about; one who takes it up later need not say so again."""
        event: ev.ContactConnected | ev.CallbackReached = alarm.what
        customer, contact = self._present[event.contact_id], self._driver.state().contacts[event.contact_id]
        if not contact.incident:
            self._driver.send(LinkIncident(event.agent_id, contact.id, customer.stream.incident))

    # --- handing on

    def _hands_on(self, now: int, agent_id: AgentId, customer: Customer) -> bool:
        """Whether this conversation is to be handed on; if so it is under way."""
        product, _, language = customer.line.partition("/")
        chance = uniform_of(self._prefix[Purpose.TRANSFER], customer.id, customer.transfers)
        for one in () if customer.gone else self._model.transfers.get(product, ()):
            if one.is_theirs(self._groups[agent_id]):
                continue
            if chance <= one.share:
                k, law = customer.transfers, one.after
                start = self._prefix[Purpose.HANDLE_TIME]
                work_ms = customer.handle_ms
                if law is not None:
                    work_ms = drawn_ms(start, customer.id, 2 * k + 1, law)
                to = line_key(one.to, language) if one.to else LineKey("")
                self._work(now, agent_id, customer, work_ms, Turn.END, self._hand_on, (agent_id, customer, to, one))
                return True
            chance -= one.share
        return False

    def _hand_on(self, what: tuple[AgentId, Customer, LineKey, TransferModel]) -> None:
        agent_id, customer, to, one = what
        receiver = self._receiver(customer, one.agent_of)
        if receiver or not one.agent_of:
            try:
                self._driver.send(Transfer(agent_id, customer.id, to, one.pool, receiver))
                return
            except Refused as refused:
                if refused.code not in ("queue_full", "nobody_there"):
                    raise
        # Nobody over there can take it: the first agent says so, and that is the end of it.
        self._driver.send(CloseContact(agent_id, customer.id))

    def _receiver(self, customer: Customer, group_name: str) -> AgentId:
        """One of those of the group who will be asked in their turn, all equally likely; 0 when there is none."""
        there = self._driver.state().agents
        willing = [
            AgentId(number)
            for group in self._model.groups
            if group.name == group_name
            for number in range(group.first_agent, group.first_agent + group.agents)
            if number in there and there[AgentId(number)].is_willing()
        ]
        if not willing:
            return AgentId(0)
        chance = uniform_of(self._prefix[Purpose.TRANSFER_AGENT], customer.id, customer.transfers)
        return willing[math.ceil(chance * len(willing)) - 1]

    def _handed_on(self, _now: int, event: ev.ContactTransferred) -> None:
        customer = self._present[event.contact_id]
        customer.transfers += 1
        customer.job += 1
        customer.line = event.line
        if self._jobs is not None:
            self._jobs.release(event.agent_id, event.contact_id)
        law = self._model.handle_times[customer.stream.channel, event.line.partition("/")[0]]
        start = self._prefix[Purpose.HANDLE_TIME]
        customer.handle_ms = drawn_ms(start, customer.id, 2 * customer.transfers, law)
        self._customers.wait_again(customer)

    # --- those who have left without a word

    def _greet(self, event: ev.ContactConnected, customer: Customer) -> None:
        """The first words, from which the measures see who is there; and how long it takes when nobody is."""
        if customer.stream.channel == "chat":
            if customer.gone:
                law = self._model.silent_takes
                start = self._prefix[Purpose.SILENT_TAKES]
                customer.handle_ms = drawn_ms(start, customer.id, 0, law)
            self._driver.alarm(0, Turn.ACCEPT, event.contact_id, self._talk, (event, customer))

    def _talk(self, alarm: Alarm) -> None:
        event: ev.ContactConnected = alarm.what[0]
        customer: Customer = alarm.what[1]
        self._driver.send(PostMessage(event.contact_id, "agent", event.agent_id))
        if not customer.gone:
            self._driver.send(PostMessage(event.contact_id, "asc", customer.asc))

    # --- callbacks

    def _converted(self, _now: int, event: ev.ContactConverted) -> None:
        self._present[event.contact_id].waiting = False

    def _dial(self, now: int, event: ev.DialStarted) -> None:
        customer = self._present[event.contact_id]
        customer.offer_id = 0
        customer.dialling = True
        if self._jobs is not None:
            self._jobs.hold(event.agent_id, event.contact_id)
        dial_ms, report = self._dialling.attempt(customer, event)
        customer.job += 1
        job = (event.agent_id, customer, customer.job, self._driver.send, report)
        self._driver.alarm(dial_ms, Turn.DIAL, event.contact_id, self._finish, job)

    def _reached(self, now: int, event: ev.CallbackReached) -> None:
        customer = self._present[event.contact_id]
        customer.dialling = False
        handle_ms = self._dialling.answered(customer)
        if customer.stream.incident:
            self._driver.alarm(0, Turn.ACCEPT, event.contact_id, self._link, event)
        close = CloseContact(event.agent_id, event.contact_id)
        self._work(now, event.agent_id, customer, handle_ms, Turn.END, self._driver.send, close)
