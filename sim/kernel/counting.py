"""
What is counted while a day runs: the sums of `sim.sums` by line and interval, queues, and the time of agents.

The definitions are those of `sim.measures` and `sim.occupancy`, to the millisecond.
"""

from sim.compiled import part
from sim.kernel.layout import AVAILABLE, OFFLINE, SERVED, SERVED_IN_TIME, WAIT_MS, World

BUSY, PRESENT, CASEWORK, OVERTIME = 0, 1, 2, 3
"""The levels of a crew, in the order of `sim.occupancy.AgentTimes`."""


@part
def cell_of(w: World, line: int, asked: int) -> int:
    """Where contacts of this line are counted who asked then; the last cell of a line is read by nobody."""
    rules = w.rules[0]
    first = line * (rules.intervals + 1)
    if asked < rules.since or asked >= rules.until:
        return int(first + rules.intervals)
    return int(first if rules.every == 0 else first + min(asked // rules.every, rules.intervals - 1))


@part
def change(w: World, row: int, by: int) -> None:
    """There are `by` more of something from now on."""
    pass_time(w, row, w.desk[0].now)
    w.levels[row].level += by


@part
def pass_time(w: World, row: int, at: int) -> None:
    """Count up to then, as far as the time is measured."""
    rules, one = w.rules[0], w.levels[row]
    at = min(max(at, rules.since), rules.until)
    while at > one.end:
        w.integrals[row, one.index] += one.level * (one.end - one.last)
        one.last = one.end
        one.index += 1
        one.end = (one.index + 1) * rules.every if one.index < rules.intervals - 1 else 1 << 62
    w.integrals[row, one.index] += one.level * (at - one.last)
    one.last = at


@part
def _level(w: World, agent: int, which: int) -> int:
    return int(w.rules[0].lines + 4 * w.agents[agent].crew + which)


@part
def counted_in(w: World, slot: int, line: int) -> None:
    """The contact stands in the line's queue from now on."""
    w.contacts[slot].live = 1
    change(w, line, 1)


@part
def leaves_queue(w: World, slot: int) -> None:
    """The live leg of the contact has an end."""
    w.contacts[slot].live = 0
    change(w, w.contacts[slot].line, -1)


@part
def count_served(w: World, slot: int) -> None:
    """An agent took the contact, which waits live no longer; who was served before is not served again."""
    contact, desk = w.contacts[slot], w.desk[0]
    if not contact.live:
        return
    leaves_queue(w, slot)
    wait = desk.now - contact.asked
    cell = contact.cell
    w.sums[cell, SERVED] += 1
    w.sums[cell, SERVED_IN_TIME] += wait <= w.rules[0].service_level_ms
    w.sums[cell, WAIT_MS] += wait
    if desk.served < w.waits.shape[0]:
        w.waits[desk.served, 0], w.waits[desk.served, 1] = cell, wait
        desk.served += 1
    else:
        desk.failed = 1


# --- the time of agents


@part
def take(w: World, agent_id: int, is_case: bool) -> None:
    """An agent holds one contact more, from ringing on; `held` has it already."""
    agent = w.agents[agent_id]
    if agent.held == 1:
        change(w, _level(w, agent_id, BUSY), 1)
        if not agent.present:
            change(w, _level(w, agent_id, PRESENT), 1)
    if is_case:
        agent.cases += 1
    if is_case or agent.only_cases:
        _review_casework(w, agent_id)


@part
def give(w: World, agent_id: int, is_case: bool) -> None:
    """An agent holds one contact less; `held` has it no more."""
    agent = w.agents[agent_id]
    if agent.cases:
        agent.cases -= is_case
        _review_casework(w, agent_id)
    if agent.held == 0:
        if agent.over:
            agent.over = 0
            change(w, _level(w, agent_id, OVERTIME), -1)
        change(w, _level(w, agent_id, BUSY), -1)
        if not agent.present:
            change(w, _level(w, agent_id, PRESENT), -1)


@part
def _review_casework(w: World, agent_id: int) -> None:
    agent = w.agents[agent_id]
    only = agent.cases == agent.held and agent.held > 0
    if only != agent.only_cases:
        agent.only_cases = only
        change(w, _level(w, agent_id, CASEWORK), 1 if only else -1)


@part
def present(w: World, agent_id: int, is_present: bool) -> None:
    """An agent may be offered work from now on, or may not."""
    agent = w.agents[agent_id]
    if agent.present == is_present:
        return
    agent.present = is_present
    if not agent.held:
        change(w, _level(w, agent_id, PRESENT), 1 if is_present else -1)


@part
def leaves(w: World, agent_id: int, status: int) -> None:
    """Whether the agent's work is over as soon as nothing is held."""
    agent = w.agents[agent_id]
    agent.leaves = status == OFFLINE
    over = status == OFFLINE and agent.held > 0
    if over != agent.over:
        agent.over = over
        change(w, _level(w, agent_id, OVERTIME), 1 if over else -1)


@part
def count_status(w: World, agent_id: int, status: int) -> None:
    """An agent's chosen status."""
    present(w, agent_id, status == AVAILABLE)
    leaves(w, agent_id, status)
