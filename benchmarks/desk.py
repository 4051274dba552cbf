"""
How many commands the desk alone handles on one core.

The mix is a desk in saturation: 4 product lines x 2 languages, 60 agents with 3 units, all busy, about 12 contacts
waiting. Of 100 contacts 12 are abandoned, 8 become callbacks (and drain an agent each), 80 are chats with 4 messages;
every answered one is accepted, closed and wrapped up. Deadlines are advanced with every command.
"""

import random
from time import process_time

from router.core import commands as cmd
from router.core.desk import Desk
from router.core.events import ContactConnected, DialStarted, Event, OfferMade
from router.core.ids import AgentId, AscId, CompanyId, ContactId, OfferId
from router.wire.policy import PolicyDocument, compile_policy

MIX = "per 100 contacts: 100 request, 12 leave, 8 convert, 88 accept, 320 message, 8 reached, 88 close, 88 wrap up"
WAITING = 12


def commands_per_second(contacts: int, seed: int = 1) -> float:
    """Drive a fresh desk through `contacts` contacts; commands handled per second of this process's CPU."""
    bench = _Bench(seed)
    started = process_time()
    for n in range(contacts):
        bench.one_contact(n + 1)
    return bench.commands / (process_time() - started)


class _Bench:
    """A desk near its capacity, and the virtual people who keep it there."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.desk = Desk()
        self.now = 0
        self.commands = 0
        self.answered: dict[ContactId, AgentId] = {}
        document = PolicyDocument(products=["expense", "travel", "invoice", "request"], languages=["en", "fr"])
        self.lines = [rules.key for rules in compile_policy(document).lines]
        self.send(cmd.NodeStarted("bench", 1))
        self.send(cmd.PolicyChanged(compile_policy(document), ""))
        for n in range(1, 61):
            languages = ("en", "fr") if n % 3 else ("en",)
            self.send(cmd.SignIn(AgentId(n), ("expense", "travel", "invoice", "request"), languages, 3))

    def send(self, command: cmd.Command) -> None:
        """Advance and handle one command; accept at once whatever is offered."""
        self.now += 250
        self.commands += 1
        self.react(self.desk.advance(self.now))
        self.react(self.desk.handle(command, self.now))

    def react(self, events: list[Event]) -> None:
        """Note who was connected, accept what rings."""
        offers: list[OfferMade] = []
        for event in events:
            if isinstance(event, OfferMade):
                offers.append(event)
            elif isinstance(event, ContactConnected | DialStarted):
                self.answered[event.contact_id] = event.agent_id
        for offer in offers:
            if offer.offer_id in self.desk.state.offers:
                self.send(cmd.AcceptOffer(offer.agent_id, OfferId(offer.offer_id)))

    def one_contact(self, n: int) -> None:
        """One more contact arrives and meets its fate; the oldest conversations end until only a few wait."""
        contact_id, asc_id = ContactId(n), AscId(n)
        line = self.lines[self.chance.randrange(len(self.lines))]
        self.send(cmd.RequestChat(contact_id, asc_id, CompanyId(1), line))
        if contact_id not in self.answered:
            if n % 25 < 3:
                self.send(cmd.LeaveContact(contact_id, asc_id))
            elif n % 25 < 5:
                self.send(cmd.ConvertToCallback(contact_id, asc_id, f"{contact_id}"))
        while len(self.desk.state.contacts) - len(self.answered) > WAITING:
            self._serve(*next(iter(self.answered.items())))

    def _serve(self, contact_id: ContactId, agent_id: AgentId) -> None:
        """The conversation that began first takes place and ends, which frees an agent for whoever is next."""
        del self.answered[contact_id]
        contact = self.desk.state.contacts[contact_id]
        if contact.channel == "chat":
            for _ in range(2):
                self.send(cmd.PostMessage(contact_id, "asc", contact.asc_id))
                self.send(cmd.PostMessage(contact_id, "agent", agent_id))
        else:
            self.send(cmd.ReportReached(agent_id, contact_id, contact.attempt))
        self.send(cmd.CloseContact(agent_id, contact_id))
        self.send(cmd.FinishWrapUp(agent_id, contact_id))
