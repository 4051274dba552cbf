"""
Agents, and the groups of agents with the same pool, skills and levels.

A group keeps its free agents in heaps, one for each strategy that its lines use and whether a whole agent is needed.
Keys are pushed on change, and stale ones dropped when they surface, so choosing costs O(log agents).
"""

from heapq import heapify, heappop, heappush
from typing import Final

from router.core.commands import ChosenStatus
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
from router.core.lines import Cohort, Contact
from router.core.policy import LineRules

_SLACK: Final = 64
Key = tuple[int, int, int]
HeapName = tuple[str, bool]
"""(strategy, whether only whole agents qualify)."""
SOONEST: Final[HeapName] = ("soonest", True)
"""The heap of agents who could be drained: they hold something and have more than one unit."""


class Agent:
    """Who serves. `held` maps each contact offered to or held by the agent to its units."""

    __slots__ = (
        "backing_off",
        "capacity",
        "drained_for",
        "drained_line",
        "ending",
        "group",
        "held",
        "id",
        "idle_since",
        "keys",
        "last_offer",
        "lost",
        "next_reason",
        "next_status",
        "no_answers",
        "not_responding",
        "own",
        "reason",
        "shift_ends",
        "since",
        "status",
        "taken_at",
        "units",
    )

    def __init__(self, agent_id: AgentId, group: "Group") -> None:
        self.id = agent_id
        self.group = group
        self.capacity = 0
        self.units = 0
        self.held: dict[ContactId, int] = {}
        self.status: ChosenStatus = OFFLINE
        self.reason = ""
        self.since = 0
        """When the status was set."""
        self.next_status: ChosenStatus | None = None
        """The status that follows when nothing is held any more; until then no new offers."""
        self.next_reason = ""
        self.shift_ends = 0
        """When the agent's shift ends (ms), 0 when nobody said."""
        self.ending = False
        """Whether the shift ends so soon that no new offers come."""
        self.idle_since = 0
        """When the agent last gave something back or became available."""
        self.taken_at = 0
        """When the agent was last offered something."""
        self.last_offer = 0
        self.no_answers = 0
        self.not_responding = False
        self.backing_off = False
        self.lost = False
        self.drained_for = ContactId(0)
        self.drained_line = LineKey("")
        self.own: dict[bool, Cohort] = {}
        """Contacts that wait for this agent alone, by whether they need the whole agent; made when needed."""
        self.keys: dict[HeapName, Key] = {}
        """The current key in each heap of the group; derived, no part of the state."""

    def is_willing(self) -> bool:
        """Present and available, even if pausing: somebody who will be asked in their turn."""
        return (
            self.status == AVAILABLE
            and not self.lost
            and not self.not_responding
            and not self.next_status
            and not self.ending
        )

    def may_be_offered(self) -> bool:
        """Willing and not in a pause; says nothing about free units."""
        return not self.backing_off and self.is_willing()

    def is_here(self) -> bool:
        """Signed in, whatever the status."""
        return self.status != OFFLINE

    def state(self, contacts: dict[ContactId, Contact]) -> str:
        """The derived state, for people: idle, offered, busy, wrap_up, not_responding or draining."""
        if self.not_responding:
            return NOT_RESPONDING
        if self.drained_for or self.next_status:
            return DRAINING
        if not self.held:
            return IDLE
        held = [contacts[contact_id] for contact_id in self.held]
        if all(contact.state == WRAPPING for contact in held):
            return WRAP_UP
        if all(contact.agent_id == 0 for contact in held):
            return RINGING
        return BUSY


Profile = tuple[str, tuple[str, ...], tuple[int, ...], tuple[str, ...]]
"""(pool, products, level in each product, languages)."""


class Group:
    """The agents with one profile; made when the first of them signs in."""

    __slots__ = (
        "_heaps",
        "idle",
        "languages",
        "levels",
        "members",
        "number",
        "pool",
        "products",
        "signed_in",
        "waiting",
        "willing",
    )

    def __init__(self, number: int, profile: Profile) -> None:
        self.number = number
        self.pool, self.products, levels, self.languages = profile
        self.levels = dict(zip(self.products, levels, strict=True))
        self.members: dict[AgentId, Agent] = {}
        self.signed_in = 0
        self.willing: dict[AgentId, None] = {}
        """Members who will be asked in their turn."""
        self.idle: dict[AgentId, None] = {}
        """Members who may be offered something and hold nothing."""
        self.waiting: dict[Cohort, None] = {}
        """The cohorts that this group may serve and in which somebody waits."""
        self._heaps: dict[HeapName, list[tuple[int, int, int, Agent]]] = {}

    @property
    def profile(self) -> Profile:
        """What all members have in common."""
        return self.pool, self.products, tuple(self.levels.values()), self.languages

    def may_serve(self, rules: LineRules, step: int, agreed: bool, pool: str) -> bool:
        """Whether the group may serve a contact of this line at this step; a transfer to a pool names the pool."""
        level = self.levels.get(rules.product, 0)
        if not level:
            return False
        own_language = rules.language in self.languages
        if pool:
            return self.pool == pool and own_language
        for rule in rules.steps[: step + 1]:
            if (not rule.pools or self.pool in rule.pools) and level >= rule.min_level:
                if own_language:
                    return True
                if agreed and any(language in self.languages for language in rule.languages):
                    return True
        return False

    def refresh(self, agent: Agent) -> None:
        """Put the agent's present keys into the heaps, or take the agent out of them."""
        willing = agent.is_willing()
        if willing:
            self.willing[agent.id] = None
        else:
            self.willing.pop(agent.id, None)
        offerable = willing and not agent.backing_off and not agent.drained_for
        if offerable and not agent.units:
            self.idle[agent.id] = None
        else:
            self.idle.pop(agent.id, None)
        for name in self._heaps:
            if offerable and _has_room(name, agent):
                self._push(name, agent)
            else:
                agent.keys.pop(name, None)

    def best(self, name: HeapName, tried: list[AgentId]) -> Agent | None:
        """The first in the heap `name`, leaving out those who passed on the contact; None when nobody is."""
        heap = self._heaps.get(name)
        if heap is None:
            heap = self._open(name)
        passed: list[tuple[int, int, int, Agent]] = []
        found: Agent | None = None
        while heap:
            entry = heap[0]
            agent = entry[3]
            if agent.keys.get(name) != entry[:3] or agent.group is not self:
                heappop(heap)
            elif tried and agent.id in tried:
                passed.append(heappop(heap))
            else:
                found = agent
                break
        for entry in passed:
            heappush(heap, entry)
        return found

    def _open(self, name: HeapName) -> list[tuple[int, int, int, Agent]]:
        """Start a heap for a strategy that a line has begun to use."""
        self._heaps[name] = []
        for agent in self.members.values():
            self.refresh(agent)
        return self._heaps[name]

    def _push(self, name: HeapName, agent: Agent) -> None:
        key = order_key(name[0], agent)
        if agent.keys.get(name) == key:
            return
        agent.keys[name] = key
        heap = self._heaps[name]
        heappush(heap, (*key, agent))
        if len(heap) > _SLACK + 2 * len(self.members):
            heap[:] = [(*a.keys[name], a) for a in self.members.values() if name in a.keys]
            heapify(heap)


def _has_room(name: HeapName, agent: Agent) -> bool:
    """Whether an agent who may be offered something belongs into this heap."""
    if not agent.units:
        return name is not SOONEST
    if name is SOONEST:
        return agent.capacity > 1
    return not name[1] and agent.units < agent.capacity


def order_key(strategy: str, agent: Agent) -> Key:
    """
    Who goes first, lowest key: the agent's place under a strategy, ties broken by id.

    longest_idle and most_proficient: fewest units in use, then idle longest (proficiency is the group's and compared
    between groups); least_loaded: smallest share of the capacity in use; round_robin: whose latest offer is the oldest.
    soonest (whom to drain): fewest contacts held, of these whose latest one was given the longest ago.
    """
    if strategy == "least_loaded":
        return agent.units * 1000 // agent.capacity, agent.idle_since, agent.id
    if strategy == "round_robin":
        return agent.last_offer, 0, agent.id
    if strategy == "soonest":
        return len(agent.held), agent.taken_at, agent.id
    return agent.units, agent.idle_since, agent.id
