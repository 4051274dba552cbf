"""
A small desk and everybody round it, moved by numbers: for tests that try what nobody would think of.

Each action goes to the desk, to a twin of it that is told the time in smaller steps, to the naive model and to the
watch; after each they are compared and the desk's own laws are checked. An action whose numbers point at nobody does
nothing.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from router.core import commands as cmd
from router.core.desk import Desk, Entry, Folded
from router.core.events import Event, OfferMade
from router.core.ids import LineKey
from router.core.invariants import check
from router.core.lines import Contact
from router.core.policy import EMPTY_POLICY
from tests.core.model import Model
from tests.core.watch import Watch

LINES = tuple(LineKey(key) for key in ("expense/en", "expense/de", "travel/en"))
POLICY = replace(EMPTY_POLICY, lines=LINES, queue_limit=5, message_limit=3, session_expiry_ms=10**9)
POLICIES = (
    POLICY,
    replace(POLICY, offer_timeout_ms=10_000, wrap_up_ms=0, callbacks=False),
    replace(POLICY, decline_back_off_ms=0, max_no_answer=1, lines=LINES[::-1]),
    replace(POLICY, lines=LINES[:2]),
)
SKILLS = (
    (("expense",), ("en",), 1),
    (("expense", "travel"), ("en",), 2),
    (("expense",), ("de", "en"), 3),
    (("travel",), ("en",), 2),
    (("expense", "travel"), ("de", "en"), 4),
)
STEPS_MS = (0, 1, 4_000, 5_000, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000)
STATUSES: tuple[cmd.ChosenStatus, ...] = ("available", "available", "break", "offline")
AGENTS = (1, 2, 3, 4)
ASCS = (11, 12, 13, 14, 15, 16, 17)
NODES = ("left", "right")
CLERK = 1_000
"""The session under which everybody's operations are sent: the desk does not care who shares one."""
KEPT = 16


class World:
    """`desk` is what is tested."""

    def __init__(self) -> None:
        self.desk, self.slow = Desk(), Desk()
        self.model = Model(POLICY)
        self.watch = Watch()
        self.now = 0
        self.entries: list[Entry] = []
        self.events: list[Event] = []
        self.made: list[tuple[int, int, int, int]] = []
        self.ranks: dict[int, tuple[int, int, int]] = {}
        self.operations: list[tuple[cmd.Op, cmd.Command, tuple[str, int, int]]] = []
        self.connections: dict[int, tuple[int, int]] = {}
        self.incarnations = dict.fromkeys(NODES, 0)
        self.next_contact = 100
        self.node_starts(0, 0)
        self._fold(cmd.PolicyChanged(POLICY, "{}"))
        self._fold(cmd.ConnectSession(CLERK, "supervisor:1", "supervisor", NODES[0], 1, 1))

    # --- what can happen; a and b are small numbers

    def time_passes(self, a: int, b: int) -> None:
        """The twin is told of the time in three pieces."""
        ms = STEPS_MS[(a + 8 * b) % len(STEPS_MS)]
        pieces = [self.now + ms // 3, self.now + ms * 2 // 3, self.now + ms]
        self.now += ms
        slow = [event for now in pieces for event in self.slow.fold(Entry(now, None, cmd.TimePassed())).events]
        self.model.pass_time(self.now)
        folded = self._tell(cmd.TimePassed(), None)
        assert slow == folded.events
        self._compare()

    def asks(self, a: int, b: int) -> None:
        self.next_contact += 1
        contact, asc, line = self.next_contact, ASCS[a % len(ASCS)], LINES[b % len(LINES)]
        self._operate(cmd.RequestChat(contact, asc, 1, line), lambda model: model.ask(contact, asc, line))

    def leaves(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "waiting", "offered", "absent", "connected"):
            self._operate(cmd.LeaveContact(found.id, found.asc_id), lambda model: model.leave(found.id))

    def converts(self, a: int, b: int) -> None:
        found = self._contact(a, 1, "waiting", "offered")
        if found:
            command = cmd.ConvertToCallback(found.id, found.asc_id, f"number {b % 4}")
            self._operate(command, lambda model: model.convert(found.id))

    def cancels(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "due", "offered"):
            self._operate(cmd.CancelCallback(found.id, found.asc_id), lambda model: model.cancel(found.id))

    def writes(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "connected"):
            party: cmd.Party = "agent" if b % 2 else "asc"
            self._operate(cmd.PostMessage(found.id, party, found.agent_id if b % 2 else found.asc_id), _nothing)

    def signs_in(self, a: int, b: int) -> None:
        agent, (products, languages, capacity) = AGENTS[a % len(AGENTS)], SKILLS[b % len(SKILLS)]
        lines = [f"{product}/{language}" for product in products for language in languages]
        command = cmd.SignIn(agent, products, languages, capacity)
        self._operate(command, lambda model: model.sign_in(agent, lines, capacity))

    def sets_status(self, a: int, b: int) -> None:
        agent, status = AGENTS[a % len(AGENTS)], STATUSES[b % len(STATUSES)]
        self._operate(cmd.SetStatus(agent, status, ""), lambda model: model.set_status(agent, status))

    def accepts(self, a: int, b: int) -> None:
        """By the agent before whom it rings; for b = 7 by anybody."""
        if offers := list(self.desk.state.offers.values()):
            offer = offers[a % len(offers)]
            agent = AGENTS[a % len(AGENTS)] if b == 7 else offer.agent_id
            self._operate(cmd.AcceptOffer(agent, offer.id), lambda model: model.accept(offer.id, agent))

    def declines(self, a: int, b: int) -> None:
        if offers := list(self.desk.state.offers.values()):
            offer = offers[a % len(offers)]
            agent = AGENTS[a % len(AGENTS)] if b == 7 else offer.agent_id
            self._operate(cmd.DeclineOffer(agent, offer.id, ""), lambda model: model.decline(offer.id, agent))

    def closes(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "connected"):
            self._operate(cmd.CloseContact(found.agent_id, found.id), lambda model: model.close(found.id))

    def finishes(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "wrapping"):
            self._operate(cmd.FinishWrapUp(found.agent_id, found.id), lambda model: model.finish(found.id))

    def reaches(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "dialling"):
            command = cmd.ReportReached(found.agent_id, found.id, found.attempt)
            self._operate(command, lambda model: model.reach(found.id))

    def misses(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "dialling"):
            command = cmd.ReportUnreachable(found.agent_id, found.id, found.attempt, "busy")
            self._operate(command, lambda model: model.miss(found.id))

    def connects(self, a: int, b: int) -> None:
        """Somebody is connected through a node, be it thought alive or not."""
        role, ident = self._person(a, b)
        node = NODES[b % len(NODES)]
        if self.incarnations[node]:
            self.connections[ident] = (node, self.incarnations[node], self.connections.get(ident, ("", 0, 0))[2] + 1)
            session = cmd.ConnectSession(ident, f"{role}:{ident}", role, *self.connections[ident])
            self._fold(session, lambda model: model.connect(role, ident, node))

    def drops(self, a: int, b: int) -> None:
        """The current connection closes, or one that was replaced long ago."""
        role, ident = self._person(a, b)
        node, incarnation, connection = self.connections.get(ident, ("", 0, 0))
        current = b != 7 and bool(self.model.connected.get((role, ident)))
        command = cmd.DisconnectSession(ident, node, incarnation, connection if b != 7 else connection - 1)
        self._fold(command, (lambda model: model.drop(role, ident)) if current else _nothing)

    def node_starts(self, a: int, b: int) -> None:
        name = NODES[a % len(NODES)]
        self.incarnations[name] += 1

        def start(model: Model) -> None:
            """Here the order is reversed: the node first, then what is overdue."""
            model.now = self.now
            model.start(name)
            model.match()
            model.pass_time(self.now)

        self._fold(cmd.NodeStarted(name, self.incarnations[name]), start)

    def node_beats(self, a: int, b: int) -> None:
        name = NODES[a % len(NODES)]
        self._fold(cmd.NodeBeat(name, self.incarnations[name]), lambda model: model.beat(name))

    def node_stops(self, a: int, b: int) -> None:
        name = NODES[a % len(NODES)]
        self._fold(cmd.NodeStopped(name, self.incarnations[name]), lambda model: model.stop(name))

    def sleeps(self, a: int, b: int) -> None:
        """The lid closes; the next thing is a node's new life, with everything overdue."""
        self.now += STEPS_MS[b % len(STEPS_MS)]
        self.node_starts(a, b)

    def rules_change(self, a: int, b: int) -> None:
        policy = POLICIES[b % len(POLICIES)]
        self._fold(cmd.PolicyChanged(policy, "{}"), lambda model: model.adopt(policy))

    def repeats(self, a: int, b: int) -> None:
        """An operation arrives again, as it was (b odd) or with another content under its number."""
        self._settle()
        if self.operations:
            back = 1 + (a + 8 * b) % min(len(self.operations), KEPT + 3)
            op, command, verdict = self.operations[-back]
            if b % 2 == 0:
                op = cmd.Op(op.session_id, op.counter, b"another")
            before = self.desk.snapshot()
            folded = self._tell(command, op)
            kept = back <= KEPT
            expected = (*verdict, True) if kept and b % 2 else ("id_conflict" if kept else "stale_op", 0, 0, False)
            assert expected == (folded.code, folded.contact_id, folded.o, folded.repeated)
            assert [] == folded.events == self.slow.fold(self.entries[-1]).events
            assert before == self.desk.snapshot()

    # --- parts

    def _person(self, a: int, b: int) -> tuple[str, int]:
        everybody = [("agent", ident) for ident in AGENTS] + [("asc", ident) for ident in ASCS]
        return everybody[(a + 8 * b) % len(everybody)]

    def _contact(self, a: int, b: int, *states: str) -> Contact | None:
        """A contact in one of these states; for b = 7 in any."""
        found = [one for one in self.desk.state.contacts.values() if b == 7 or one.state in states]
        return found[a % len(found)] if found else None

    def _operate(self, command: cmd.Command, tell_model: Callable[[Model], Any]) -> None:
        """A person's operation: once, as the next one of the session."""
        op = cmd.Op(CLERK, len(self.operations) + 1, repr(command).encode())
        folded = self._fold(command, tell_model, op)
        self.operations.append((op, command, (folded.code, folded.contact_id, folded.o)))

    def _fold(
        self, command: cmd.Command, tell_model: Callable[[Model], Any] | None = None, op: cmd.Op | None = None
    ) -> Folded:
        """An entry at the present time; a refusal changes nothing but the record of the operation."""
        if command.__class__ is not cmd.NodeStarted:
            self._settle()
        before = {**self.desk.snapshot(), "sessions": 0}
        folded = self._tell(command, op)
        assert folded.events == self.slow.fold(self.entries[-1]).events
        if folded.code:
            assert before == {**self.desk.snapshot(), "sessions": 0}
        elif tell_model:
            tell_model(self.model)
            self.model.match()
        self._compare()
        return folded

    def _settle(self) -> None:
        """A deadline may be set to the very present; have it over, so that what comes next is told apart."""
        due = self.desk.next_deadline()
        if due is not None and due <= self.now:
            self.time_passes(0, 0)

    def _tell(self, command: cmd.Command, op: cmd.Op | None) -> Folded:
        self.entries.append(Entry(self.now, op, command))
        folded = self.desk.fold(self.entries[-1])
        for event in folded.events:
            self.watch.read(event, self.now)
        self.events += folded.events
        offers = [event for event in folded.events if event.__class__ is OfferMade]
        self.made += [(one.offer_id, one.contact_id, one.agent_id, one.due) for one in offers]
        check(self.desk.state)
        return folded

    def _compare(self) -> None:
        """The desk and the model say the same; ranks are what they were."""
        state, model = self.desk.state, self.model
        assert model.made == self.made
        assert {one.id: (one.channel, one.state, one.agent) for one in model.contacts.values()} == {
            one.id: (one.channel, one.state, one.agent_id) for one in state.contacts.values()
        }
        drains = {line.drained_for: line.drained_agent for line in state.lines.values() if line.drained_for}
        assert {agent.drains.id: agent.id for agent in model.agents.values() if agent.drains} == drains
        for contact in state.contacts.values():
            place = (contact.waiting_since, contact.rank, contact.seq)
            assert place == self.ranks.setdefault(contact.id, place)

    def judge(self) -> None:
        """At the end: a fresh desk that folds the same entries is the same desk and says the same; nothing is lost."""
        again = Desk()
        assert self.events == [event for entry in self.entries for event in again.fold(entry).events]
        assert self.desk.snapshot() == again.snapshot() == self.slow.snapshot()
        assert self.watch.counted["contact"] == self.watch.counted["ended"] + len(self.desk.state.contacts)


def _nothing(_model: Model) -> None:
    """The model has no part in this."""


ACTIONS: tuple[tuple[Callable[[World, int, int], None], int], ...] = (
    (World.time_passes, 6),
    (World.asks, 6),
    (World.signs_in, 4),
    (World.accepts, 6),
    (World.converts, 4),
    (World.closes, 4),
    (World.finishes, 3),
    (World.reaches, 3),
    (World.misses, 1),
    (World.declines, 2),
    (World.leaves, 1),
    (World.cancels, 1),
    (World.writes, 1),
    (World.sets_status, 2),
    (World.connects, 6),
    (World.drops, 4),
    (World.node_beats, 2),
    (World.node_starts, 1),
    (World.node_stops, 1),
    (World.sleeps, 1),
    (World.rules_change, 1),
    (World.repeats, 2),
)
"""Everything that can happen, and how often: what moves a desk most is tried most."""
DECK = tuple(action for action, times in ACTIONS for _ in range(times))


def random_day(number: int, steps: int) -> World:
    """The day of this number, the same wherever it is lived; raises when something is wrong with the desk."""
    chance = random.Random(number)
    world = World()
    for _ in range(steps):
        chance.choice(DECK)(world, chance.randrange(8), chance.randrange(8))
    world.judge()
    return world
