"""
How much of the agents' time is used: `agent_occupancy`, from the desk's events.

Busy is an agent who holds at least one contact: ringing, dialling, connected or in wrap-up. Available is an agent whose
status is available (and who is not taken for not responding), or who is busy: a break or an end of work begins, for
this measure, when the last contact is done. So occupancy is never above 100 %; draining is inside, breaks are outside.
"""

from router.core.lifecycle import AVAILABLE

Skills = tuple[tuple[str, ...], tuple[str, ...]]
"""(products, languages) that a set of agents serves."""


class CrewTime:
    """Agent-milliseconds of everybody with the same skills, busy and available."""

    __slots__ = ("available", "available_ms", "busy", "busy_ms", "languages", "last", "products")

    def __init__(self, skills: Skills, now: int) -> None:
        self.products, self.languages = skills
        self.busy = 0
        self.available = 0
        self.busy_ms = 0
        self.available_ms = 0
        self.last = now

    def pass_time(self, now: int) -> None:
        """Count the time since the last change."""
        passed = now - self.last
        if passed:
            self.busy_ms += self.busy * passed
            self.available_ms += self.available * passed
            self.last = now


class _Agent:
    __slots__ = ("crew", "held", "present")

    def __init__(self, crew: CrewTime) -> None:
        self.crew = crew
        self.held = 0
        self.present = False


class Occupancy:
    """Follows every agent; counts only the time from `since` to `until` (None: for ever), milliseconds."""

    def __init__(self, since: int = 0, until: int | None = None) -> None:
        self._since = since
        self._until = until
        self._agents: dict[int, _Agent] = {}
        self.crews: dict[Skills, CrewTime] = {}

    def sign_in(self, now: int, agent_id: int, skills: Skills) -> None:
        """An agent is available with these skills."""
        crew = self.crews.get(skills)
        if crew is None:
            crew = self.crews[skills] = CrewTime(skills, self._clip(now))
        agent = self._agents.get(agent_id)
        if agent is None:
            agent = self._agents[agent_id] = _Agent(crew)
        elif agent.crew is not crew:
            self._count(now, agent, -1)
            agent.crew = crew
            self._count(now, agent, 1)
        self.present(now, agent_id, True)

    def present(self, now: int, agent_id: int, present: bool) -> None:
        """An agent may be offered work from now on, or may not."""
        agent = self._agents.get(agent_id)
        if agent is None or agent.present is present:
            return
        agent.present = present
        if not agent.held:
            agent.crew.pass_time(self._clip(now))
            agent.crew.available += 1 if present else -1

    def status(self, now: int, agent_id: int, status: str) -> None:
        """An agent's chosen status."""
        self.present(now, agent_id, status == AVAILABLE)

    def take(self, now: int, agent_id: int) -> None:
        """An agent holds one contact more, from ringing on."""
        agent = self._agents.get(agent_id)
        if agent is None:
            return
        agent.held += 1
        if agent.held == 1:
            agent.crew.pass_time(self._clip(now))
            agent.crew.busy += 1
            agent.crew.available += not agent.present

    def give(self, now: int, agent_id: int) -> None:
        """An agent holds one contact less."""
        agent = self._agents.get(agent_id)
        if agent is None or not agent.held:
            return
        agent.held -= 1
        if not agent.held:
            agent.crew.pass_time(self._clip(now))
            agent.crew.busy -= 1
            agent.crew.available -= not agent.present

    def times(self, now: int, line: str | None = None) -> tuple[int, int]:
        """(busy, available) agent-milliseconds up to now, of everybody or of those who serve the line."""
        busy = available = 0
        for crew in self.crews.values():
            if line is None or _serves(crew, line):
                crew.pass_time(self._clip(now))
                busy += crew.busy_ms
                available += crew.available_ms
        return busy, available

    def anew(self, since: int) -> "Occupancy":
        """The same agents with what they hold now; their time counts from `since`, not before the last event."""
        fresh = Occupancy(since)
        for skills, crew in self.crews.items():
            fresh.crews[skills] = CrewTime(skills, since)
            fresh.crews[skills].busy, fresh.crews[skills].available = crew.busy, crew.available
        for agent_id, agent in self._agents.items():
            copy = fresh._agents[agent_id] = _Agent(fresh.crews[agent.crew.products, agent.crew.languages])
            copy.held, copy.present = agent.held, agent.present
        return fresh

    def _count(self, now: int, agent: _Agent, sign: int) -> None:
        agent.crew.pass_time(self._clip(now))
        agent.crew.busy += sign * (agent.held > 0)
        agent.crew.available += sign * (agent.held > 0 or agent.present)

    def _clip(self, now: int) -> int:
        if now < self._since:
            return self._since
        return now if self._until is None or now < self._until else self._until


def _serves(crew: CrewTime, line: str) -> bool:
    product, _, language = line.partition("/")
    return product in crew.products and language in crew.languages
