"""
A small desk and everybody round it, moved by numbers: for tests that try what nobody would think of.

Each action goes to the desk, to a twin of it that is told the time in smaller steps, to the naive model and to the
watch; after each they are compared and the desk's own laws are checked. An action whose numbers point at nobody does
nothing.
"""

import random
from collections.abc import Callable

from router.core import commands as cmd
from router.core.deadlines import ANNOUNCE, SESSION_EXPIRES, TRIAGE
from router.core.desk import Desk, Entry, Folded
from router.core.events import CallbackRequested, ContactConverted, Event, OfferMade
from router.core.invariants import check
from router.core.lines import Contact
from tests.core.model import Model
from tests.core.same import agents_of, contacts_of, people_of, servers_of
from tests.core.watch import Watch
from tests.core.world_rules import ELSEWHERE, LINES, MORE, POLICIES

SKILLS = (
    (("expense",), ("en",), 1, "home", (3,)),
    (("expense", "travel"), ("en",), 2, "away", (2, 5)),
    (("expense",), ("de", "en"), 3, "home", (4,)),
    (("travel",), ("en",), 2, "", (1,)),
    (("expense", "travel"), ("de", "en"), 4, "home", ()),
    (("expense",), ("de",), 2, "away", (1,)),
    (("expense", "travel"), ("en",), 3, "", (5, 4)),
    (("travel",), ("de",), 0, "", ()),
)
"""(products, languages, capacity, pool, levels); the last one is refused."""
SHIFTS_MS = (0, 0, 0, 0, 0, 0, 25_000, 60_000, 120_000)
STEPS_MS = (0, 1, 500, 2_000, 4_000, 5_000, 5_000, 10_000, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000)
WINDOWS_MS = (None, None, None, (0, 20_000), (10_000, 30_000), (45_000, 90_000), (5_000, 5_000), (400_000, 900_000))
QUIET_MS = ((), (), (0, 20_000), (30_000, 50_000))
STATUSES: tuple[cmd.ChosenStatus, ...] = ("available", "available", "break", "offline")
IMPACTS: tuple[cmd.Impact, ...] = ("one", "some", "one", "everybody")
AGENTS = (1, 2, 3, 4)
ASCS = (11, 12, 13, 14, 15, 16, 17)
NODES = ("left", "right")
POOLS = ("home", "away", "")
BOSS = 1
CLERK = 1_000
"""The session under which everybody's operations are sent: the desk does not care who shares one."""
KEPT = 16
NOT_MODELLED = (SESSION_EXPIRES, TRIAGE, ANNOUNCE)
"""Deadlines of which the model has no opinion: sessions do not expire here, and what is told moves nobody."""
PROMISES = (CallbackRequested, ContactConverted)


class World:
    """`desk` is what is tested."""

    def __init__(self, policy: int = 0) -> None:
        self.desk, self.slow = Desk(), Desk()
        first = POLICIES[policy % len(POLICIES)]
        self.model = Model(first)
        self.watch = Watch()
        self.now = 0
        self.entries: list[Entry] = []
        self.events: list[Event] = []
        self.made: list[tuple[int, int, int, int]] = []
        self.waited_since: dict[int, tuple[int, int]] = {}
        self.operations: list[tuple[cmd.Op, cmd.Command, tuple[str, int, int]]] = []
        self.connections: dict[int, tuple[str, int, int]] = {}
        self.incarnations = dict.fromkeys(NODES, 0)
        self.next_contact = 100
        self.node_starts(0, 0)
        self._fold(cmd.PolicyChanged(first, "{}"))
        self._fold(cmd.ConnectSession(CLERK, "supervisor:1", "supervisor", NODES[0], 1, 1))
        self.signs_in(0, 4)
        self.signs_in(1, 1)

    # --- time, nodes and rules; a and b are small numbers

    def time_passes(self, a: int, b: int) -> None:
        """The twin is told of the time in three pieces."""
        ms = STEPS_MS[(a + 8 * b) % len(STEPS_MS)]
        pieces = [self.now + ms // 3, self.now + ms * 2 // 3, self.now + ms]
        self.now += ms
        slow = [event for now in pieces for event in self.slow.fold(Entry(now, None, cmd.TimePassed())).events]
        self.model.pass_time(self.now)
        folded = self._tell(cmd.TimePassed(), None)
        assert slow == folded.events, "the same happens whether time is told in pieces or at once"
        self._compare()

    def node_starts(self, a: int, b: int) -> None:
        name = NODES[a % len(NODES)]
        self.incarnations[name] += 1
        self._fold(cmd.NodeStarted(name, self.incarnations[name]))

    def node_beats(self, a: int, b: int) -> None:
        """For b = 7 an earlier life is heard."""
        name = NODES[a % len(NODES)]
        self._fold(cmd.NodeBeat(name, self.incarnations[name] - (b == 7)))

    def node_stops(self, a: int, b: int) -> None:
        name = NODES[a % len(NODES)]
        self._fold(cmd.NodeStopped(name, self.incarnations[name] - (b == 7)))

    def sleeps(self, a: int, b: int) -> None:
        """The lid closes; the next thing is a node's new life, with everything overdue."""
        self.now += STEPS_MS[b % len(STEPS_MS)]
        self.node_starts(a, b)

    def rules_change(self, a: int, b: int) -> None:
        self._fold(cmd.PolicyChanged(POLICIES[b % len(POLICIES)], "{}"))

    def calendar_grows(self, a: int, b: int) -> None:
        """A node brings what comes after the horizon, or something that does not belong there."""
        self._fold(cmd.CalendarExtended(ELSEWHERE if b == 7 else MORE))

    # --- what ASCs do

    def asks(self, a: int, b: int) -> None:
        impact = IMPACTS[(a + b) % len(IMPACTS)]
        self._operate(cmd.RequestChat(self._new(), self._asc(a), 1 + a % 2, LINES[b % len(LINES)], impact, b % 2 == 0))

    def calls(self, a: int, b: int) -> None:
        line, impact = LINES[b % len(LINES)], IMPACTS[b % 3]
        self._operate(cmd.ReportCall(self._new(), self._asc(a), 1 + a % 2, line, impact, a % 2 == 0))

    def opens_case(self, a: int, b: int) -> None:
        self._operate(cmd.OpenCase(self._new(), self._asc(a), 1 + a % 2, LINES[b % len(LINES)]))

    def asks_callback(self, a: int, b: int) -> None:
        line, number = LINES[b % len(LINES)], f"number {a % 4}"
        self._operate(cmd.RequestCallback(self._new(), self._asc(a), 1 + a % 2, line, number, *self._window(a, b)))

    def leaves(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "waiting", "offered", "absent", "connected", "parked"):
            self._operate(cmd.LeaveContact(found.id, found.asc_id))

    def writes(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "connected", "parked"):
            agent = b % 2 and found.agent_id
            self._operate(cmd.PostMessage(found.id, "agent" if agent else "asc", agent or found.asc_id))

    def converts(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "waiting", "offered"):
            self._operate(cmd.ConvertToCallback(found.id, found.asc_id, f"number {b % 4}", *self._window(a, b)))

    def returns_to_chat(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "scheduled", "due", "offered"):
            self._operate(cmd.ReturnToChat(found.id, found.asc_id))

    def cancels(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "scheduled", "due", "offered"):
            self._operate(cmd.CancelCallback(found.id, found.asc_id))

    # --- what agents do

    def signs_in(self, a: int, b: int) -> None:
        products, languages, capacity, pool, levels = SKILLS[b % len(SKILLS)]
        shift = SHIFTS_MS[(a + b) % len(SHIFTS_MS)]
        ends = self.now + shift if shift else 0
        self._operate(cmd.SignIn(self._agent(a), products, languages, capacity, pool, levels, ends))

    def sets_status(self, a: int, b: int) -> None:
        self._operate(cmd.SetStatus(self._agent(a), STATUSES[b % len(STATUSES)], "", b > 3))

    def accepts(self, a: int, b: int) -> None:
        """By the agent before whom it rings; for b = 7 by anybody."""
        if offers := list(self.desk.state.offers.values()):
            offer = offers[a % len(offers)]
            self._operate(cmd.AcceptOffer(self._agent(a) if b == 7 else offer.agent_id, offer.id))

    def declines(self, a: int, b: int) -> None:
        if offers := list(self.desk.state.offers.values()):
            offer = offers[a % len(offers)]
            reason = "busy" if b % 2 else ""
            self._operate(cmd.DeclineOffer(self._agent(a) if b == 7 else offer.agent_id, offer.id, reason))

    def closes(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "connected"):
            self._operate(cmd.CloseContact(found.agent_id, found.id))

    def finishes(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "wrapping"):
            self._operate(cmd.FinishWrapUp(found.agent_id, found.id, "login", "solved" if b > 2 else ""))

    def extends(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "wrapping"):
            self._operate(cmd.ExtendWrapUp(found.agent_id, found.id))

    def confirms(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "connected"):
            self._operate(cmd.ConfirmPriority(found.agent_id, found.id, b % 6))

    def links(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "connected", "wrapping"):
            self._operate(cmd.LinkIncident(found.agent_id, found.id, "INC-7" if b else ""))

    def transfers(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "connected"):
            line, pool, agent = ("", "", 0)
            if b % 3 == 0:
                line = LINES[a % len(LINES)]
            elif b % 3 == 1:
                pool = POOLS[a % len(POOLS)]
            else:
                agent = self._agent(a)
            self._operate(cmd.Transfer(found.agent_id, found.id, line, pool, agent))

    def rings(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "connected"):
            self._operate(cmd.RingAsc(found.agent_id, found.id, f"number {b % 4}"))

    def books(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "connected", "wrapping"):
            new, window = self._new(), self._window(a, b + 3)
            self._operate(cmd.BookCallback(found.agent_id, found.id, new, f"number {b % 4}", *window, b % 2 == 0))

    def drops_callback(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "scheduled", "due", "offered"):
            self._operate(cmd.DropCallback(self._agent(a), found.id, "settled"))

    def reaches(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "dialling"):
            self._operate(cmd.ReportReached(found.agent_id, found.id, found.attempt))

    def misses(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "dialling"):
            failure = cmd.DIAL_FAILURES[b % 4]
            self._operate(cmd.ReportUnreachable(found.agent_id, found.id, found.attempt - (b == 7), failure))

    # --- what supervisors do

    def moves(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "waiting", "due", "offered"):
            self._operate(cmd.MoveContact(BOSS, found.id, LINES[b % len(LINES)]))

    def pulls(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "offered", "connected", "dialling"):
            self._operate(cmd.PullContact(BOSS, found.id))

    def raises(self, a: int, b: int) -> None:
        if found := self._contact(a, b, "waiting", "due", "offered"):
            self._operate(cmd.RaisePriority(BOSS, found.id, b % 5))

    def opens_line(self, a: int, b: int) -> None:
        self._operate(cmd.OpenLine(BOSS, LINES[a % len(LINES)], b % 4 != 0))

    def forces(self, a: int, b: int) -> None:
        self._operate(cmd.ForceStatus(BOSS, self._agent(a), STATUSES[b % len(STATUSES)], ""))

    # --- connections

    def connects(self, a: int, b: int) -> None:
        """Somebody is connected through a node, be it thought alive or not."""
        role, ident = self._person(a, b)
        node = NODES[b % len(NODES)]
        if self.incarnations[node]:
            self.connections[ident] = (node, self.incarnations[node], self.connections.get(ident, ("", 0, 0))[2] + 1)
            self._fold(cmd.ConnectSession(ident, f"{role}:{ident}", role, *self.connections[ident]))

    def drops(self, a: int, b: int) -> None:
        """The current connection closes, or one that was replaced long ago."""
        _, ident = self._person(a, b)
        node, incarnation, connection = self.connections.get(ident, ("", 0, 0))
        self._fold(cmd.DisconnectSession(ident, node, incarnation, connection - (b == 7)))

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
            answered = (folded.code, folded.contact_id, folded.o, folded.repeated)
            assert expected == answered, "a repeated operation gets the verdict it got"
            assert [] == folded.events == self.slow.fold(self.entries[-1]).events, "an operation takes effect once"
            assert before == self.desk.snapshot(), "a repetition changes nothing"

    # --- parts

    def _new(self) -> int:
        self.next_contact += 1
        return self.next_contact

    def _asc(self, a: int) -> int:
        return ASCS[a % len(ASCS)]

    def _agent(self, a: int) -> int:
        return AGENTS[a % len(AGENTS)]

    def _window(self, a: int, b: int) -> tuple[int, int, tuple[tuple[int, int], ...]]:
        """From when to when to be called, or (0, 0), and when not."""
        window = WINDOWS_MS[(a + b) % len(WINDOWS_MS)]
        begin, end = (self.now + window[0], self.now + window[1]) if window else (0, 0)
        quiet = QUIET_MS[a % len(QUIET_MS)]
        return begin, end, ((self.now + quiet[0], self.now + quiet[1]),) if quiet else ()

    def _person(self, a: int, b: int) -> tuple[str, int]:
        everybody = [("agent", ident) for ident in AGENTS] + [("asc", ident) for ident in ASCS]
        return everybody[(a + 8 * b) % len(everybody)]

    def _contact(self, a: int, b: int, *states: str) -> Contact | None:
        """A contact in one of these states; for b = 7 in any."""
        found = [one for one in self.desk.state.contacts.values() if b == 7 or one.state in states]
        return found[a % len(found)] if found else None

    def _operate(self, command: cmd.Command) -> None:
        """A person's operation: once, as the next one of the session."""
        op = cmd.Op(CLERK, len(self.operations) + 1, repr(command).encode())
        folded = self._fold(command, op)
        self.operations.append((op, command, (folded.code, folded.contact_id, folded.o)))

    def _fold(self, command: cmd.Command, op: cmd.Op | None = None) -> Folded:
        """An entry at the present time; a refusal changes nothing but the record of the operation."""
        starts = command.__class__ is cmd.NodeStarted
        if not starts:
            self._settle()
        folded = self._tell(command, op)
        if folded.code and not starts:  # The twin has not heard of it yet.
            untouched = {**self.slow.snapshot(), "sessions": 0} == {**self.desk.snapshot(), "sessions": 0}
            assert untouched, "what is refused leaves no trace"
        assert folded.events == self.slow.fold(self.entries[-1]).events, "what happened before may be told in pieces"
        promised = [event.promise_to for event in folded.events if isinstance(event, PROMISES)]
        self.model.told_promise = promised[-1] if promised else None
        self.model.now = self.now
        assert folded.code == self.model.tell(command), "the model refuses the same"
        if starts:
            self.model.pass_time(self.now)
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
        """The desk and the model say the same; who waits has waited since the same moment, for ever."""
        state, model = self.desk.state, self.model
        assert model.made == self.made, "the model makes the same offers"
        assert people_of(model) == contacts_of(state), "the model has the same contacts in the same places"
        assert servers_of(model) == agents_of(state), "the model has the same agents in the same states"
        due = [tuple(one) for one in state.deadlines.items() if one[1] not in NOT_MODELLED]
        expected = [one for one in sorted(model.deadlines()) if one[1] not in NOT_MODELLED]
        assert expected == due, "the model waits for the same times"
        for contact in state.contacts.values():
            assert self.watch.ranks[contact.id] == contact.rank, "a rank is changed by a priority or a case clock alone"
            since = (contact.waiting_since, contact.seq)
            assert since == self.waited_since.setdefault(contact.id, since), "who waits has waited since then for ever"

    def judge(self) -> None:
        """At the end: a fresh desk that folds the same entries is the same desk and says the same; nothing is lost."""
        again = Desk()
        told = [event for entry in self.entries for event in again.fold(entry).events]
        assert self.events == told, "the same entries tell the same"
        assert self.desk.snapshot() == again.snapshot() == self.slow.snapshot(), "the same entries leave the same"
        counted = self.watch.counted
        assert counted["contact"] == counted["ended"] + len(self.desk.state.contacts), "nobody is lost"


ACTIONS: tuple[tuple[Callable[[World, int, int], None], int], ...] = (
    (World.time_passes, 24),
    (World.asks, 12),
    (World.calls, 4),
    (World.opens_case, 4),
    (World.asks_callback, 4),
    (World.signs_in, 6),
    (World.accepts, 24),
    (World.converts, 5),
    (World.writes, 12),
    (World.closes, 8),
    (World.finishes, 5),
    (World.extends, 2),
    (World.confirms, 2),
    (World.links, 1),
    (World.transfers, 5),
    (World.rings, 4),
    (World.books, 3),
    (World.reaches, 6),
    (World.misses, 5),
    (World.declines, 4),
    (World.leaves, 3),
    (World.cancels, 1),
    (World.returns_to_chat, 2),
    (World.drops_callback, 1),
    (World.moves, 2),
    (World.pulls, 2),
    (World.raises, 2),
    (World.opens_line, 1),
    (World.forces, 2),
    (World.sets_status, 4),
    (World.connects, 9),
    (World.drops, 6),
    (World.node_beats, 1),
    (World.node_starts, 1),
    (World.node_stops, 1),
    (World.sleeps, 1),
    (World.rules_change, 1),
    (World.calendar_grows, 1),
    (World.repeats, 2),
)
"""Everything that can happen, and how often: what moves a desk most is tried most."""
DECK = tuple(action for action, times in ACTIONS for _ in range(times))


def random_day(number: int, steps: int) -> World:
    """The day of this number, the same wherever it is lived; raises when something is wrong with the desk."""
    chance = random.Random(number)
    world = World(number)
    for _ in range(steps):
        chance.choice(DECK)(world, chance.randrange(8), chance.randrange(8))
    world.judge()
    return world
