"""
The free agents of a group in the order of one strategy.

Whoever changed is put in its place when somebody looks, for most changes are followed by another before that; stale
keys are dropped when they surface. So choosing costs O(log agents) for each agent that changed. What an agent is stands
in `router.core.staff`.
"""

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Final

from router.core.ids import AgentId

if TYPE_CHECKING:
    from router.core.staff import Agent

_SLACK: Final = 64
Key = tuple[int, int, int]
HeapName = tuple[str, bool]
"""(name of an order, whether only whole agents qualify)."""
SOONEST: Final[HeapName] = ("soonest", True)
"""The heap of agents who could be drained: they hold something and have more than one unit."""


_ORDER_OF: Final = {"most_proficient": "longest_idle"}
"""Proficiency is the group's and is compared between groups; within a group who was idle longest goes first."""


def heap_name(strategy: str, whole: bool) -> HeapName:
    """The heap that a strategy looks into: strategies with one order share one."""
    return _ORDER_OF.get(strategy, strategy), whole


class AgentHeap:
    """The agents of a group who have room, in the order of one strategy; a stale entry goes when it surfaces."""

    __slots__ = ("_entries", "changed", "keys", "order", "soonest", "whole")

    def __init__(self, name: HeapName) -> None:
        self.order = ORDERS[name[0]]
        self.whole = name[1]
        self.soonest = name is SOONEST
        self.keys: dict[AgentId, Key] = {}
        """The key of each agent who is in, as it was when somebody last looked."""
        self.changed: dict[AgentId, Agent] = {}
        """Whose key may be another since."""
        self._entries: list[tuple[Key, Agent]] = []

    def forget(self, agent_id: AgentId) -> None:
        """The agent is in the group no longer."""
        self.keys.pop(agent_id, None)
        self.changed.pop(agent_id, None)

    def _put_changed(self) -> None:
        """Whoever changed is in at the present key, or out."""
        keys, entries, order = self.keys, self._entries, self.order
        for agent_id, agent in self.changed.items():
            if not self._qualifies(agent):
                keys.pop(agent_id, None)
                continue
            key = order(agent)
            if keys.get(agent_id) != key:
                keys[agent_id] = key
                heappush(entries, (key, agent))
        self.changed.clear()
        if len(entries) > _SLACK + 2 * len(keys):
            self._entries = [entry for entry in entries if keys.get(entry[1].id) == entry[0]]
            heapify(self._entries)

    def _qualifies(self, agent: "Agent") -> bool:
        """Whether the agent may be offered what is looked for here, or drained for it."""
        if not agent.offerable:
            return False
        if not agent.units:
            return not self.soonest
        return agent.capacity > 1 if self.soonest else not self.whole and agent.units < agent.capacity

    def first(self, tried: list[AgentId]) -> "Agent | None":
        """Who goes first of those who have not passed on the contact."""
        if self.changed:
            self._put_changed()
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


def _idle_longest(agent: "Agent") -> Key:
    """Fewest units in use, then idle longest."""
    return agent.units, agent.idle_since, agent.id


def _least_loaded(agent: "Agent") -> Key:
    """The smallest share of the capacity in use, in thousandths."""
    return agent.units * 1000 // agent.capacity, agent.idle_since, agent.id


def _round_robin(agent: "Agent") -> Key:
    """Whose latest offer is the oldest."""
    return agent.last_offer, 0, agent.id


def _soonest(agent: "Agent") -> Key:
    """Whom to drain: fewest contacts held, of these whose latest one was given the longest ago."""
    return len(agent.held), agent.taken_at, agent.id


ORDERS: Final[dict[str, Callable[["Agent"], Key]]] = {
    "longest_idle": _idle_longest,
    "most_proficient": _idle_longest,
    "least_loaded": _least_loaded,
    "round_robin": _round_robin,
    "soonest": _soonest,
}
"""Who goes first under a strategy: the lowest key, ties broken by id."""
