"""
How many commands the desk handles on one core with all its rules in use, with few agents and with very many.

The mix, per 100 contacts: 70 chats (8 of them claims that everybody is affected), 10 calls, 10 callbacks asked for, 10
cases; 6 ASCs leave, 8 convert, 4 of them return to the chat; 6 offers are declined, 4 contacts transferred, 4
prioritised by a supervisor; every chat has 4 messages; agents confirm priorities and state a reason. Four product lines
in two languages, steps by pool, level and language, four strategies, priority credits, draining, announced waits.

The same mix is driven with 10 agents and some 40 contacts waiting, and with 5,000 agents and 20,000 waiting: nothing in
the desk may be linear in either. First the virtual people decide what is sent when, by what a desk answers; then the
very same commands go to another desk, and only that is timed.
"""

import gc
import random
from collections import deque
from time import process_time
from typing import Any

from router.core import commands as cmd
from router.core.desk import Desk
from router.core.errors import Refused
from router.core.events import ContactConnected, DialStarted, Event, OfferMade
from router.core.ids import AgentId, AscId, CompanyId, ContactId, LineKey, OfferId, SessionId
from router.service.collector import spare_the_collector
from router.wire.policy import PolicyDocument, compile_policy

PRODUCTS = ("expense", "travel", "invoice", "request")
DOCUMENT: dict[str, Any] = {
    "products": list(PRODUCTS),
    "languages": ["en", "de"],
    "priority_credit": {"p1": "60 min", "p2": "30 min", "p3": "10 min"},
    "reason_required": True,
    "routing": {
        "queue_limit": 1_000_000,
        "preferred_agent": "20 s",
        "steps": [
            {"pools": ["home"], "min_level": 3},
            {"after": "30 s", "pools": ["home", "away"]},
            {"after": "2 min", "languages": ["en"]},
        ],
    },
    "lines": {
        "travel/en": {"strategy": "least_loaded", "queue_limit": 1_000_000},
        "invoice/en": {"strategy": "round_robin", "queue_limit": 1_000_000},
        "request/en": {"strategy": "most_proficient", "queue_limit": 1_000_000},
    },
    "callbacks": {"drain": "promise", "drain_lead": "25 min", "max_draining": 3},
}
AGENT_MS = 2_000
"""Desk time from one command to the next, times the number of agents: a contact takes about 45 s."""


def commands_per_second(agents: int, waiting: int, contacts: int, seed: int) -> float:
    """Commands that a desk of this size takes per second of CPU, while so many contacts of the mix go through it."""
    people = RulesBench(agents, waiting, seed)
    begin = len(people.sent)
    people.run(contacts)
    desk = Desk()
    _replay(desk, people.sent[:begin])
    thresholds = gc.get_threshold()
    spare_the_collector()  # As the serving node does.
    started = process_time()
    _replay(desk, people.sent[begin:])
    passed = process_time() - started
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    return (len(people.sent) - begin) / passed


def _replay(desk: Desk, sent: list[tuple[int, cmd.Command]]) -> None:
    for now, command in sent:
        desk.advance(now)
        try:
            desk.handle(command, now)
        except Refused:  # Part of the mix.
            continue


class RulesBench:
    """A desk under the mix, and the virtual people who keep about `waiting` contacts in line."""

    def __init__(self, agents: int, waiting: int, seed: int = 1) -> None:
        self.chance = random.Random(seed)
        self.desk = Desk()
        self.agents = agents
        self.now = 0
        self.ticks = 0
        self.sent: list[tuple[int, cmd.Command]] = []
        self.waiting = waiting
        self.next_id = 1
        self.answered: deque[tuple[ContactId, AgentId]] = deque()
        self.transferred: set[ContactId] = set()
        document = PolicyDocument.model_validate(DOCUMENT)
        policy = compile_policy(document)
        self.lines = [rules.key for rules in policy.lines]
        self.send(cmd.NodeStarted("bench", 1))
        self.send(cmd.PolicyChanged(policy, ""))
        for number in range(1, agents + 1):
            languages = ("en", "de") if number % 3 else ("en",)
            levels = (1 + number % 5, 3, 3, 1 + number % 3)
            pool = "home" if number % 4 else "away"
            self.send(cmd.SignIn(AgentId(number), PRODUCTS, languages, 3, pool, levels))
        while len(self.desk.state.contacts) - len(self.answered) < waiting:
            self.arrive()

    def run(self, contacts: int) -> None:
        """Take so many contacts through the desk."""
        for _ in range(contacts):
            self.arrive()
            while self.answered and len(self.desk.state.contacts) - len(self.answered) > self.waiting:
                self.serve(*self.answered.popleft())

    def send(self, command: cmd.Command) -> bool:
        """Advance and handle one command; accept what rings, but for one in seventeen, which is declined."""
        self.ticks += 1
        self.now = self.ticks * AGENT_MS // self.agents
        self.react(self.desk.advance(self.now))
        self.sent.append((self.now, command))
        try:
            events = self.desk.handle(command, self.now)
        except Refused:
            return False
        self.react(events)
        return True

    def react(self, events: list[Event]) -> None:
        """Note who was connected, answer what rings."""
        offers = [event for event in events if isinstance(event, OfferMade)]
        self.answered.extend(
            (event.contact_id, event.agent_id) for event in events if isinstance(event, ContactConnected | DialStarted)
        )
        for offer in offers:
            if offer.offer_id in self.desk.state.offers:
                if offer.offer_id % 17 == 0:
                    self.send(cmd.DeclineOffer(offer.agent_id, OfferId(offer.offer_id), "busy"))
                else:
                    self.send(cmd.AcceptOffer(offer.agent_id, OfferId(offer.offer_id)))

    def arrive(self) -> None:
        """One more contact of the mix."""
        number = self.next_id
        self.next_id += 1
        ident, asc, line = ContactId(number), AscId(number), self.lines[self.chance.randrange(len(self.lines))]
        kind = number % 100
        if kind < 70:
            self.send(cmd.ConnectSession(SessionId(number), f"asc:{number}", "asc", "bench", 1, number))
            impact: cmd.Impact = "everybody" if kind < 8 else "one"
            self.send(cmd.RequestChat(ident, asc, CompanyId(1), line, impact, bool(number % 2)))
            self.change_mind(kind, ident, asc)
        elif kind < 80:
            self.send(cmd.ReportCall(ident, asc, CompanyId(1), line))
        elif kind < 90:
            self.send(cmd.RequestCallback(ident, asc, CompanyId(1), line, str(number)))
        else:
            self.send(cmd.OpenCase(ident, asc, CompanyId(1), line))

    def change_mind(self, kind: int, ident: ContactId, asc: AscId) -> None:
        """Some leave, convert and come back; a supervisor prioritises some."""
        if 10 <= kind < 16:
            self.send(cmd.LeaveContact(ident, asc))
        elif 20 <= kind < 28:
            self.send(cmd.ConvertToCallback(ident, asc, str(ident)))
            if kind < 24:
                self.send(cmd.ReturnToChat(ident, asc))
        elif 30 <= kind < 34:
            self.send(cmd.RaisePriority(1, ident, 2))

    def serve(self, ident: ContactId, agent: AgentId) -> None:
        """A conversation takes place and ends, or goes on with somebody else."""
        contact = self.desk.state.contacts.get(ident)
        if contact is None or contact.agent_id != agent:
            return
        if contact.channel == "callback":
            self.send(cmd.ReportReached(agent, ident, contact.attempt))
        elif contact.channel == "chat":
            for _ in range(2):
                self.send(cmd.PostMessage(ident, "agent", agent))
                self.send(cmd.PostMessage(ident, "asc", contact.asc_id))
            if contact.triage:
                self.send(cmd.ConfirmPriority(agent, ident, 1))
            if ident % 25 == 0 and ident not in self.transferred:
                self.transferred.add(ident)
                if self.send(cmd.Transfer(agent, ident, LineKey("travel/en"), "", AgentId(0))):
                    return
        self.send(cmd.CloseContact(agent, ident))
        self.send(cmd.FinishWrapUp(agent, ident, "question", "solved"))
