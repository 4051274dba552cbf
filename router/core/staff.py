"""
Agents, and the groups of agents with the same skills.

A group keeps its free agents in a heap on (units in use, idle since, id): the one who holds least, of these the one
idle longest, of these the lowest id. Keys are pushed on change, and stale ones dropped when they surface.
"""

from heapq import heapify, heappop, heappush

from router.core.ids import AgentId, ContactId, LineKey
from router.core.lifecycle import (
    AVAILABLE,
    BUSY,
    DRAINING,
    IDLE,
    NOT_RESPONDING,
    OFFLINE,
    RINGING,
    WRAP_UP,
    WRAPPING,
)
from router.core.lines import Contact

_SLACK = 64


class Agent:
    """Who serves. `held` maps each contact offered to or held by the agent to its units."""

    __slots__ = (
        "backing_off",
        "capacity",
        "drained_for",
        "group",
        "held",
        "id",
        "idle_since",
        "key",
        "lost",
        "no_answers",
        "not_responding",
        "reason",
        "since",
        "status",
        "taken_at",
        "units",
    )

    def __init__(self, agent_id: AgentId) -> None:
        self.id = agent_id
        self.group = 0
        self.capacity = 0
        self.units = 0
        self.held: dict[ContactId, int] = {}
        self.status = OFFLINE
        self.reason = ""
        self.since = 0
        """When the status was set."""
        self.idle_since = 0
        """When the agent last gave something back or became available."""
        self.taken_at = 0
        """When the agent was last offered something."""
        self.no_answers = 0
        self.not_responding = False
        self.backing_off = False
        self.lost = False
        self.drained_for = ContactId(0)
        self.key: tuple[int, int, int] | None = None
        """The current key in the group's heap; None when no offer is possible. Derived, no part of the state."""

    def may_be_offered(self) -> bool:
        """Present, available and not in any pause; says nothing about free units."""
        return (
            self.status == AVAILABLE and not self.lost and not self.not_responding and not self.backing_off
        )  # fmt: skip

    def state(self, contacts: dict[ContactId, Contact]) -> str:
        """The derived state, for people: idle, offered, busy, wrap_up, not_responding or draining."""
        if self.not_responding:
            return NOT_RESPONDING
        if self.drained_for:
            return DRAINING
        if not self.held:
            return IDLE
        held = [contacts[contact_id] for contact_id in self.held]
        if all(contact.state == WRAPPING for contact in held):
            return WRAP_UP
        if all(contact.agent_id == 0 for contact in held):
            return RINGING
        return BUSY


class Group:
    """The agents with one set of skills; made when the first of them signs in."""

    __slots__ = ("_heap", "languages", "lines", "members", "number", "products", "sharing")

    def __init__(self, number: int, products: tuple[str, ...], languages: tuple[str, ...]) -> None:
        self.number = number
        self.products = products
        self.languages = languages
        self.lines: list[LineKey] = []
        self.members: dict[AgentId, Agent] = {}
        self.sharing: dict[AgentId, Agent] = {}
        """Members with more than one unit: only they are ever drained. Derived, no part of the state."""
        self._heap: list[tuple[int, int, int, Agent]] = []

    def refresh(self, agent: Agent) -> None:
        """Put the agent's present key into the heap, or take the agent out of it."""
        if agent.units < agent.capacity and agent.drained_for == 0 and agent.may_be_offered():
            key = (agent.units, agent.idle_since, agent.id)
            if key != agent.key:
                agent.key = key
                heappush(self._heap, (*key, agent))
                if len(self._heap) > _SLACK + 2 * len(self.members):
                    self._heap = [(*a.key, a) for a in self.members.values() if a.key is not None]
                    heapify(self._heap)
        else:
            agent.key = None

    def best(self) -> Agent | None:
        """Who should get the next chat, or None when nobody has a free unit."""
        heap = self._heap
        while heap:
            units, since, ident, agent = heap[0]
            if agent.key == (units, since, ident) and agent.group == self.number:
                return agent
            heappop(heap)
        return None
