"""What the events of agents change, and the groups that signing in makes."""

from router.core import events as ev
from router.core.apply.registry import applies
from router.core.apply.steps import refresh
from router.core.deadlines import (
    AGENT_GRACE,
    BACK_OFF,
    HAND_OVER,
    SHIFT,
)
from router.core.lifecycle import AVAILABLE, EXCLUSIVE, OFFLINE
from router.core.staff import Agent, Group, Profile
from router.core.state import DeskState


@applies(ev.AgentSignedIn)
def _agent_signed_in(state: DeskState, event: ev.AgentSignedIn) -> None:
    group = _group_for(state, (event.pool, event.products, event.levels, event.languages))
    agent = state.agents.get(event.agent_id)
    if agent is None:
        agent = state.agents[event.agent_id] = Agent(event.agent_id, group)
    else:
        agent.group.lose(agent)
        agent.group = group
    group.members[agent.id] = agent
    group.signed_in += 1
    _set_capacity(state, agent, event.capacity)
    agent.status = AVAILABLE
    agent.reason = ""
    agent.since = agent.idle_since = state.now
    _end_grace(state, agent)
    _end_all_pauses(state, agent)
    agent.shift_ends = event.shift_ends
    agent.ending = False
    state.deadlines.disarm(HAND_OVER, agent.id)
    if event.shift_ends:
        state.deadlines.arm(SHIFT, agent.id, event.shift_ends - state.policy.shift_end_stop_ms)
    else:
        state.deadlines.disarm(SHIFT, agent.id)
    refresh(state, agent)


@applies(ev.AgentStatusSet)
def _agent_status_set(state: DeskState, event: ev.AgentStatusSet) -> None:
    agent = state.agents[event.agent_id]
    if event.status == AVAILABLE and agent.status != AVAILABLE:
        agent.idle_since = state.now
    agent.group.signed_in -= agent.is_here()
    agent.status = event.status
    agent.group.signed_in += agent.is_here()
    agent.reason = event.reason
    agent.since = state.now
    if not agent.lost or (event.status == OFFLINE and not agent.held):
        _end_grace(state, agent)
    if event.status == OFFLINE:
        agent.ending = False
        state.deadlines.disarm(SHIFT, agent.id)
        state.deadlines.disarm(HAND_OVER, agent.id)
    _end_all_pauses(state, agent)
    refresh(state, agent)


@applies(ev.NextStatusSet)
def _next_status_set(state: DeskState, event: ev.NextStatusSet) -> None:
    agent = state.agents[event.agent_id]
    agent.next_status = event.status
    agent.next_reason = event.reason
    refresh(state, agent)


@applies(ev.ShiftEnding)
def _shift_ending(state: DeskState, event: ev.ShiftEnding) -> None:
    agent = state.agents[event.agent_id]
    agent.ending = True
    state.deadlines.disarm(SHIFT, agent.id)
    state.deadlines.arm(HAND_OVER, agent.id, event.hand_over_at)
    refresh(state, agent)


@applies(ev.AgentNotResponding)
def _agent_not_responding(state: DeskState, event: ev.AgentNotResponding) -> None:
    agent = state.agents[event.agent_id]
    agent.not_responding = True
    refresh(state, agent)


@applies(ev.AgentLost)
def _agent_lost(state: DeskState, event: ev.AgentLost) -> None:
    agent = state.agents[event.agent_id]
    agent.lost = True
    state.deadlines.arm(AGENT_GRACE, agent.id, event.grace_until)
    refresh(state, agent)


@applies(ev.AgentBack)
def _agent_back(state: DeskState, event: ev.AgentBack) -> None:
    agent = state.agents[event.agent_id]
    agent.lost = False
    state.deadlines.disarm(AGENT_GRACE, agent.id)
    refresh(state, agent)


@applies(ev.BackOffEnded)
def _back_off_ended(state: DeskState, event: ev.BackOffEnded) -> None:
    agent = state.agents[event.agent_id]
    agent.backing_off = False
    state.deadlines.disarm(BACK_OFF, agent.id)
    refresh(state, agent)


def _set_capacity(state: DeskState, agent: Agent, capacity: int) -> None:
    """Lowering it drops nothing; whatever needs the whole agent goes on doing so."""
    agent.capacity = capacity
    for contact_id in agent.held:
        contact = state.contacts[contact_id]
        if contact.channel in EXCLUSIVE:
            agent.held[contact_id] = capacity
    agent.units = sum(agent.held.values())


def _end_grace(state: DeskState, agent: Agent) -> None:
    agent.lost = False
    state.deadlines.disarm(AGENT_GRACE, agent.id)


def _end_all_pauses(state: DeskState, agent: Agent) -> None:
    """A status was set: nothing that kept offers away holds any longer, but for a lost connection."""
    agent.next_status = None
    agent.next_reason = ""
    agent.no_answers = 0
    agent.not_responding = False
    agent.backing_off = False
    state.deadlines.disarm(BACK_OFF, agent.id)


def _group_for(state: DeskState, profile: Profile) -> Group:
    """The group of agents with exactly this profile; made, and let into the cohorts it may serve, when it is new."""
    group = state.groups_of.get(profile)
    if group is not None:
        return group
    group = _empty_group(state, profile)
    for line in state.lines.values():
        for key, cohort in line.cohorts.items():
            if group.may_serve(line.rules, key[1], key[2], key[3]):
                cohort.serve_by([*cohort.groups, group])
    return group


def _empty_group(state: DeskState, profile: Profile) -> Group:
    """A group for a new profile, in the place of one that nobody is in any more: people change, numbers stay few."""
    left = next((group for group in state.groups if not group.members), None)
    if left is None:
        return known_group(state, profile)
    group = Group(left.number, profile, state.room)
    state.groups[left.number] = state.groups_of[profile] = group
    del state.groups_of[left.profile]
    for line in state.lines.values():
        for cohort in line.cohorts.values():
            if left in cohort.groups:
                cohort.serve_by([other for other in cohort.groups if other is not left])
    return group


def known_group(state: DeskState, profile: Profile) -> Group:
    """One group more, in which nobody is yet."""
    group = state.groups_of[profile] = Group(len(state.groups), profile, state.room)
    state.groups.append(group)
    return group
