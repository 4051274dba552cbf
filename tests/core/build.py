"""
Given, when, then for the desk: names instead of ids, a clock moved by hand, the laws checked after every entry.

A step is a function of the story; `given` and `when` run steps, the functions at the end read what came of them.
"""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from router.core import commands as cmd
from router.core.desk import Desk, Entry, Folded
from router.core.errors import Refused
from router.core.events import Event
from router.core.ids import LineKey
from router.core.invariants import check
from router.core.policy import (
    EMPTY_CALLBACKS,
    EMPTY_ESTIMATES,
    EMPTY_POLICY,
    CallbackRules,
    LineRules,
    Policy,
    Step,
)
from router.core.staff import Agent
from router.core.state import DeskState

LINES = tuple(LineKey(key) for key in ("expense/en", "expense/de", "travel/en", "travel/de"))
ANYBODY = Step(0, (), 1, ())
"""The step of a line that widens no further: everybody who has the skills."""


def rules(lines: tuple[LineKey, ...] = LINES, **changes: Any) -> Policy:
    """
    The defaults with four lines: an offer rings 20 s, grace is 30 s (agent) and 120 s (ASC), wrap-up 60 s; nobody is
    told about the wait, which has tests of its own.

    A change goes to whichever has a rule of this name: every line, the callbacks or the desk.
    """
    for_lines = {name: changes.pop(name) for name in list(changes) if name in _LINE_RULES}
    for_callbacks = {name: changes.pop(name) for name in list(changes) if name in _CALLBACK_RULES}
    return replace(
        EMPTY_POLICY,
        lines=tuple(replace(plain_line(key), **for_lines) for key in lines),
        callbacks=replace(EMPTY_CALLBACKS, **for_callbacks),
        **{"estimates": UNTOLD, **changes},
    )


def plain_line(key: LineKey) -> LineRules:
    """A line that takes 500, with one step, whose agents are chosen by how long they are idle."""
    product, _, language = key.partition("/")
    return LineRules(key, product, language, (ANYBODY,), "longest_idle", 500, 0, False, "never", "never")


UNTOLD = replace(EMPTY_ESTIMATES, enabled=False)
_LINE_RULES = tuple(field.name for field in fields(LineRules))
_CALLBACK_RULES = tuple(field.name for field in fields(CallbackRules))
POLICY = rules()

RING_MS = POLICY.offer_timeout_ms
BACK_OFF_MS = POLICY.no_answer_back_off_ms
AGENT_GRACE_MS = POLICY.agent_grace_ms
ASC_GRACE_MS = POLICY.asc_grace_ms
WRAP_UP_MS = POLICY.wrap_up_ms[0]
SILENCE_MS = POLICY.node_silence_ms
DAY_MS = POLICY.session_expiry_ms


class Story:
    """A desk and what has happened to it; `recent` are the events since the last `given` or `when` began."""

    def __init__(self) -> None:
        self.core = Desk()
        self.now = 0
        self.entries: list[Entry] = []
        self.recent: list[Event] = []
        self.incarnations: dict[str, int] = {}
        self.connections: dict[int, tuple[str, int, int]] = {}
        """Session -> its current (incarnation, connection)."""
        self._numbers: dict[str, int] = {}

    @property
    def state(self) -> DeskState:
        return self.core.state

    def snapshot(self) -> dict[str, Any]:
        return self.core.snapshot()

    def number(self, name: str) -> int:
        """The id that stands for a name; whoever is named first has the lowest."""
        return self._numbers.setdefault(name, len(self._numbers) + 1)

    def name(self, number: int) -> str:
        """The name that stands for an id."""
        return list(self._numbers)[number - 1]

    def fold(self, command: cmd.Command, op: cmd.Op | None = None) -> Folded:
        """One entry at the present time; a refusal is a verdict."""
        self.entries.append(Entry(self.now, op, command))
        folded = self.core.fold(self.entries[-1])
        self.recent += folded.events
        check(self.core.state)
        return folded

    def do(self, command: cmd.Command) -> None:
        """One entry that must be accepted. Raises Refused."""
        folded = self.fold(command)
        if folded.code:
            raise Refused(folded.code)


Does = Callable[[Story], None]


def given(*steps: Does, **changes: Any) -> Story:
    """A desk with one node and the policy of this module, with these changes, after these steps."""
    return when(when(Story(), starts(), adopts(**changes)), *steps)


def when(story: Story, *steps: Does) -> Story:
    """The story, some steps on."""
    story.recent = []
    for step in steps:
        step(story)
    return story


def refusal(story: Story, step: Does) -> str:
    """Why the desk says no to this step; changes nothing, or the test fails."""
    before = story.snapshot()
    try:
        step(story)
    except Refused as refused:
        assert before == story.snapshot()
        return refused.code
    return ""


# --- steps: nodes, time and policy


def starts(node: str = "desk-1") -> Does:
    def step(story: Story) -> None:
        story.incarnations[node] = story.incarnations.get(node, 0) + 1
        story.do(cmd.NodeStarted(node, story.incarnations[node]))

    return step


def beats(node: str = "desk-1") -> Does:
    return lambda story: story.do(cmd.NodeBeat(node, story.incarnations[node]))


def stops(node: str = "desk-1") -> Does:
    return lambda story: story.do(cmd.NodeStopped(node, story.incarnations[node]))


def adopts(lines: tuple[LineKey, ...] = LINES, **changes: Any) -> Does:
    return lambda story: story.do(cmd.PolicyChanged(rules(lines, **changes), "{}"))


def sleeps(ms: int) -> Does:
    """Time goes by, but no entry says so: the next one comes late."""

    def step(story: Story) -> None:
        story.now += ms

    return step


def passes(ms: int) -> Does:
    """Time goes by, and an entry says so."""

    def step(story: Story) -> None:
        story.now += ms
        story.do(cmd.TimePassed())

    return step


# --- steps: connections


def asc_number(story: Story, name: str) -> int:
    """The id of the ASC of a contact, whether the contact is there already or not."""
    return story.number(f"{name}'s asc")


def _connects(story: Story, actor: str, node: str) -> None:
    session = story.number(f"session of {actor}")
    _, _, last = story.connections.get(session, (node, 0, 0))
    incarnation = story.incarnations[node]
    story.connections[session] = (node, incarnation, last + 1)
    story.do(cmd.ConnectSession(session, actor, actor.partition(":")[0], node, incarnation, last + 1))


def _drops(story: Story, actor: str) -> None:
    session = story.number(f"session of {actor}")
    story.do(cmd.DisconnectSession(session, *story.connections[session]))


def agent_connects(name: str, node: str = "desk-1") -> Does:
    return lambda story: _connects(story, f"agent:{story.number(name)}", node)


def agent_drops(name: str) -> Does:
    return lambda story: _drops(story, f"agent:{story.number(name)}")


def asc_connects(name: str, node: str = "desk-1") -> Does:
    """The ASC of the contact of this name, whether it exists already or not."""
    return lambda story: _connects(story, f"asc:{asc_number(story, name)}", node)


def asc_drops(name: str) -> Does:
    return lambda story: _drops(story, f"asc:{asc_number(story, name)}")


# --- steps: what an ASC does


def chat(name: str, line: str = "expense/en", by: str = "", impact: cmd.Impact = "one", agreed: bool = False) -> Does:
    """A chat of this name is asked for, by the ASC of another one if `by` says so."""
    return lambda story: story.do(
        cmd.RequestChat(story.number(name), asc_number(story, by or name), 1, LineKey(line), impact, agreed)
    )


def leaves(name: str, by: str = "") -> Does:
    return lambda story: story.do(cmd.LeaveContact(story.number(name), asc_number(story, by or name)))


def converts(name: str, number: str = "", by: str = "") -> Does:
    """The ASC leaves a number, one of their own unless told."""
    return lambda story: story.do(
        cmd.ConvertToCallback(story.number(name), asc_number(story, by or name), number or f"number of {name}")
    )


def callback(name: str, line: str = "expense/en") -> Does:
    """A chat of this name that has turned into a callback."""

    def step(story: Story) -> None:
        chat(name, line)(story)
        converts(name)(story)

    return step


def cancels(name: str, by: str = "") -> Does:
    return lambda story: story.do(cmd.CancelCallback(story.number(name), asc_number(story, by or name)))


def writes(name: str, by: str = "") -> Does:
    """The ASC sends a message."""
    return lambda story: story.do(cmd.PostMessage(story.number(name), "asc", asc_number(story, by or name)))


# --- steps: what an agent does


def agent(
    name: str,
    products: tuple[str, ...] = ("expense",),
    languages: tuple[str, ...] = ("en",),
    capacity: int = 1,
    pool: str = "",
    levels: tuple[int, ...] = (),
    shift_ends: int = 0,
) -> Does:
    """The agent signs in; without levels the proficiency is 3 in each product."""
    return lambda story: story.do(
        cmd.SignIn(story.number(name), products, languages, capacity, pool, levels, shift_ends)
    )


def status(name: str, chosen: cmd.ChosenStatus, reason: str = "", when_free: bool = False) -> Does:
    return lambda story: story.do(cmd.SetStatus(story.number(name), chosen, reason, when_free))


def _offer_of(story: Story, contact: str) -> int:
    """The pending offer of a contact; when there is none, one that never was."""
    found = story.state.contacts.get(story.number(contact))
    return found.offer_id if found and found.offer_id else 999


def accepts(name: str, contact: str) -> Does:
    return lambda story: story.do(cmd.AcceptOffer(story.number(name), _offer_of(story, contact)))


def accepts_number(name: str, offer: int) -> Does:
    """An accept of an offer by its number, as a console sends it that has not heard of its end."""
    return lambda story: story.do(cmd.AcceptOffer(story.number(name), offer))


def declines(name: str, contact: str, reason: str = "not mine") -> Does:
    return lambda story: story.do(cmd.DeclineOffer(story.number(name), _offer_of(story, contact), reason))


def answers(name: str, contact: str) -> Does:
    """The agent sends a message."""
    return lambda story: story.do(cmd.PostMessage(story.number(contact), "agent", story.number(name)))


def closes(name: str, contact: str) -> Does:
    return lambda story: story.do(cmd.CloseContact(story.number(name), story.number(contact)))


def finishes(name: str, contact: str) -> Does:
    return lambda story: story.do(cmd.FinishWrapUp(story.number(name), story.number(contact)))


def _attempt_of(story: Story, contact: str) -> int:
    found = story.state.contacts.get(story.number(contact))
    return found.attempt if found and found.attempt else 999


def reaches(name: str, contact: str) -> Does:
    return lambda story: story.do(
        cmd.ReportReached(story.number(name), story.number(contact), _attempt_of(story, contact))
    )


def misses(name: str, contact: str, failure: cmd.DialFailure = "no_answer") -> Does:
    """The agent dials and nobody answers."""
    return lambda story: story.do(
        cmd.ReportUnreachable(story.number(name), story.number(contact), _attempt_of(story, contact), failure)
    )


# --- what came of it


def waiting(story: Story, line: str = "expense/en") -> list[str]:
    """Who waits in a line, chats and callbacks, by rank."""
    return [story.name(contact.id) for contact in story.state.lines[LineKey(line)].waiting()]


def offers(story: Story) -> dict[str, str]:
    """Contact -> agent before whom it rings, in the order of the offers."""
    return {story.name(offer.contact_id): story.name(offer.agent_id) for offer in story.state.offers.values()}


def state_of(story: Story, contact: str) -> str:
    """The state of a contact, or `gone`."""
    found = story.state.contacts.get(story.number(contact))
    return found.state if found else "gone"


def the_agent(story: Story, name: str) -> Agent:
    return story.state.agents[story.number(name)]


def agent_state(story: Story, name: str) -> str:
    """The derived state of an agent."""
    return the_agent(story, name).state(story.state.contacts)


def told(story: Story, *kinds: type) -> list[Any]:
    """The recent events of these kinds, in order."""
    return [event for event in story.recent if event.__class__ in kinds]


def happened(story: Story) -> list[str]:
    """The kinds of the recent events, in order."""
    return [event.__class__.__name__ for event in story.recent]
