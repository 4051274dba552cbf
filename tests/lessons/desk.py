"""
Given, when, then for the lessons: a real desk under a real policy, names instead of ids, a clock moved by hand.

Every step is one journal entry, folded as a node folds it. Time passes as it does live: each deadline by an entry of
its own at its own due time. After each entry all laws of the desk are checked. No room here for decisions: what is
asserted is what the desk says.
"""

from collections.abc import Callable
from typing import Any

from router.core import commands as cmd
from router.core.desk import Desk, Entry, Folded
from router.core.errors import Refused
from router.core.events import Event
from router.core.ids import LineKey
from router.core.invariants import check
from router.core.lines import Contact
from router.core.staff import Agent
from router.core.state import DeskState
from router.wire.policy import PolicyDocument, compile_policy

S = 1_000
"""Milliseconds in a second."""
MIN = 60 * S
HOUR = 60 * MIN
RING = 20 * S
"""How long an offer rings unless a scenario says otherwise."""
PAUSE = 10 * S
"""How long an agent is left alone after an ignored or declined offer."""
AGENT_GRACE = 30 * S
ASC_GRACE = 2 * MIN
WRAP_UP = MIN

EN = "expense/en"
DE = "expense/de"
TRAVEL = "travel/en"

Op = tuple[str, int]
"""(whose client, number of the operation in its session)."""


def given(**rules: Any) -> "Story":
    """A desk with one node, two products and two languages; `rules` as in a policy document."""
    return Story().node("desk-1").policy(**rules)


def when(story: "Story") -> "Story":
    """The same desk; what it tells from here on is what `told` gives."""
    story.recent = []
    return story


class Story:
    """
    A desk and what it has told. Steps return the story and raise Refused when the desk says no.

    Agents, contacts and ASCs go by names; whose a contact is, is said when it begins: the ASC of the same name, unless
    `by` names another.
    """

    def __init__(self) -> None:
        self.core = Desk()
        self.now = 0
        self.entries: list[Entry] = []
        self.recent: list[Event] = []
        self.last = Folded([], "", 0, 0, False, True, 0)
        """What became of the latest entry."""
        self._ids: dict[str, dict[str, int]] = {"agent": {}, "contact": {}, "asc": {}, "session": {}}
        self._incarnations: dict[str, int] = {}
        self._sockets: dict[str, tuple[str, int, int]] = {}
        self._ascs: dict[str, str] = {}

    @property
    def state(self) -> DeskState:
        return self.core.state

    def id(self, kind: str, name: str) -> int:
        """The number that stands for a name; whoever is named first has the lowest of its kind."""
        ids = self._ids[kind]
        return ids.setdefault(name, len(ids) + 1)

    def name(self, kind: str, number: int) -> str:
        """The name that stands for a number."""
        return list(self._ids[kind])[number - 1]

    def asc(self, contact: str, by: str = "") -> int:
        """The ASC of a contact, or whom `by` names."""
        return self.id("asc", by or self._ascs.get(contact, contact))

    def tell(self, command: cmd.Command, op: cmd.Op | None = None) -> Folded:
        """One entry of the journal at the present time; a refusal is a verdict."""
        entry = Entry(self.now, op, command)
        self.entries.append(entry)
        self.last = self.core.fold(entry)
        self.recent += self.last.events
        check(self.state)
        return self.last

    def do(self, command: cmd.Command) -> "Story":
        """One entry that must be accepted."""
        if code := self.tell(command).code:
            raise Refused(code)
        return self

    def sends(self, op: Op, command: cmd.Command, body: bytes = b"") -> Folded:
        """An operation of a connected client, under a number of its session."""
        client, counter = op
        return self.tell(command, cmd.Op(self.id("session", client), counter, body or repr(command).encode()))

    # --- nodes, rules and time

    def node(self, name: str) -> "Story":
        """The node starts, again if it was there before."""
        self._incarnations[name] = self._incarnations.get(name, 0) + 1
        return self.do(cmd.NodeStarted(name, self._incarnations[name]))

    def node_beats(self, name: str) -> "Story":
        return self.do(cmd.NodeBeat(name, self._incarnations[name]))

    def node_stops(self, name: str) -> "Story":
        return self.do(cmd.NodeStopped(name, self._incarnations[name]))

    def policy(self, **rules: Any) -> "Story":
        """These rules from now on; what is not named has its default, but nobody is parked for keeping quiet."""
        document = {"products": ["expense", "travel"], "languages": ["en", "de"], "quiet_warning": "0 s", **rules}
        return self.do(cmd.PolicyChanged(compile_policy(PolicyDocument(**document)), "{}"))

    def passes(self, ms: int) -> "Story":
        """Time goes by, and each deadline in it comes at its own time."""
        until = self.now + ms
        while (due := self.core.next_deadline()) is not None and due <= until:
            self.now = max(due, self.now)
            self.do(cmd.TimePassed())
        self.now = until
        return self

    def sleeps(self, ms: int) -> "Story":
        """Time goes by, but no entry says so: the next one is the first to come at or after whatever was due."""
        self.now += ms
        return self

    # --- connections

    def connects(self, who: str, client: str = "", node: str = "desk-1") -> "Story":
        """`who` is `agent:ann` or `asc:1`; each client of a person is a session, which may move between nodes."""
        session = client or who
        role, _, name = who.partition(":")
        _, _, number = self._sockets.get(session, ("", 0, 0))
        self._sockets[session] = (node, self._incarnations[node], number + 1)
        actor = f"{role}:{self.id(role, name)}"
        return self.do(cmd.ConnectSession(self.id("session", session), actor, role, *self._sockets[session]))

    def online(self, *ascs: str) -> "Story":
        """These ASCs are connected."""
        for asc in ascs:
            self.connects(f"asc:{asc}")
        return self

    def drops(self, client: str) -> "Story":
        """The socket of a client closes."""
        return self.do(cmd.DisconnectSession(self.id("session", client), *self._sockets[client]))

    # --- what ASCs do

    def chat(self, *names: str, line: str = EN, by: str = "", everybody: bool = False) -> "Story":
        """Chats of these names are asked for, one entry each; `everybody` claims that nobody can work."""
        for name in names:
            self.do(self.request(name, line, by, everybody))
        return self

    def request(self, name: str, line: str = EN, by: str = "", everybody: bool = False) -> cmd.RequestChat:
        """The command by which a chat is asked for."""
        impact: cmd.Impact = "everybody" if everybody else "one"
        self._ascs[name] = by or name
        return cmd.RequestChat(self.id("contact", name), self.asc(name), 1, LineKey(line), impact)

    def call(self, *names: str, line: str = EN) -> "Story":
        """An outside switch reports calls."""
        for name in names:
            self.do(cmd.ReportCall(self.id("contact", name), self.id("asc", name), 1, LineKey(line)))
        return self

    def case(self, *names: str, line: str = EN) -> "Story":
        """Cases are opened: work that can wait."""
        for name in names:
            self.do(cmd.OpenCase(self.id("contact", name), self.id("asc", name), 1, LineKey(line)))
        return self

    def leaves(self, name: str, by: str = "") -> "Story":
        return self.do(cmd.LeaveContact(self.id("contact", name), self.asc(name, by)))

    def writes(self, name: str, by: str = "") -> "Story":
        """The ASC sends a message."""
        return self.do(cmd.PostMessage(self.id("contact", name), "asc", self.asc(name, by)))

    def converts(self, name: str, number: str = "", window: tuple[int, int] = (0, 0), by: str = "") -> "Story":
        """The waiting ASC leaves a number, one of their own unless told."""
        ref = number or f"number of {name}"
        return self.do(cmd.ConvertToCallback(self.id("contact", name), self.asc(name, by), ref, *window))

    def callback(self, *names: str, line: str = EN, number: str = "") -> "Story":
        """ASCs ask to be called, without a chat before."""
        for name in names:
            ref = number or f"number of {name}"
            ids = self.id("contact", name), self.id("asc", name)
            self.do(cmd.RequestCallback(*ids, 1, LineKey(line), ref))
        return self

    def returns(self, name: str) -> "Story":
        """The ASC would rather chat after all."""
        return self.do(cmd.ReturnToChat(self.id("contact", name), self.asc(name)))

    def cancels(self, name: str, by: str = "") -> "Story":
        return self.do(cmd.CancelCallback(self.id("contact", name), self.asc(name, by)))

    # --- what agents do

    def agent(
        self,
        *names: str,
        capacity: int = 1,
        products: str = "expense",
        languages: str = "en",
        pool: str = "",
        level: int = 3,
        shift_ends: int = 0,
    ) -> "Story":
        """Agents sign in, or sign in anew; products and languages are words."""
        skills = tuple(products.split())
        for name in names:
            levels = (level,) * len(skills)
            langs = tuple(languages.split())
            self.do(cmd.SignIn(self.id("agent", name), skills, langs, capacity, pool, levels, shift_ends))
        return self

    def status(self, name: str, chosen: cmd.ChosenStatus, when_free: bool = False) -> "Story":
        return self.do(cmd.SetStatus(self.id("agent", name), chosen, "", when_free))

    def accepts(self, name: str, *contacts: str) -> "Story":
        """The agent takes what rings of these contacts."""
        for contact in contacts:
            self.accepts_offer(name, self.offer_id(contact))
        return self

    def accepts_offer(self, name: str, offer_id: int) -> "Story":
        """The agent takes an offer by its number, as a console does that has not heard of its end."""
        return self.do(cmd.AcceptOffer(self.id("agent", name), offer_id))

    def declines(self, name: str, contact: str, reason: str = "not mine") -> "Story":
        return self.do(cmd.DeclineOffer(self.id("agent", name), self.offer_id(contact), reason))

    def talks(self, name: str, *contacts: str, line: str = EN) -> "Story":
        """New chats that ring at this agent are taken."""
        for contact in contacts:
            self.chat(contact, line=line).accepts(name, contact)
        return self

    def replies(self, name: str, contact: str) -> "Story":
        """The agent sends a message."""
        return self.do(cmd.PostMessage(self.id("contact", contact), "agent", self.id("agent", name)))

    def closes(self, name: str, *contacts: str) -> "Story":
        for contact in contacts:
            self.do(cmd.CloseContact(self.id("agent", name), self.id("contact", contact)))
        return self

    def finishes(self, name: str, *contacts: str) -> "Story":
        for contact in contacts:
            self.do(cmd.FinishWrapUp(self.id("agent", name), self.id("contact", contact)))
        return self

    def extends(self, name: str, contact: str) -> "Story":
        return self.do(cmd.ExtendWrapUp(self.id("agent", name), self.id("contact", contact)))

    def confirms(self, name: str, contact: str, priority: int) -> "Story":
        return self.do(cmd.ConfirmPriority(self.id("agent", name), self.id("contact", contact), priority))

    def transfers(self, name: str, contact: str, to: str = "", line: str = "", pool: str = "") -> "Story":
        """The agent hands a contact on to an agent, a line or a pool."""
        receiver = self.id("agent", to) if to else 0
        ids = self.id("agent", name), self.id("contact", contact)
        return self.do(cmd.Transfer(*ids, LineKey(line), pool, receiver))

    def rings(self, name: str, contact: str) -> "Story":
        """From the chat the agent calls the ASC."""
        ids = self.id("agent", name), self.id("contact", contact)
        return self.do(cmd.RingAsc(*ids, f"number of {contact}"))

    def books(self, name: str, contact: str, new: str, window: tuple[int, int], with_me: bool = True) -> "Story":
        """The agent books a callback for the ASC of a contact held."""
        ids = self.id("agent", name), self.id("contact", contact), self.id("contact", new)
        return self.do(cmd.BookCallback(*ids, f"number of {new}", *window, (), with_me))

    def drops_callback(self, name: str, contact: str) -> "Story":
        return self.do(cmd.DropCallback(self.id("agent", name), self.id("contact", contact), "settled"))

    def reaches(self, name: str, contact: str) -> "Story":
        return self.do(self.reached(name, contact))

    def reached(self, name: str, contact: str) -> cmd.ReportReached:
        """The command by which an agent says that the ASC answered the call."""
        found = self.contact(contact)
        return cmd.ReportReached(self.id("agent", name), found.id, found.attempt)

    def misses(self, name: str, contact: str, failure: cmd.DialFailure = "no_answer") -> "Story":
        """The agent dials, and nobody answers."""
        found = self.contact(contact)
        return self.do(cmd.ReportUnreachable(self.id("agent", name), found.id, found.attempt, failure))

    # --- what supervisors do

    def pulls(self, contact: str) -> "Story":
        return self.do(cmd.PullContact(1, self.id("contact", contact)))

    def moves(self, contact: str, line: str) -> "Story":
        return self.do(cmd.MoveContact(1, self.id("contact", contact), LineKey(line)))

    def raises(self, contact: str, priority: int) -> "Story":
        return self.do(cmd.RaisePriority(1, self.id("contact", contact), priority))

    def forces(self, name: str, status: cmd.ChosenStatus) -> "Story":
        return self.do(cmd.ForceStatus(1, self.id("agent", name), status, ""))

    def opens(self, line: str, is_open: bool) -> "Story":
        return self.do(cmd.OpenLine(1, LineKey(line), is_open))

    # --- what came of it

    def refusal(self, step: Callable[..., Any], *arguments: Any, **options: Any) -> str:
        """Why the desk says no to this step; "" when it does not. A refusal changes nothing, or the test fails."""
        self.tell(cmd.TimePassed())
        before = self.core.snapshot()
        try:
            step(*arguments, **options)
        except Refused as refused:
            assert before == self.core.snapshot()
            return refused.code
        return ""

    def offers(self) -> dict[str, str]:
        """Contact -> agent before whom it rings, in the order of the offers."""
        pending = sorted(self.state.offers.values(), key=lambda offer: offer.id)
        return {self.name("contact", one.contact_id): self.name("agent", one.agent_id) for one in pending}

    def offer_id(self, contact: str) -> int:
        """The number of the contact's pending offer; one that never was when there is none."""
        found = self.state.contacts.get(self.id("contact", contact))
        return found.offer_id if found and found.offer_id else 999_999

    def waiting(self, line: str = EN) -> list[str]:
        """Who waits in a line, by rank."""
        return [self.name("contact", contact.id) for contact in self.state.lines[LineKey(line)].waiting()]

    def places(self, line: str = EN) -> dict[str, int]:
        """The place in line that each waiting ASC is told."""
        return {name: place for place, name in enumerate(self.waiting(line), 1)}

    def contact(self, name: str) -> Contact:
        """A contact that is on the desk."""
        return self.state.contacts[self.id("contact", name)]

    def state_of(self, name: str) -> str:
        """The state of a contact, or `gone`."""
        found = self.state.contacts.get(self.id("contact", name))
        return found.state if found else "gone"

    def the_agent(self, name: str) -> Agent:
        return self.state.agents[self.id("agent", name)]

    def agent_state(self, name: str) -> str:
        """The derived state of an agent."""
        return self.the_agent(name).state(self.state.contacts)

    def held(self, name: str) -> list[str]:
        """What an agent was offered or has accepted."""
        return [self.name("contact", number) for number in self.the_agent(name).held]

    def told(self, *kinds: type) -> list[Any]:
        """What the desk has told of these kinds since the last `when`, in order."""
        return [event for event in self.recent if event.__class__ in kinds]

    def who(self, *kinds: type) -> list[tuple[str, str]]:
        """(contact, agent) of what was told of these kinds since the last `when`, in order."""
        return [
            (self.name("contact", event.contact_id), self.name("agent", event.agent_id)) for event in self.told(*kinds)
        ]

    def whereabouts(self, name: str) -> list[str]:
        """Every place at which the desk keeps a contact: lines, agents, absent, parked, scheduled. One, unless gone."""
        number = self.id("contact", name)
        lines = [line.key for line in self.state.lines.values() if number in [one.id for one in line.waiting()]]
        agents = [self.name("agent", agent.id) for agent in self.state.agents.values() if number in agent.held]
        found = self.state.contacts.get(number)
        aside = [found.state] if found and found.state in ("absent", "parked", "scheduled") else []
        return [*lines, *agents, *aside]
