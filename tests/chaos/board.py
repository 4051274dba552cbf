"""
A second bookkeeping of the desk, naive and from events alone: who is there, who waits, who holds what.

It never asks the desk's state, and it goes on after nonsense, so that one bug is told as what it is. Skills are product
and language at the first step, as in the campaign's policy; a chat takes one unit, a callback a whole agent.
"""

from bisect import bisect_left, insort
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from router.core import events as ev
from router.core.lifecycle import CALLBACK, CHAT, ENDS, EXCLUSIVE, MOVES, OFFERED
from tests.chaos.evidence import Step

IN_LINE: Final = ("waiting", "due")
HELD: Final = ("offered", "connected", "dialling", "wrapping")
_MOVERS: Final = frozenset(kind for table in MOVES.values() for moves in table.values() for kind in moves)
_ENTERS: Final = (ev.ContactQueued, ev.CallbackRequested)


@dataclass(slots=True, eq=False)
class Case:
    """A contact as the events tell it."""

    id: int
    line: str
    channel: str
    state: str
    place: tuple[int, int]
    agent: int = 0
    offer: int = 0
    tried: set[int] = field(default_factory=set)
    for_agent: int = 0
    attempt: int = 0
    not_before: int = 0
    entered: int = 0
    """The offset at which it came."""


@dataclass(slots=True, eq=False)
class Server:
    """An agent as the events tell it."""

    id: int
    products: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    capacity: int = 0
    status: str = "offline"
    lost: bool = False
    grace_until: int = 0
    not_responding: bool = False
    pauses_until: int = 0
    next_status: str = ""
    ending: bool = False
    drained_for: int = 0
    held: dict[int, None] = field(default_factory=dict)

    def why_not(self, line: str) -> str:
        """Why this agent must not be offered anything of the line, empty when nothing stands against it."""
        product, _, language = line.partition("/")
        reasons = (
            (self.status != "available", f"is {self.status}"),
            (self.lost, "is gone"),
            (self.not_responding, "does not respond"),
            (self.pauses_until > 0, "pauses"),
            (bool(self.next_status), "drains"),
            (self.ending, "goes home"),
            (product not in self.products or language not in self.languages, "has not the skill"),
        )
        return next((reason for holds, reason in reasons if holds), "")

    def is_willing(self, line: str) -> bool:
        """Whether this agent will be asked in turn, perhaps after a pause."""
        return self.why_not(line) in ("", "pauses")


class Board:
    """Follows the events; `complaints` is told (invariant, message) of whatever must not be."""

    def __init__(self, complaints: Callable[[str, str], None]) -> None:
        self.cases: dict[int, Case] = {}
        self.agents: dict[int, Server] = {}
        self.offers: dict[int, tuple[int, int]] = {}
        self.waiting: dict[tuple[str, str], list[tuple[tuple[int, int], int]]] = {}
        self.opened: dict[int, int] = {}
        self.ended: dict[int, int] = {}
        self.attempts: dict[int, int] = {}
        self.nodes: dict[str, bool] = {}
        self.grace_ms = 0
        self.touched: dict[int, None] = {}
        """Contacts and agents that this entry was about, by id (people's and contacts' ids never meet)."""
        self._complain = complaints
        self._step: Step | None = None

    @property
    def offset(self) -> int:
        """Which entry is looked at."""
        assert self._step is not None
        return self._step.offset

    def follow(self, step: Step) -> None:
        """Take in one entry."""
        self._step = step
        self.touched = {}
        for event in step.events:
            self._event(event)

    def say(self, ident: str, message: str) -> None:
        """Something must not be."""
        self._complain(ident, f"entry {self.offset}: {message}")

    def say_at(self, step: Step, ident: str, message: str) -> None:
        """The same about an entry that is not taken in yet."""
        self._complain(ident, f"entry {step.offset}: {message}")

    def agent(self, ident: int) -> Server:
        """The agent, known or not."""
        return self.agents.setdefault(ident, Server(ident))

    def _event(self, event: Any) -> None:
        kind = type(event)
        if kind in _ENTERS:
            self._enters(event)
        elif kind in _MOVERS:
            self._moves(event)
        elif kind is ev.PreferenceEnded:
            self._leave_line(event.contact_id)
            if case := self.cases.get(event.contact_id):
                case.for_agent = 0
                self._stand(case)
        elif kind is ev.PassingForgotten:
            if case := self.cases.get(event.contact_id):
                case.tried.clear()
        elif kind is ev.NodeJoined:
            self.nodes[event.node] = True
        elif kind is ev.NodeLost:
            self.nodes[event.node] = False
        elif kind is ev.PolicyAdopted:
            self.grace_ms = event.policy.agent_grace_ms
        elif kind is ev.DeadlinesRestarted:
            assert self._step is not None
            for agent in self.agents.values():
                if agent.lost:
                    agent.grace_until = self._step.now + self.grace_ms
        elif hasattr(event, "agent_id"):
            self._agent(self.agent(event.agent_id), event)

    # --- agents

    def _agent(self, agent: Server, event: Any) -> None:
        self.touched[agent.id] = None
        match event:
            case ev.AgentSignedIn():
                agent.products, agent.languages, agent.capacity = event.products, event.languages, event.capacity
                agent.status, agent.lost, agent.ending = "available", False, False
                self._no_pause(agent)
            case ev.AgentStatusSet():
                agent.status = event.status
                if event.status == "offline":
                    agent.ending = False
                    agent.lost = agent.lost and bool(agent.held)
                self._no_pause(agent)
            case ev.NextStatusSet():
                agent.next_status = event.status
            case ev.ShiftEnding():
                agent.ending = True
            case ev.AgentNotResponding():
                agent.not_responding = True
            case ev.AgentLost():
                agent.lost, agent.grace_until = True, event.grace_until
            case ev.AgentBack():
                agent.lost = False
            case ev.BackOffEnded():
                agent.pauses_until = 0
            case ev.DrainStarted():
                agent.drained_for = event.contact_id
            case ev.DrainEnded():
                agent.drained_for = 0
            case _:
                pass

    @staticmethod
    def _no_pause(agent: Server) -> None:
        agent.not_responding, agent.pauses_until, agent.next_status = False, 0, ""

    # --- contacts

    def _enters(self, event: Any) -> None:
        channel = event.channel if type(event) is ev.ContactQueued else CALLBACK
        state = "waiting" if type(event) is ev.ContactQueued else "scheduled"
        place = self._place(event.contact_id, (event.rank, 0))
        if event.contact_id in self.opened:
            self.say("R5", f"contact {event.contact_id} opens again, it did at entry {self.opened[event.contact_id]}")
        case = Case(event.contact_id, event.line, channel, state, place, for_agent=event.for_agent)
        case.entered = self.opened[event.contact_id] = self.offset
        self.cases[event.contact_id] = case
        self._stand(case)

    def _place(self, contact_id: int, otherwise: tuple[int, int]) -> tuple[int, int]:
        assert self._step is not None
        return self._step.places.get(contact_id, otherwise)

    def _moves(self, event: Any) -> None:
        case = self.cases.get(event.contact_id)
        if case is None:
            self.say("R11", f"{type(event).__name__} of contact {event.contact_id}, which is not on the desk")
            return
        following = MOVES[case.channel].get(case.state, {}).get(type(event))
        if following is None:
            self.say("R11", f"{type(event).__name__} of contact {case.id}, which is {case.state} ({case.channel})")
            following = case.state
        self._leave_line(case.id)
        self._effects(case, event)
        case.state = following
        if type(event) is ev.ContactConverted:
            case.channel, case.for_agent = CALLBACK, 0
        elif type(event) is ev.ReturnedToChat:
            case.channel = CHAT
        if following in ENDS:
            self._give_back(case)
            del self.cases[case.id]
            self.ended[case.id] = self.offset
        else:
            self._check_place(case, event)
            self._stand(case)

    def _check_place(self, case: Case, event: Any) -> None:
        place = self._place(case.id, case.place)
        if place != case.place:
            if type(event) is not ev.PrioritySet:
                self.say("R8", f"{type(event).__name__} moves contact {case.id} from {case.place} to {place}")
            case.place = place

    def _effects(self, case: Case, event: Any) -> None:
        match event:
            case ev.OfferMade():
                self._offered(case, event)
            case ev.ContactConnected() | ev.DialStarted():
                self._accepted(case, event)
            case ev.OfferDeclined() | ev.OfferTimedOut() | ev.OfferWithdrawn():
                self._offer_ends(event)
                self._give_back(case)
                if not isinstance(event, ev.OfferWithdrawn):
                    case.tried.add(event.agent_id)
                    case.for_agent = 0
                    if event.back_off_until > (self._step.now if self._step else 0):
                        self.agent(event.agent_id).pauses_until = event.back_off_until
            case ev.ContactRequeued() | ev.ContactTransferred() | ev.ContactParked() | ev.AttemptFailed():
                self._give_back(case)
                case.attempt = 0
                if isinstance(event, ev.ContactTransferred):
                    case.for_agent = event.for_agent
            case ev.ContactResumed():
                case.for_agent = event.for_agent
            case ev.CallbackScheduled():
                case.not_before = event.at
            case ev.CallbackReached() if event.attempt != case.attempt:
                self.say("R9", f"contact {case.id} is reached by attempt {event.attempt}, {case.attempt} is in flight")
            case _:
                pass

    def _offered(self, case: Case, event: ev.OfferMade) -> None:
        agent = self.agent(event.agent_id)
        if case.offer or case.agent:
            self.say("R1", f"contact {case.id} is offered to {agent.id}, agent {case.agent} has it")
        if case.state == OFFERED:
            return
        reason = agent.why_not(case.line)
        if reason:
            self.say("R3", f"contact {case.id} ({case.line}) is offered to agent {agent.id}, who {reason}")
        whole = case.channel in EXCLUSIVE
        alone = any(held in self.cases and self.cases[held].channel in EXCLUSIVE for held in agent.held)
        if (whole and agent.held) or alone or len(agent.held) + 1 > agent.capacity:
            self.say(
                "R2",
                f"{case.channel} {case.id} is offered to agent {agent.id}, who holds {list(agent.held)} "
                f"of {agent.capacity}",
            )
        self._check_turn(case, agent)
        case.offer, case.agent = event.offer_id, agent.id
        agent.held[case.id] = None
        if agent.drained_for == case.id:
            agent.drained_for = 0
        self.offers[event.offer_id] = (case.id, agent.id)
        self.touched[agent.id] = None

    def _check_turn(self, case: Case, agent: Server) -> None:
        """Nobody of the same line and channel who came earlier, and whom this agent may serve, is left standing."""
        for place, contact_id in self.waiting.get((case.line, case.channel), ()):
            if place >= case.place:
                return
            other = self.cases[contact_id]
            if agent.id not in other.tried and other.for_agent in (0, agent.id):
                self.say(
                    "R6",
                    f"contact {case.id} at {case.place} is offered to agent {agent.id} before {other.id} at {place} "
                    f"(in line since entry {other.entered})",
                )
                return

    def _accepted(self, case: Case, event: Any) -> None:
        holder = self.offers.get(event.offer_id)
        if holder is None or holder != (case.id, event.agent_id):
            self.say("R1", f"contact {case.id} goes to agent {event.agent_id} by offer {event.offer_id}: {holder}")
        self._offer_ends(event)
        case.offer, case.agent = 0, event.agent_id
        case.tried.clear()
        if isinstance(event, ev.DialStarted):
            if event.attempt in self.attempts:
                self.say("R9", f"attempt {event.attempt} was made at entry {self.attempts[event.attempt]} already")
            if case.attempt:
                self.say("R9", f"contact {case.id} is dialled again while attempt {case.attempt} is in flight")
            if self._step is not None and self._step.now < case.not_before:
                self.say("R9", f"contact {case.id} is dialled at {self._step.now}, not before {case.not_before}")
            self.attempts[event.attempt] = self.offset
            case.attempt = event.attempt

    def _offer_ends(self, event: Any) -> None:
        if self.offers.pop(event.offer_id, None) is None:
            self.say("R4", f"offer {event.offer_id} ends by {type(event).__name__}, but it is over or never was")

    def _give_back(self, case: Case) -> None:
        if case.agent:
            self.touched[case.agent] = None
            self.agent(case.agent).held.pop(case.id, None)
        case.agent = case.offer = 0

    # --- lines

    def _stand(self, case: Case) -> None:
        self.touched[case.id] = None
        if case.state in IN_LINE:
            insort(self.waiting.setdefault((case.line, case.channel), []), (case.place, case.id))

    def _leave_line(self, contact_id: int) -> None:
        case = self.cases.get(contact_id)
        if case is None or case.state not in IN_LINE:
            return
        line = self.waiting.get((case.line, case.channel), [])
        at = bisect_left(line, (case.place, case.id))
        if at < len(line) and line[at] == (case.place, case.id):
            del line[at]
