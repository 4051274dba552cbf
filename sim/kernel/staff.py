"""
The free agents of each group, in the order of each strategy, and what a change of an agent means for the group.

A group's heap of one order is a binary heap of agent numbers with each agent's place, so that who changes is moved and
nobody has to be looked for. The rules are those of `router.core.staff` and `router.core.agent_heap`.
"""

from sim.compiled import part
from sim.kernel.layout import AVAILABLE, LEAST_LOADED, LONGEST_IDLE, MOST_PROFICIENT, NO_STATUS, ROUND_ROBIN, World


@part
def touch_agent(w: World, agent_id: int, changed: bool) -> None:
    """The agent may be able to take more; `changed`: not only by having more room, but by what may be offered."""
    agent = w.agents[agent_id]
    if not agent.touched:
        w.todo_agents[w.desk[0].todo_agents] = agent_id
        w.desk[0].todo_agents += 1
    if changed:
        agent.touched = 2
    elif not agent.touched:
        agent.touched = 1


@part
def goes_before(w: World, order: int, one: int, other: int) -> bool:
    """Whether an agent is asked before another one."""
    a, b = w.agents[one], w.agents[other]
    if order == ROUND_ROBIN:
        if a.last_offer != b.last_offer:
            return bool(a.last_offer < b.last_offer)
        return one < other
    load_a, load_b = a.units, b.units
    if order == LEAST_LOADED:
        load_a, load_b = a.units * 1000 // a.capacity, b.units * 1000 // b.capacity
    if load_a != load_b:
        return bool(load_a < load_b)
    if a.idle_since != b.idle_since:
        return bool(a.idle_since < b.idle_since)
    return one < other


@part
def _rise(w: World, order: int, first: int, place: int) -> None:
    agent = w.keys[order, first + place]
    while place > 0:
        parent = (place - 1) >> 1
        above = w.keys[order, first + parent]
        if goes_before(w, order, above, agent):
            break
        w.keys[order, first + place] = above
        w.places[order, above] = place
        place = parent
    w.keys[order, first + place] = agent
    w.places[order, agent] = place


@part
def _sink(w: World, order: int, first: int, place: int, size: int) -> None:
    agent = w.keys[order, first + place]
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        below = w.keys[order, first + child]
        if child + 1 < size:
            other = w.keys[order, first + child + 1]
            if goes_before(w, order, other, below):
                child, below = child + 1, other
        if goes_before(w, order, agent, below):
            break
        w.keys[order, first + place] = below
        w.places[order, below] = place
        place = child
    w.keys[order, first + place] = agent
    w.places[order, agent] = place


@part
def _put(w: World, order: int, agent_id: int, has_room: bool) -> None:
    """The agent is in at its present key, or out; the number in a heap stands in the place before its first."""
    group = w.groups[w.agents[agent_id].group]
    first = group.first + 1
    size = w.keys[order, first - 1]
    place = w.places[order, agent_id]
    if place < 0:
        if has_room:
            w.keys[order, first + size] = agent_id
            w.keys[order, first - 1] = size + 1
            _rise(w, order, first, size)
    elif has_room:
        _rise(w, order, first, place)
        _sink(w, order, first, w.places[order, agent_id], size)
    else:
        size -= 1
        w.keys[order, first - 1] = size
        w.places[order, agent_id] = -1
        if place < size:
            last = w.keys[order, first + size]
            w.keys[order, first + place] = last
            w.places[order, last] = place
            _rise(w, order, first, place)
            _sink(w, order, first, w.places[order, last], size)


@part
def is_willing(w: World, agent_id: int) -> bool:
    """Present and available, even if pausing."""
    agent = w.agents[agent_id]
    return bool(
        agent.known and agent.status == AVAILABLE and not agent.not_responding and agent.next_status == NO_STATUS
    )


@part
def may_be_offered(w: World, agent_id: int) -> bool:
    """Willing and not in a pause."""
    return is_willing(w, agent_id) and not w.agents[agent_id].backing_off


@part
def refresh(w: World, agent_id: int) -> None:
    """Put the agent where the present state says, and look at what may be possible now."""
    agent = w.agents[agent_id]
    group = w.groups[agent.group]
    willing = is_willing(w, agent_id)
    slots = agent.capacity if willing else 0
    group.slots += slots - agent.slots
    agent.slots = slots
    group.willing += willing - agent.willing
    agent.willing = willing
    agent.able = willing and not agent.backing_off
    offerable = agent.able and not agent.drained_for
    group.idle += (offerable and not agent.units) - (agent.offerable and not agent.units)
    agent.offerable = offerable
    reload(w, agent_id)


@part
def reload(w: World, agent_id: int) -> None:
    """Put the agent where the units in use say."""
    agent = w.agents[agent_id]
    has_room = agent.offerable and agent.units < agent.capacity
    orders = w.rules[0].orders
    for order in range(3):
        if orders >> order & 1:
            _put(w, order, agent_id, has_room)


@part
def use(w: World, agent_id: int, units: int) -> None:
    """The agent has so many units more in use, or less."""
    agent = w.agents[agent_id]
    group = w.groups[agent.group]
    was_idle = agent.offerable and not agent.units
    agent.units += units
    group.idle += (agent.offerable and not agent.units) - was_idle


@part
def has_passed(w: World, slot: int, agent_id: int) -> bool:
    """Whether the agent passed on the contact since everybody had the chance."""
    found = False
    for index in range(w.contacts[slot].tried):
        found = found or w.tried[slot, index] == agent_id
    return found


@part
def best(w: World, group: int, order: int, needs_whole: bool, slot: int) -> int:
    """Who of the group is asked first, -1: nobody; `slot`: leaving out who passed on that contact, -1: nobody."""
    first = w.groups[group].first + 1
    size = w.keys[order, first - 1]
    if size == 0:
        return -1
    if slot < 0 and (order != ROUND_ROBIN or not needs_whole):
        # Who holds nothing goes before all others, so if the first is not whole, nobody is.
        agent_id = w.keys[order, first]
        return -1 if needs_whole and w.agents[agent_id].units else agent_id
    found = -1
    for place in range(size):
        agent_id = w.keys[order, first + place]
        if needs_whole and w.agents[agent_id].units:
            continue
        if slot >= 0 and has_passed(w, slot, agent_id):
            continue
        if found < 0 or goes_before(w, order, agent_id, found):
            found = agent_id
    return found


@part
def order_of(strategy: int) -> int:
    """The heap that a strategy looks into: proficiency is compared between groups, and within one who was idle."""
    return LONGEST_IDLE if strategy == MOST_PROFICIENT else strategy
