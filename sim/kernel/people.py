"""
Agents come and go: shifts, breaks, times away; and what a status means for the desk.

The rules are those of `sim.people.shifts` and `router.core.agents`. Whoever calls these matches afterwards.
"""

from sim.compiled import part
from sim.draws import Purpose, duration_ms, state_of
from sim.kernel import counting
from sim.kernel.heap import push
from sim.kernel.layout import (
    AVAILABLE,
    BREAK,
    CLASS_SHIFT,
    COME,
    GO,
    LEAVE,
    NO_STATUS,
    OFFLINE,
    PAUSE,
    PLAN_SHIFT,
    RESUME,
    SHIFT,
    World,
)
from sim.kernel.offers import draw, refresh_agent, withdraw_from_agent
from sim.kernel.trace import NEXT_STATUS, SIGNED_IN, STATUS, note

AWAY_GAP, AWAY_TIME = int(Purpose.AWAY_GAP), int(Purpose.AWAY_TIME)
_EXPONENTIAL = 1


@part
def plan(w: World, at: int, kind: int, agent_id: int, visit: int, lasts_ms: int, spell: int, k: int) -> None:
    """Something that the agent is going to do; what was planned first comes first."""
    desk = w.desk[0]
    row = desk.next_plan
    if row >= w.plans.shape[0]:
        desk.failed = 1
        return
    desk.next_plan = row + 1
    one = w.plans[row]
    one.kind, one.agent, one.visit, one.lasts_ms, one.spell, one.k = kind, agent_id, visit, lasts_ms, spell, k
    push(w.heap, at, SHIFT << CLASS_SHIFT | agent_id << PLAN_SHIFT | row, row)


@part
def carry_out(w: World, row: int) -> None:
    """The time of a plan has come."""
    one = w.plans[row]
    agent_id = one.agent
    agent = w.agents[agent_id]
    if one.kind == COME:
        _come(w, agent_id, one.spell)
    elif one.kind == GO:
        agent.here, agent.pause_ms, agent.silent = 0, 0, 0
        agent.visit += 1
        _set_status(w, agent_id, OFFLINE, False)
    elif one.visit != agent.visit:
        return
    elif one.kind == PAUSE:
        _begin_pause(w, agent_id, one.lasts_ms)
    elif one.kind == RESUME:
        if agent.chosen == BREAK:
            _set_status(w, agent_id, AVAILABLE, False)
            _plan_away(w, agent_id)
    elif one.kind == LEAVE and agent.away_k == one.k:
        if agent.chosen == AVAILABLE and not agent.pause_ms:
            _begin_pause(w, agent_id, one.lasts_ms)
        else:
            _plan_away(w, agent_id)


@part
def be_there(w: World, agent_id: int) -> None:
    """The agent sees that the desk takes them for not responding, and is there again."""
    w.agents[agent_id].silent = 0
    if w.agents[agent_id].here:
        _set_status(w, agent_id, AVAILABLE, False)


@part
def _come(w: World, agent_id: int, spell: int) -> None:
    agent, now = w.agents[agent_id], w.desk[0].now
    agent.here, agent.chosen = 1, AVAILABLE
    agent.visit += 1
    _sign_in(w, agent_id)
    for index in range(w.spells[spell].first, w.spells[spell].first + w.spells[spell].count):
        one = w.pauses[index]
        at = now + one.after_ms + agent.number % one.waves * one.apart_ms
        plan(w, at, PAUSE, agent_id, agent.visit, one.lasts_ms, 0, 0)
    _plan_away(w, agent_id)


@part
def _sign_in(w: World, agent_id: int) -> None:
    agent = w.agents[agent_id]
    if not agent.known or agent.status == OFFLINE:
        _count_here(w, agent.group, 1)
    agent.known, agent.status, agent.idle_since = 1, AVAILABLE, w.desk[0].now
    _end_all_pauses(w, agent_id)
    refresh_agent(w, agent_id)
    note(w, SIGNED_IN, 0, agent_id, 0, 0)
    counting.leaves(w, agent_id, AVAILABLE)
    counting.present(w, agent_id, True)


@part
def _count_here(w: World, group: int, by: int) -> None:
    w.groups[group].signed_in += by
    for kind in range(w.kinds.shape[0]):
        if w.serves[kind, group]:
            w.kinds[kind].signed_in += by


@part
def _end_all_pauses(w: World, agent_id: int) -> None:
    """A status was set: nothing that kept offers away holds any longer."""
    agent = w.agents[agent_id]
    agent.next_status, agent.back_off_due = NO_STATUS, -1
    agent.no_answers = agent.not_responding = agent.backing_off = 0


@part
def _set_status(w: World, agent_id: int, status: int, when_free: bool) -> None:
    """Break and offline stop new offers at once, pending ones too; running contacts go on."""
    agent = w.agents[agent_id]
    if when_free and agent.held and status != AVAILABLE:
        agent.next_status = status
        refresh_agent(w, agent_id)
        note(w, NEXT_STATUS, 0, agent_id, status, 0)
        counting.leaves(w, agent_id, status)
        withdraw_from_agent(w, agent_id)
        return
    status_set(w, agent_id, status)
    if status != AVAILABLE:
        withdraw_from_agent(w, agent_id)


@part
def status_set(w: World, agent_id: int, status: int) -> None:
    """The agent has this status from now on."""
    agent, now = w.agents[agent_id], w.desk[0].now
    if status == AVAILABLE and agent.status != AVAILABLE:
        agent.idle_since = now
    if (agent.status != OFFLINE) != (status != OFFLINE):
        _count_here(w, agent.group, 1 if status != OFFLINE else -1)
    agent.status = status
    _end_all_pauses(w, agent_id)
    refresh_agent(w, agent_id)
    note(w, STATUS, 0, agent_id, status, 0)
    counting.count_status(w, agent_id, status)
    agent.chosen = status
    if status == BREAK and agent.pause_ms:
        plan(w, now + agent.pause_ms, RESUME, agent_id, agent.visit, 0, 0, 0)
        agent.pause_ms = 0
    elif status == AVAILABLE:
        agent.pause_ms = 0


@part
def _begin_pause(w: World, agent_id: int, lasts_ms: int) -> None:
    agent = w.agents[agent_id]
    if agent.chosen == BREAK or agent.pause_ms:
        return  # Two pauses at once are one.
    agent.silent = 0
    agent.pause_ms = max(lasts_ms, 1)
    _set_status(w, agent_id, BREAK, True)


@part
def _plan_away(w: World, agent_id: int) -> None:
    """When the agent is away next: so that being away is the share of the time that was said, on average."""
    agent, now = w.agents[agent_id], w.desk[0].now
    model = w.models[agent.model]
    if model.away_share <= 0.0:
        return
    mean = model.away_mean * (1.0 - model.away_share) / model.away_share
    gap = duration_ms(state_of(w.prefixes[AWAY_GAP], agent_id, agent.away_k), _EXPONENTIAL, mean, 0.0)
    lasts_ms = draw(w, AWAY_TIME, agent_id, agent.away_k, w.model_laws[agent.model, 1])
    agent.away_k += 1
    if now + gap < w.rules[0].horizon_ms:
        plan(w, now + gap, LEAVE, agent_id, agent.visit, lasts_ms, 0, agent.away_k)
