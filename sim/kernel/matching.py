"""
Who is offered what: looks where something changed, until nothing more can be offered; `router.core.matching`, compiled.
"""

from typing import Any

from sim.compiled import part
from sim.kernel.layout import (
    CALL,
    CALLBACK,
    CASE,
    CHANNEL_COUNT,
    DRAIN_ALWAYS,
    DRAIN_NEVER,
    MOST_PROFICIENT,
    NO_STATUS,
    ORDER_COUNT,
    World,
)
from sim.kernel.offers import make_offer, refresh_agent
from sim.kernel.people import status_set
from sim.kernel.staff import best, goes_before, has_passed, may_be_offered, order_of, refresh
from sim.kernel.trace import DRAIN_ENDED, DRAIN_STARTED, WIDENED, note
from sim.kernel.waiting import enter, is_before, leave, step_now, touch_cohort, touch_line


@part
def match(w: World) -> None:
    """Make every offer that is possible now."""
    desk = w.desk[0]
    while desk.todo_agents or desk.todo_cohorts or desk.todo_lines:
        _take_touched(w)
        count = _take_lines(w)
        for index in range(count):
            line = w.todo_lines[w.rules[0].lines + index]
            if w.rules[0].idle_only or w.rules[0].max_in_flight:
                _choose_callbacks(w, line)
        _offer(w)
        if count:
            _review_drains(w, count)


# --- where something may be possible


@part
def _choose(w: World, cohort: int) -> None:
    if not w.cohorts[cohort].chosen:
        w.cohorts[cohort].chosen = 1
        w.heads[w.desk[0].heads] = cohort
        w.desk[0].heads += 1


@part
def _choose_callbacks(w: World, line: int) -> None:
    for place in range(w.desk[0].occupied):
        cohort = w.occupied[place]
        if w.cohorts[cohort].channel == CALLBACK and w.kinds[w.cohorts[cohort].kind].line == line:
            _choose(w, cohort)


@part
def _take_lines(w: World) -> int:
    """The touched lines with callbacks, in the policy's order, behind the work list, which is empty then."""
    desk, lines, count = w.desk[0], w.rules[0].lines, 0
    if desk.todo_lines:
        desk.todo_lines = 0
        for line in range(lines):
            if w.lines[line].touched:
                w.lines[line].touched = 0
                if w.lines[line].callbacks or w.lines[line].drained_for:
                    w.todo_lines[lines + count] = line
                    count += 1
    return count


@part
def _take_touched(w: World) -> None:
    """Choose the cohorts in which something may be possible now; empties the work lists of agents and cohorts."""
    desk = w.desk[0]
    count = desk.todo_agents
    for index in range(count):
        _look_at_agent(w, w.todo_agents[index])
    for index in range(desk.todo_agents):
        w.agents[w.todo_agents[index]].touched = 0
    desk.todo_agents = 0
    while desk.todo_cohorts:
        count, deserted = desk.todo_cohorts, 0
        for index in range(count):
            cohort = w.todo_cohorts[index]
            w.cohorts[cohort].touched = 0
            _choose(w, cohort)
            if w.cohorts[cohort].count and not w.kinds[w.cohorts[cohort].kind].signed_in:
                w.todo_cohorts[deserted] = cohort
                deserted += 1
        # What is touched from here on stands behind the deserted.
        desk.todo_cohorts = deserted
        for index in range(deserted):
            _serve_wider(w, _first_deserted(w, index, deserted))
        for index in range(deserted, desk.todo_cohorts):
            w.todo_cohorts[index - deserted] = w.todo_cohorts[index]
        desk.todo_cohorts -= deserted


@part
def _first_deserted(w: World, begin: int, end: int) -> int:
    """Bring what comes first by line and key to the beginning."""
    first = begin
    for index in range(begin + 1, end):
        if _comes_before(w, w.todo_cohorts[index], w.todo_cohorts[first]):
            first = index
    w.todo_cohorts[begin], w.todo_cohorts[first] = w.todo_cohorts[first], w.todo_cohorts[begin]
    return int(w.todo_cohorts[begin])


@part
def _place(channel: int) -> int:
    """The channels in the order of their names."""
    return 3 if channel == 0 else 1 if channel == CALLBACK else 0 if channel == CALL else 2


@part
def _comes_before(w: World, one: int, other: int) -> bool:
    a, b = w.cohorts[one], w.cohorts[other]
    line_a, line_b = w.lines[w.kinds[a.kind].line].name_order, w.lines[w.kinds[b.kind].line].name_order
    if line_a != line_b:
        return bool(line_a < line_b)
    if a.channel != b.channel:
        return bool(_place(a.channel) < _place(b.channel))
    if a.kind != b.kind:
        return bool(a.kind < b.kind)
    if not a.solo or not b.solo:
        return bool(not a.solo)
    for index in range(min(w.contacts[a.root].tried, w.contacts[b.root].tried)):
        x, y = w.tried[a.root, index], w.tried[b.root, index]
        if x != y:
            return bool(x < y)
    if w.contacts[a.root].tried != w.contacts[b.root].tried:
        return bool(w.contacts[a.root].tried < w.contacts[b.root].tried)
    return is_before(w, a.root, b.root)


@part
def _serve_wider(w: World, cohort: int) -> None:
    """Nobody is signed in for those who wait here: the next step is theirs at once."""
    one = w.cohorts[cohort]
    while one.count and w.contacts[one.root].step < w.lines[w.kinds[one.kind].line].last_step:
        slot = one.root
        widen(w, slot, step_now(w, slot))
        if one.solo:
            break


@part
def widen(w: World, slot: int, step: int) -> None:
    """More agents may serve the contact from now on."""
    contact = w.contacts[slot]
    waits = contact.cohort >= 0
    if waits:
        leave(w, slot)
    contact.step = step
    if waits:
        enter(w, slot)
    note(w, WIDENED, contact.id, 0, step, 0)


@part
def _look_at_agent(w: World, agent_id: int) -> None:
    agent = w.agents[agent_id]
    changed = agent.touched == 2
    if agent.next_status != NO_STATUS and not agent.held:
        status_set(w, agent_id, agent.next_status)
    deserted = not w.groups[agent.group].signed_in
    group_waits = False
    for place in range(w.desk[0].occupied):
        cohort = w.occupied[place]
        one = w.cohorts[cohort]
        if w.serves[one.kind, agent.group]:
            group_waits = True
            _choose(w, cohort)
            if deserted or (one.solo and not agent.willing):
                touch_cohort(w, cohort)
    if group_waits and changed:
        _touch_callbacks(w, agent.group)
    if agent.drained_line >= 0:
        touch_line(w, agent.drained_line)


@part
def _touch_callbacks(w: World, group: int) -> None:
    """Somebody may be drained now: look at the lines where somebody waits for the group."""
    if not _may_drain(w):
        return
    for place in range(w.desk[0].occupied):
        kind = w.cohorts[w.occupied[place]].kind
        line = w.kinds[kind].line
        if w.serves[kind, group] and not w.lines[line].drained_for and _may_drain_for(w, line):
            touch_line(w, line)


# --- offers


@part
def _turn(w: World, cohort: int) -> int:
    """Cases come last, and callbacks before them where they are for idle agents only."""
    channel = w.cohorts[cohort].channel
    if channel == CASE:
        return 2
    return 1 if channel == CALLBACK and w.rules[0].idle_only else 0


@part
def _offer(w: World) -> None:
    """Offer the contacts that wait in the chosen cohorts, the lowest rank first, while somebody is free for them."""
    desk = w.desk[0]
    while desk.heads:
        first, index = -1, 0
        while index < desk.heads:
            cohort = w.heads[index]
            if not w.cohorts[cohort].count:
                _drop_head(w, index)
                continue
            if first < 0 or _goes_first(w, cohort, w.heads[first]):
                first = index
            index += 1
        if first < 0:
            return
        cohort = w.heads[first]
        slot = w.cohorts[cohort].root
        agent_id = _agent_for(w, cohort, slot)
        if agent_id < 0:
            _drop_head(w, first)
        else:
            make_offer(w, slot, agent_id)


@part
def _drop_head(w: World, index: int) -> None:
    desk = w.desk[0]
    w.cohorts[w.heads[index]].chosen = 0
    desk.heads -= 1
    w.heads[index] = w.heads[desk.heads]


@part
def _goes_first(w: World, one: int, other: int) -> bool:
    turn_one, turn_other = _turn(w, one), _turn(w, other)
    if turn_one != turn_other:
        return turn_one < turn_other
    return is_before(w, w.cohorts[one].root, w.cohorts[other].root)


@part
def _agent_for(w: World, cohort: int, slot: int) -> int:
    """The agent who gets this contact now, or -1."""
    contact = w.contacts[slot]
    line, kind = w.lines[contact.line], w.kinds[w.cohorts[cohort].kind]
    if contact.channel == CALLBACK and _is_held_back(w, contact.line, kind):
        return -1
    if line.drained_for == contact.id and not w.agents[line.drained_agent].units and _still_drains(w, contact.line):
        return int(line.drained_agent)
    needs_whole = contact.channel == CALLBACK or contact.channel == CALL
    leaving_out = slot if contact.tried and _anybody_else(w, kind, slot) else -1
    order = order_of(line.strategy)
    found, found_level = -1, 0
    for index in range(kind.first, kind.first + kind.count):
        group = w.servers[index]
        agent_id = best(w, group, order, needs_whole, leaving_out)
        if agent_id < 0:
            continue
        level = w.levels_of[group, line.product] if line.strategy == MOST_PROFICIENT else 0
        if found < 0 or level > found_level or (level == found_level and goes_before(w, order, agent_id, found)):
            found, found_level = agent_id, level
    return found


@part
def _anybody_else(w: World, kind: Any, slot: int) -> bool:
    """Whether somebody will be asked who has not passed on the contact."""
    willing = 0
    for index in range(kind.first, kind.first + kind.count):
        willing += w.groups[w.servers[index]].willing
    passed = 0
    for index in range(w.contacts[slot].tried):
        agent = w.agents[w.tried[slot, index]]
        if agent.willing:
            for place in range(kind.first, kind.first + kind.count):
                passed += w.servers[place] == agent.group
    return willing > passed


@part
def _is_held_back(w: World, line: int, kind: Any) -> bool:
    """Named holds of callbacks: enough are in flight, or live contacts and their reserve of idle agents go first."""
    rules = w.rules[0]
    if _enough_in_flight(w):
        return True
    if not rules.idle_only:
        return False
    idle = 0
    for index in range(kind.first, kind.first + kind.count):
        idle += w.groups[w.servers[index]].idle
    return bool(w.lines[line].live or idle <= rules.reserve)


@part
def _enough_in_flight(w: World) -> bool:
    most = w.rules[0].max_in_flight
    return bool(most and w.desk[0].in_flight >= most)


# --- draining


@part
def _first_callback(w: World, line: int) -> int:
    """The callback that is first of those who wait in the line; -1: none does."""
    found = -1
    for place in range(w.desk[0].occupied):
        one = w.cohorts[w.occupied[place]]
        if one.channel == CALLBACK and w.kinds[one.kind].line == line and (found < 0 or is_before(w, one.root, found)):
            found = one.root
    return found


@part
def _is_behind_live(w: World, line: int, callback: int) -> bool:
    """Whether a chat or a call of the line goes before this callback."""
    for place in range(w.desk[0].occupied):
        one = w.cohorts[w.occupied[place]]
        is_live = one.channel != CALLBACK and one.channel != CASE
        if is_live and w.kinds[one.kind].line == line and is_before(w, one.root, callback):
            return True
    return False


@part
def _still_drains(w: World, line: int) -> bool:
    """Whether the draining agent may serve the callback, and it is still the one that the line waits for most."""
    one = w.lines[line]
    callback = _first_callback(w, line)
    if callback < 0 or w.contacts[callback].id != one.drained_for or _enough_in_flight(w):
        return False
    kind = w.cohorts[w.contacts[callback].cohort].kind
    return bool(may_be_offered(w, one.drained_agent) and w.serves[kind, w.agents[one.drained_agent].group])


@part
def _may_drain(w: World) -> bool:
    rules = w.rules[0]
    if rules.drain == DRAIN_NEVER or rules.idle_only or w.desk[0].draining >= rules.max_draining:
        return False
    return not _enough_in_flight(w)


@part
def _may_drain_for(w: World, line: int) -> bool:
    one = w.lines[line]
    return bool(one.urgent > 0 or (one.callbacks > 0 and w.rules[0].drain == DRAIN_ALWAYS))


@part
def _review_drains(w: World, count: int) -> None:
    """Keep one agent draining for the callback at the head of each line; who drains in vain is released first."""
    lines, in_vain = w.rules[0].lines, False
    for index in range(count):
        line = w.todo_lines[lines + index]
        if w.lines[line].drained_for and not _still_drains(w, line):
            in_vain = True
            w.todo_lines[2 * lines + index] = 1
        else:
            w.todo_lines[2 * lines + index] = 0
    if in_vain:
        for index in range(count):
            if w.todo_lines[2 * lines + index]:
                _end_drain(w, w.todo_lines[lines + index])
        for index in range(count):
            touch_line(w, w.todo_lines[lines + index])
        return
    if not _may_drain(w):
        return
    heads = 0
    for index in range(count):
        line = w.todo_lines[lines + index]
        if not w.lines[line].drained_for and _may_drain_for(w, line):
            callback = _first_callback(w, line)
            if callback >= 0 and not _is_behind_live(w, line, callback):
                w.todo_lines[2 * lines + heads] = callback
                heads += 1
    for index in range(heads):
        first = index
        for other in range(index + 1, heads):
            if is_before(w, w.todo_lines[2 * lines + other], w.todo_lines[2 * lines + first]):
                first = other
        callback = w.todo_lines[2 * lines + first]
        w.todo_lines[2 * lines + first] = w.todo_lines[2 * lines + index]
        if _may_drain(w) and (w.rules[0].drain == DRAIN_ALWAYS or w.contacts[callback].urgent):
            agent_id = _soonest_free(w, callback)
            if agent_id >= 0:
                _start_drain(w, callback, agent_id)


@part
def _soonest_free(w: World, callback: int) -> int:
    """Whom to drain: who holds fewest contacts, of these whose latest one was given the longest ago; -1: nobody."""
    kind = w.kinds[w.cohorts[w.contacts[callback].cohort].kind]
    leaves_out = w.contacts[callback].tried > 0 and _anybody_else(w, kind, callback)
    found = -1
    for index in range(kind.first, kind.first + kind.count):
        first = w.groups[w.servers[index]].first
        for place in range(first + 1, first + 1 + w.keys[ORDER_COUNT, first]):
            agent_id = w.keys[ORDER_COUNT, place]
            agent = w.agents[agent_id]
            if not agent.offerable or not agent.units or agent.capacity <= 1:
                continue
            if leaves_out and has_passed(w, callback, agent_id):
                continue
            if found >= 0:
                other = w.agents[found]
                if agent.held != other.held:
                    if agent.held > other.held:
                        continue
                elif agent.taken_at > other.taken_at or (agent.taken_at == other.taken_at and agent_id > found):
                    continue
            found = agent_id
    return found


@part
def _start_drain(w: World, callback: int, agent_id: int) -> None:
    contact, agent = w.contacts[callback], w.agents[agent_id]
    line = w.lines[contact.line]
    agent.drained_for, agent.drained_line = contact.id, contact.line
    line.drained_for, line.drained_agent = contact.id, agent_id
    w.desk[0].draining += 1
    refresh(w, agent_id)
    note(w, DRAIN_STARTED, contact.id, agent_id, 0, 0)


@part
def _end_drain(w: World, line: int) -> None:
    one = w.lines[line]
    agent_id, callback = one.drained_agent, one.drained_for
    one.drained_agent = one.drained_for = 0
    touch_line(w, line)
    w.agents[agent_id].drained_for, w.agents[agent_id].drained_line = 0, -1
    if w.desk[0].draining == w.rules[0].max_draining:
        for other in range(w.rules[0].lines):
            if w.lines[other].callbacks:
                touch_line(w, other)
    w.desk[0].draining -= 1
    refresh_agent(w, agent_id)
    note(w, DRAIN_ENDED, callback, agent_id, 0, 0)


assert CHANNEL_COUNT == 4  # `_place` names them all.
