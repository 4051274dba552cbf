"""
Agents, and the groups of agents with the same pool, skills and levels.

A group keeps its free agents in heaps, one for each strategy that its lines use and whether a whole agent is needed,
and tells the desk's `Room` whether anybody in it has room, so that nobody looks where nobody is free.
"""

from router.core.agent_heap import AgentHeap, HeapName
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


class Agent:
    """Who serves. `held` maps each contact offered to or held by the agent to its units."""

    __slots__ = (
        "able",
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
        "room",
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
        self.able = False
        """Whether the agent is willing and not in a pause; derived."""
        self.offerable = False
        """The same, and not kept free for a callback; derived."""
        self.room = 0
        """0: may be offered nothing now; 1: has a unit free; 2: is wholly free, also for a callback. Derived."""
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


class Room:
    """Where anybody has room, for the whole desk, so that matching ends at once when nobody has. Derived."""

    __slots__ = ("some", "version", "whole")

    def __init__(self) -> None:
        self.some: dict[Group, None] = {}
        """Groups in which somebody may be offered something and has a unit free; in no order that means anything."""
        self.whole: dict[Group, None] = {}
        """Those of them in which somebody holds nothing at all."""
        self.version = 0
        """Changes whenever a group's slots do, or which lines wait for it: what was counted before is stale."""


class Group:
    """The agents with one profile; made when the first of them signs in."""

    __slots__ = (
        "_heaps",
        "_room",
        "_whole",
        "_with_room",
        "idle",
        "languages",
        "levels",
        "lines",
        "members",
        "number",
        "pool",
        "products",
        "signed_in",
        "slots",
        "waiting",
        "willing",
    )

    def __init__(self, number: int, profile: Profile, room: Room) -> None:
        self.number = number
        self._room = room
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
        self.lines: dict[LineKey, int] = {}
        """How many of these cohorts are in each line."""
        self._with_room = 0
        """How many members have room."""
        self._whole = 0
        """How many of them are wholly free."""
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

    def await_by(self, cohort: Cohort) -> None:
        """Somebody waits in the cohort now, and this group may serve it."""
        self.waiting[cohort] = None
        lines, key = self.lines, cohort.line
        if key in lines:
            lines[key] += 1
        else:
            lines[key] = 1
            self._room.version += 1

    def await_no_more(self, cohort: Cohort) -> None:
        """Nobody waits in the cohort any more, or the group no longer serves it."""
        if cohort in self.waiting:
            del self.waiting[cohort]
            lines, key = self.lines, cohort.line
            if lines[key] == 1:
                del lines[key]
                self._room.version += 1
            else:
                lines[key] -= 1

    def refresh(self, agent: Agent) -> None:
        """Whether the agent may be asked, and for how many slots, is worked out anew."""
        willing = agent.is_willing()
        slots = agent.capacity if willing else 0
        if slots != agent.slots:
            self.slots += slots - agent.slots
            agent.slots = slots
            self._room.version += 1
            if willing:
                self.willing[agent.id] = None
            else:
                self.willing.pop(agent.id, None)
        agent.able = willing and not agent.backing_off
        agent.offerable = agent.able and not agent.drained_for
        self.reload(agent)

    def reload(self, agent: Agent) -> None:
        """The same for an agent of whom only the units in use have changed."""
        units = agent.units
        has_room = agent.able and units < agent.capacity and (not units or agent.offerable)
        room = (1 if units else 2) if has_room else 0
        if room != agent.room:
            self._make_room(agent, room)
        if agent.offerable and not units:
            self.idle[agent.id] = None
        else:
            self.idle.pop(agent.id, None)
        for heap in self._heaps.values():
            heap.changed[agent.id] = agent

    def _make_room(self, agent: Agent, room: int) -> None:
        """The agent has another `room`; tell the desk when the first has some or the last has none."""
        before, agent.room = agent.room, room
        if bool(before) != bool(room):
            self._with_room += 1 if room else -1
            if not self._with_room:
                del self._room.some[self]
            elif room and self._with_room == 1:
                self._room.some[self] = None
        if (before == 2) != (room == 2):
            self._whole += 1 if room == 2 else -1
            if not self._whole:
                del self._room.whole[self]
            elif room == 2 and self._whole == 1:
                self._room.whole[self] = None

    def best(self, name: HeapName, tried: list[AgentId]) -> Agent | None:
        """The first in the heap `name`, leaving out those who passed on the contact; None when nobody is."""
        heap = self._heaps.get(name)
        if heap is None:
            heap = self._heaps[name] = AgentHeap(name)
            heap.changed.update(self.members)
        return heap.first(tried)

    def lose(self, agent: Agent) -> None:
        """The agent is a member no longer."""
        del self.members[agent.id]
        self.willing.pop(agent.id, None)
        self.slots -= agent.slots
        agent.slots = 0
        self._room.version += 1
        self._make_room(agent, 0)
        self.idle.pop(agent.id, None)
        self.signed_in -= agent.is_here()
        for heap in self._heaps.values():
            heap.forget(agent.id)
