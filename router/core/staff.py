"""
Agents, and the groups of agents with the same pool, skills and levels.

A group keeps its free agents in heaps, one for each strategy that its lines use and whether a whole agent is needed.
Keys are pushed on change, and stale ones dropped when they surface, so choosing costs O(log agents).
"""

from collections.abc import Callable
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
        "last_offer",
        "lost",
        "next_reason",
        "next_status",
        "no_answers",
        "not_responding",
        "offerable",
        "own",
        "reason",
        "shift_ends",
        "since",
        "slots",
        "status",
        "taken_at",
        "units",
    )

    def __init__(self, agent_id: AgentId, group: "Group") -> None:
        self.id = agent_id
        self.group = group
        self.capacity = 0
        self.units = 0
        self.slots = 0
        """What the group counts of this agent's capacity; derived."""
        self.offerable = False
        """Whether the agent may be offered something, units apart; derived."""
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
        self.own: dict[str, Cohort] = {}
        """Contacts that wait for this agent alone, by channel; made when needed."""

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
        "slots",
        "waiting",
        "willing",
    )

    def __init__(self, number: int, profile: Profile) -> None:
        self.number = number
        self.pool, self.products, levels, self.languages = profile
        self.levels = dict(zip(self.products, levels, strict=True))
        self.members: dict[AgentId, Agent] = {}
        self.signed_in = 0
        self.slots = 0
        """Capacity of the willing members, in units."""
        self.willing: dict[AgentId, None] = {}
        """Members who will be asked in their turn."""
        self.idle: dict[AgentId, None] = {}
        """Members who may be offered something and hold nothing."""
        self.waiting: dict[Cohort, None] = {}
        """The cohorts that this group may serve and in which somebody waits."""
        self._heaps: dict[HeapName, AgentHeap] = {}

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
        slots = agent.capacity if willing else 0
        if slots != agent.slots:
            self.slots += slots - agent.slots
            agent.slots = slots
            if willing:
                self.willing[agent.id] = None
            else:
                self.willing.pop(agent.id, None)
        agent.offerable = willing and not agent.backing_off and not agent.drained_for
        self.reload(agent)

    def reload(self, agent: Agent) -> None:
        """The same for an agent of whom only the units in use have changed."""
        offerable, units = agent.offerable, agent.units
        if offerable and not units:
            self.idle[agent.id] = None
        else:
            self.idle.pop(agent.id, None)
        for heap in self._heaps.values():
            if not offerable:
                heap.keys.pop(agent.id, None)
            elif not units:
                heap.put(agent, not heap.soonest)
            elif heap.soonest:
                heap.put(agent, agent.capacity > 1)
            else:
                heap.put(agent, not heap.whole and units < agent.capacity)

    def best(self, name: HeapName, tried: list[AgentId]) -> Agent | None:
        """The first in the heap `name`, leaving out those who passed on the contact; None when nobody is."""
        heap = self._heaps.get(name)
        if heap is None:
            heap = self._heaps[name] = AgentHeap(name)
            for agent in self.members.values():
                self.refresh(agent)
        return heap.first(tried)

    def lose(self, agent: Agent) -> None:
        """The agent is a member no longer."""
        del self.members[agent.id]
        self.willing.pop(agent.id, None)
        self.slots -= agent.slots
        agent.slots = 0
        self.idle.pop(agent.id, None)
        self.signed_in -= agent.is_here()
        for heap in self._heaps.values():
            heap.keys.pop(agent.id, None)


class AgentHeap:
    """The agents of a group who have room, in the order of one strategy; a stale entry goes when it surfaces."""

    __slots__ = ("_entries", "keys", "order", "soonest", "whole")

    def __init__(self, name: HeapName) -> None:
        self.order = ORDERS[name[0]]
        self.whole = name[1]
        self.soonest = name is SOONEST
        self.keys: dict[AgentId, Key] = {}
        """The current key of each agent who is in."""
        self._entries: list[tuple[Key, Agent]] = []

    def put(self, agent: Agent, has_room: bool) -> None:
        """The agent is in at its present key, or out."""
        keys = self.keys
        if not has_room:
            keys.pop(agent.id, None)
            return
        key = self.order(agent)
        if keys.get(agent.id) != key:
            keys[agent.id] = key
            heappush(self._entries, (key, agent))
            if len(self._entries) > _SLACK + 2 * len(keys):
                self._entries = [entry for entry in self._entries if keys.get(entry[1].id) == entry[0]]
                heapify(self._entries)

    def first(self, tried: list[AgentId]) -> Agent | None:
        """Who goes first of those who have not passed on the contact."""
        entries, keys = self._entries, self.keys
        passed: list[tuple[Key, Agent]] = []
        found: Agent | None = None
        while entries:
            key, agent = entries[0]
            if keys.get(agent.id) != key:
                heappop(entries)
            elif tried and agent.id in tried:
                passed.append(heappop(entries))
            else:
                found = agent
                break
        for entry in passed:
            heappush(entries, entry)
        return found


def _idle_longest(agent: Agent) -> Key:
    """Fewest units in use, then idle longest; proficiency is the group's and is compared between groups."""
    return agent.units, agent.idle_since, agent.id


def _least_loaded(agent: Agent) -> Key:
    """The smallest share of the capacity in use, in thousandths."""
    return agent.units * 1000 // agent.capacity, agent.idle_since, agent.id


def _round_robin(agent: Agent) -> Key:
    """Whose latest offer is the oldest."""
    return agent.last_offer, 0, agent.id


def _soonest(agent: Agent) -> Key:
    """Whom to drain: fewest contacts held, of these whose latest one was given the longest ago."""
    return len(agent.held), agent.taken_at, agent.id


ORDERS: Final[dict[str, Callable[[Agent], Key]]] = {
    "longest_idle": _idle_longest,
    "most_proficient": _idle_longest,
    "least_loaded": _least_loaded,
    "round_robin": _round_robin,
    "soonest": _soonest,
}
"""Who goes first under a strategy: the lowest key, ties broken by id."""
