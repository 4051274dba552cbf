"""
Who is offered what: looks where something changed, until nothing more can be offered.

The law it keeps: no agent with free capacity is eligible for a contact that waits, except for a named hold (no node
alive, agent backing off or draining, ASC absent, contact waiting for one agent alone, agent passed on this contact and
others are asked first, case while live contacts wait). Among contacts the lowest (rank, seq) goes first, live
ones before callbacks that are for idle agents only, and these before cases; among agents the line's strategy decides,
ties by id.
"""

from heapq import heapify, heappop, heapreplace

from router.core.agent_heap import ORDERS, SOONEST
from router.core.events import ContactConnected, DrainEnded, DrainStarted, OfferMade
from router.core.ids import AgentId, OfferId
from router.core.lifecycle import CALLBACK, CASE, EXCLUSIVE
from router.core.lines import Cohort, Contact, Line, in_order
from router.core.policy import LineRules
from router.core.routing import is_left_empty, is_served, send_away, serve_wider, settle
from router.core.staff import Agent, Group
from router.core.state import DeskState


def match(state: DeskState) -> None:
    """Make every offer that is possible now; with no node alive none is, and a node's return looks everywhere."""
    while state.touched_cohorts or state.touched_agents or state.touched_lines:
        cohorts = _take_touched(state)
        lines = state.touched_lines
        state.touched_lines = {}
        if not state.live_nodes:
            continue
        if not lines:
            if cohorts:
                _offer(state, cohorts)
            continue
        with_callbacks = []
        for key in lines:
            line = state.lines.get(key)
            if line is not None and (line.callback_count or line.drained_for):
                with_callbacks.append(line)
        if len(with_callbacks) > 1:  # In the policy's order, not in that in which something happened to them.
            with_callbacks.sort(key=lambda line: line.number)
        for line in with_callbacks:
            if _may_be_held_back(state):
                cohorts.update(dict.fromkeys(line.callbacks()))
        if cohorts:
            _offer(state, cohorts)
        if with_callbacks:
            _review_drains(state, with_callbacks)


def _take_touched(state: DeskState) -> dict[Cohort, None]:
    """The cohorts in which something may be possible now; empties their work lists."""
    freed: dict[Group, None] = {}
    if state.touched_agents:
        for agent_id, changed in list(state.touched_agents.items()):
            agent = state.agents[agent_id]
            group = agent.group
            if agent.next_status or agent.own or not group.signed_in:
                settle(state, agent)
            if group.waiting:
                freed[group] = None
                if agent.id not in group.willing:
                    _touch_passed_on(state, group)
                if changed:
                    _touch_callbacks(state, group)
            if agent.own:
                state.touched_cohorts.update(dict.fromkeys(agent.own.values()))
            if agent.drained_line:
                state.touched_lines[agent.drained_line] = None
        for key in state.may_empty:
            state.touched_cohorts.update(dict.fromkeys(state.lines[key].cohorts.values()))
        state.touched_agents = {}
    room = state.room
    cohorts: dict[Cohort, None] = {}
    for group in freed:
        if group in room.whole:
            cohorts.update(group.waiting)
        elif group in room.some:
            for cohort in group.waiting:
                if not cohort.whole:
                    cohorts[cohort] = None
    while state.touched_cohorts:
        touched, state.touched_cohorts = state.touched_cohorts, {}
        cohorts.update(touched)
        deserted = [cohort for cohort in touched if cohort.count and cohort.line and _waits_in_vain(state, cohort)]
        if deserted:
            for cohort in in_order(deserted):
                _review_waiting(state, cohort)
    return cohorts


def _waits_in_vain(state: DeskState, cohort: Cohort) -> bool:
    """Whether nobody is there for those who wait here, or the line's own rule calls it empty."""
    return not is_served(cohort) or (cohort.line in state.may_empty and is_left_empty(state, cohort))


def _review_waiting(state: DeskState, cohort: Cohort) -> None:
    """Nobody waits for nobody: they wait wider, which touches where they are then, or are sent away."""
    if cohort.line in state.may_empty and is_left_empty(state, cohort):
        send_away(state, cohort)
    else:
        serve_wider(state, cohort)


def _touch_passed_on(state: DeskState, group: Group) -> None:
    """Somebody will not be asked any more: whoever passed on a contact of theirs may be the only one left for it."""
    for cohort in group.waiting:
        if cohort.key[4]:
            state.touched_cohorts[cohort] = None


def _touch_callbacks(state: DeskState, group: Group) -> None:
    """Somebody may be drained now, also who passed on a callback: look at the lines where one waits for the group."""
    if _may_drain(state):
        for key in group.lines:
            line = state.lines[key]
            if not line.drained_for and _may_drain_for(state, line):
                state.touched_lines[key] = None


def _offer(state: DeskState, cohorts: dict[Cohort, None]) -> None:
    """
    Offer the contacts that wait here, the lowest rank first, while somebody is free for them.

    Cases come last, and callbacks before them where they are for idle agents only: all who wait live are served first.
    """
    some, whole = state.room.some, state.room.whole
    if not some:
        return
    heads = []
    for cohort in cohorts:
        head = cohort.first
        if head is not None and (whole or not cohort.whole):
            heads.append((_turn(state, cohort), head.rank, head.seq, head, cohort))
    if len(heads) > 1:
        heapify(heads)
    due = state.now + state.policy.offer_timeout_ms
    while heads and some:
        after_others, _, _, contact, cohort = heads[0]
        agent = agent_for(state, cohort, contact)
        if agent is None:
            heappop(heads)
            continue
        state.emit(OfferMade(OfferId(state.next_offer), contact.id, agent.id, due))
        if contact.channel != CALLBACK and state.lines[contact.line].rules.auto_accept:
            state.emit(ContactConnected(contact.id, contact.o + 1, contact.offer_id, agent.id))
        head = cohort.first
        if head is None:
            heappop(heads)
        else:
            heapreplace(heads, (after_others, head.rank, head.seq, head, cohort))


def _turn(state: DeskState, cohort: Cohort) -> int:
    """Who is served before whom whatever their ranks: 0, then 1, then 2."""
    channel = cohort.key[0]
    if channel == CALLBACK:
        return int(state.policy.callbacks.mode == "idle_only")
    return 2 if channel == CASE else 0


def agent_for(state: DeskState, cohort: Cohort, contact: Contact) -> Agent | None:
    """The agent who gets this contact now, or None."""
    line = state.lines[contact.line]
    if contact.channel == CALLBACK and is_held_back(state, line, cohort):
        return None
    if contact.for_agent:
        own = state.agents[contact.for_agent]
        return own if _is_free_for(own, contact) else None
    if line.drained_for == contact.id:
        drained = state.agents[line.drained_agent]
        if not drained.units and _still_drains(state, line):
            return drained
    name = cohort.heap_name
    with_room = state.room.whole if cohort.whole else state.room.some
    if not with_room:
        return None
    tried = contact.tried
    if tried and not _anybody_else(cohort, tried):
        tried = []
    if len(cohort.groups) == 1:
        return cohort.groups[0].best(name, tried)
    chosen: Agent | None = None
    chosen_key: tuple[int, ...] = ()
    for group in cohort.groups:
        agent = group.best(name, tried) if group in with_room else None
        if agent is not None:
            key = _key_between_groups(line.rules, group, agent)
            if chosen is None or key < chosen_key:
                chosen, chosen_key = agent, key
    return chosen


def _may_be_held_back(state: DeskState) -> bool:
    """Whether the rules know any hold of callbacks: if not, none has to be looked at because a hold may have ended."""
    rules = state.policy.callbacks
    return rules.mode != "keep_place" or rules.max_in_flight > 0


def is_held_back(state: DeskState, line: Line, cohort: Cohort) -> bool:
    """Named holds of callbacks: enough are in flight, or live contacts and their reserve of idle agents go first."""
    rules = state.policy.callbacks
    if enough_in_flight(state):
        return True
    if rules.mode == "keep_place" or not cohort.line:
        return False
    return line.has_live() or sum(len(group.idle) for group in cohort.groups) <= rules.reserve


def enough_in_flight(state: DeskState) -> bool:
    """Whether as many callbacks are offered or dialled as may be at once."""
    most = state.policy.callbacks.max_in_flight
    return bool(most) and len(state.in_flight) >= most


def _is_free_for(agent: Agent, contact: Contact) -> bool:
    if agent.drained_for not in (0, contact.id) or not agent.may_be_offered():
        return False
    return agent.units == 0 if contact.channel in EXCLUSIVE else agent.units < agent.capacity


def _anybody_else(cohort: Cohort, tried: list[AgentId]) -> bool:
    """Whether somebody will be asked who has not passed on the contact; looks at no more than were tried, plus one."""
    return any(agent_id not in tried for group in cohort.groups for agent_id in group.willing)


def _key_between_groups(rules: LineRules, group: Group, agent: Agent) -> tuple[int, ...]:
    key = ORDERS[rules.strategy](agent)
    return (-group.levels[rules.product], *key) if rules.strategy == "most_proficient" else key


def _review_drains(state: DeskState, lines: list[Line]) -> None:
    """
    Keep one agent draining for the callback at the head of each line, so that chats cannot starve it.

    By default only when its promise is in danger, and never while enough are in flight, which would keep the agent
    free in vain. What it costs is bounded: one agent a line, `max_draining` a desk.
    Who drains in vain is released first, and everything is looked at again; then the lowest rank has the first claim.
    """
    in_vain = False
    for line in lines:
        if line.drained_for and not _still_drains(state, line):
            state.emit(DrainEnded(line.drained_agent, line.drained_for))
            in_vain = True
    if in_vain:
        state.touched_lines.update(dict.fromkeys([line.key for line in lines]))
        return
    if not _may_drain(state):
        return
    heads: list[Contact] = []
    for line in lines:
        if not line.drained_for and _may_drain_for(state, line):
            callback = line.first_callback()
            if callback is not None and not line.is_behind_live(callback):
                heads.append(callback)
    if len(heads) > 1:
        heads.sort(key=lambda contact: (contact.rank, contact.seq))
    for callback in heads:
        if _may_drain(state) and _is_worth_draining(state, callback):
            agent_id = _soonest_free(callback)
            if agent_id:
                state.emit(DrainStarted(agent_id, callback.id))


def _still_drains(state: DeskState, line: Line) -> bool:
    """Whether the draining agent may serve the callback, and it is still the one that the line waits for most."""
    callback = line.first_callback()
    agent = state.agents[line.drained_agent]
    return (
        callback is not None
        and callback.id == line.drained_for
        and agent.may_be_offered()
        and not enough_in_flight(state)
        and callback.cohort is not None
        and agent.group in callback.cohort.groups
    )


def _may_drain(state: DeskState) -> bool:
    """Whether one more agent may be kept free for a callback."""
    rules = state.policy.callbacks
    if rules.drain == "never" or rules.mode == "idle_only" or state.draining >= rules.max_draining:
        return False
    return not enough_in_flight(state)


def _may_drain_for(state: DeskState, line: Line) -> bool:
    """Whether the line has callbacks for which it may be worth to keep somebody free."""
    return line.urgent_count > 0 or (line.callback_count > 0 and state.policy.callbacks.drain == "always")


def _is_worth_draining(state: DeskState, callback: Contact) -> bool:
    urgent = callback.reservation is not None and callback.reservation.urgent
    return state.policy.callbacks.drain == "always" or urgent


def _soonest_free(callback: Contact) -> AgentId:
    """
    Whom to drain: who holds fewest contacts, of these the one who was given the latest of them the longest ago; whoever
    passed on the callback comes after all others, as with offers.

    An agent with one unit is whole whenever free, so draining would only cost other lines their rank. 0 when nobody
    qualifies.
    """
    cohort = callback.cohort
    assert cohort is not None  # It stands at the head of its line.
    tried = callback.tried if _anybody_else(cohort, callback.tried) else []
    best: Agent | None = None
    for group in cohort.groups:
        agent = group.best(SOONEST, tried)
        if agent is not None and (best is None or ORDERS["soonest"](agent) < ORDERS["soonest"](best)):
            best = agent
    return best.id if best else AgentId(0)
