"""
How much of the agents' time is used: `agent_occupancy` and the effort of contacts, from the desk's events.

Busy is an agent who holds at least one contact: ringing, dialling, connected or in wrap-up. Available is an agent whose
status is available (and who is not taken for not responding), or who is busy: a break or an end of work begins, for
this measure, when the last contact is done. So occupancy is never above 100 %; draining is inside, breaks are outside.

The effort of a contact is the time for which it was held, each moment divided by how many its agent held then. Summed
over all contacts it is the busy time, exactly; the two are counted apart, and `check` compares them.
"""

import math
from typing import NamedTuple

from router.core.lifecycle import AVAILABLE, OFFLINE
from sim.intervals import Intervals, Level
from sim.sums import OutOfBalance

Skills = tuple[tuple[str, ...], tuple[str, ...]]
"""(products, languages) that a set of agents serves."""

EFFORT = math.lcm(*range(1, 21))
"""Effort is counted in this part of a millisecond, so that a division by up to 20 contacts leaves nothing over."""


class CrewTime:
    """Agent-milliseconds of everybody with the same skills, interval by interval."""

    __slots__ = ("available", "busy", "casework", "languages", "overtime", "products")

    def __init__(self, skills: Skills, intervals: Intervals, now: int) -> None:
        self.products, self.languages = skills
        self.busy = Level(intervals, now)
        self.available = Level(intervals, now)
        self.casework = Level(intervals, now)
        """Of the busy: those who hold nothing but cases."""
        self.overtime = Level(intervals, now)
        """Of the busy: those who are offline, or will be as soon as nothing is held."""

    @property
    def levels(self) -> tuple[Level, Level, Level, Level]:
        """In the order of `AgentTimes`."""
        return self.busy, self.available, self.casework, self.overtime

    def pass_time(self, now: int) -> None:
        """Count up to now."""
        for level in self.levels:
            level.pass_time(now)


class AgentTimes(NamedTuple):
    """Agent-milliseconds."""

    busy: int
    available: int
    casework: int
    overtime: int


class _Agent:
    __slots__ = ("cases", "clock", "crew", "held", "last", "leaves", "only_cases", "over", "present")

    def __init__(self, crew: CrewTime, now: int) -> None:
        self.crew = crew
        self.present = False
        self.leaves = False
        """Whether the shift is over as soon as nothing is held."""
        self.over = False
        """Whether the agent is counted in `overtime`."""
        self.cases: set[int] = set()
        """The cases among `held`; only asked for its size and members."""
        self.only_cases = False
        """Whether the agent is counted in `casework`."""
        self.held: dict[int, int] = {}
        """Contact to where the clock stood when it was taken."""
        self.clock = 0
        """What one contact, held from the beginning, would have cost: time divided by how many are held."""
        self.last = now

    def pass_time(self, now: int) -> None:
        """Let the clock go on up to now, a measured time."""
        if self.held:
            self.clock += (now - self.last) * (EFFORT // len(self.held))
        self.last = now


class Occupancy:
    """Follows every agent; counts only the measured time."""

    def __init__(self, intervals: Intervals) -> None:
        self._intervals = intervals
        self._agents: dict[int, _Agent] = {}
        self._effort = 0
        self.crews: dict[Skills, CrewTime] = {}

    def sign_in(self, now: int, agent_id: int, skills: Skills) -> None:
        """An agent is available with these skills."""
        crew = self.crews.get(skills)
        if crew is None:
            crew = self.crews[skills] = CrewTime(skills, self._intervals, now)
        agent = self._agents.get(agent_id)
        if agent is None:
            agent = self._agents[agent_id] = _Agent(crew, self._intervals.clip(now))
        elif agent.crew is not crew:
            self._count(now, agent, -1)
            agent.crew = crew
            self._count(now, agent, 1)
        self._leaves(now, agent, False)
        self.present(now, agent_id, True)

    def present(self, now: int, agent_id: int, present: bool) -> None:
        """An agent may be offered work from now on, or may not."""
        agent = self._agents.get(agent_id)
        if agent is None or agent.present is present:
            return
        agent.present = present
        if not agent.held:
            agent.crew.available.change(now, 1 if present else -1)

    def status(self, now: int, agent_id: int, status: str) -> None:
        """An agent's chosen status."""
        self.present(now, agent_id, status == AVAILABLE)
        agent = self._agents.get(agent_id)
        if agent is not None:
            self._leaves(now, agent, status == OFFLINE)

    def leaves(self, now: int, agent_id: int, status: str) -> None:
        """The status that follows when nothing is held any more."""
        agent = self._agents.get(agent_id)
        if agent is not None:
            self._leaves(now, agent, status == OFFLINE)

    def take(self, now: int, agent_id: int, contact_id: int, case: bool = False) -> None:
        """An agent holds one contact more, from ringing on."""
        agent = self._agents.get(agent_id)
        if agent is None:
            return
        agent.pass_time(self._intervals.clip(now))
        if not agent.held:
            agent.crew.busy.change(now, 1)
            if not agent.present:
                agent.crew.available.change(now, 1)
        agent.held[contact_id] = agent.clock
        if case:
            agent.cases.add(contact_id)
        if case or agent.only_cases:
            self._review_casework(now, agent)

    def give(self, now: int, agent_id: int, contact_id: int) -> None:
        """An agent holds one contact less."""
        agent = self._agents.get(agent_id)
        if agent is None or contact_id not in agent.held:
            return
        agent.pass_time(self._intervals.clip(now))
        self._effort += agent.clock - agent.held.pop(contact_id)
        if agent.cases:
            agent.cases.discard(contact_id)
            self._review_casework(now, agent)
        if not agent.held:
            if agent.over:
                agent.over = False
                agent.crew.overtime.change(now, -1)
            agent.crew.busy.change(now, -1)
            if not agent.present:
                agent.crew.available.change(now, -1)

    def times(self, now: int, line: str | None = None) -> list[AgentTimes]:
        """Agent-milliseconds up to now by interval, of everybody or of those who serve the line."""
        sums = [[0] * self._intervals.count for _ in AgentTimes._fields]
        for crew in self.crews.values():
            if line is None or _serves(crew, line):
                crew.pass_time(now)
                for total, level in zip(sums, crew.levels, strict=True):
                    for index, more in enumerate(level.integral):
                        total[index] += more
        return [AgentTimes(*parts) for parts in zip(*sums, strict=True)]

    def check(self, now: int) -> None:
        """Raise OutOfBalance unless the effort of all contacts is the busy time of all agents, to the last part."""
        effort = self._effort
        for agent in self._agents.values():
            agent.pass_time(self._intervals.clip(now))
            effort += sum(agent.clock - taken for taken in agent.held.values())
        busy = sum(times.busy for times in self.times(now))
        if effort != busy * EFFORT:
            raise OutOfBalance(f"contacts took {effort / EFFORT} ms of agents who were busy for {busy} ms")

    def anew(self, intervals: Intervals) -> "Occupancy":
        """The same agents with what they hold now; their time counts anew, from not before the last event."""
        fresh = Occupancy(intervals)
        for skills, crew in self.crews.items():
            copied = fresh.crews[skills] = CrewTime(skills, intervals, intervals.since)
            for copy, level in zip(copied.levels, crew.levels, strict=True):
                copy.level = level.level
        for agent_id, agent in self._agents.items():
            crew = fresh.crews[agent.crew.products, agent.crew.languages]
            fellow = fresh._agents[agent_id] = _Agent(crew, intervals.since)
            fellow.held, fellow.present = dict.fromkeys(agent.held, 0), agent.present
            fellow.cases, fellow.only_cases = set(agent.cases), agent.only_cases
            fellow.leaves, fellow.over = agent.leaves, agent.over
        return fresh

    def _leaves(self, now: int, agent: _Agent, leaves: bool) -> None:
        agent.leaves = leaves
        over = leaves and bool(agent.held)
        if over is not agent.over:
            agent.over = over
            agent.crew.overtime.change(now, 1 if over else -1)

    def _review_casework(self, now: int, agent: _Agent) -> None:
        only_cases = len(agent.cases) == len(agent.held) > 0
        if only_cases is not agent.only_cases:
            agent.only_cases = only_cases
            agent.crew.casework.change(now, 1 if only_cases else -1)

    def _count(self, now: int, agent: _Agent, sign: int) -> None:
        if agent.held:
            agent.crew.busy.change(now, sign)
            agent.crew.casework.change(now, sign * agent.only_cases)
            agent.crew.overtime.change(now, sign * agent.over)
        if agent.held or agent.present:
            agent.crew.available.change(now, sign)


def _serves(crew: CrewTime, line: str) -> bool:
    product, _, language = line.partition("/")
    return product in crew.products and language in crew.languages
