"""What the events of agents change, and the groups that signing in makes."""

from router.core import events as ev
from router.core.apply.registry import applies
from router.core.apply.steps import open_lines, refresh
from router.core.deadlines import AGENT_GRACE, BACK_OFF
from router.core.lifecycle import AVAILABLE, CALLBACK
from router.core.staff import Agent, Group
from router.core.state import DeskState


@applies(ev.AgentSignedIn)
def _agent_signed_in(state: DeskState, event: ev.AgentSignedIn) -> None:
    agent = state.agents.get(event.agent_id)
    if agent is None:
        agent = state.agents[event.agent_id] = Agent(event.agent_id)
    else:
        old = state.groups[agent.group]
        del old.members[agent.id]
        old.sharing.pop(agent.id, None)
        state.touched_lines.update(dict.fromkeys(old.lines))
    agent.key = None
    agent.group = _group_for(state, event.products, event.languages).number
    group = state.groups[agent.group]
    group.members[agent.id] = agent
    if event.capacity > 1:
        group.sharing[agent.id] = agent
    _set_capacity(state, agent, event.capacity)
    agent.status = AVAILABLE
    agent.reason = ""
    agent.since = agent.idle_since = state.now
    _end_all_pauses(state, agent)
    refresh(state, agent)


@applies(ev.AgentStatusSet)
def _agent_status_set(state: DeskState, event: ev.AgentStatusSet) -> None:
    agent = state.agents[event.agent_id]
    if event.status == AVAILABLE and agent.status != AVAILABLE:
        agent.idle_since = state.now
    agent.status = event.status
    agent.reason = event.reason
    agent.since = state.now
    _end_all_pauses(state, agent)
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
        if contact.channel == CALLBACK:
            agent.held[contact_id] = capacity
    agent.units = sum(agent.held.values())


def _end_all_pauses(state: DeskState, agent: Agent) -> None:
    """Whoever chooses a status is here: nothing that kept offers away holds any longer."""
    agent.lost = False
    state.deadlines.disarm(AGENT_GRACE, agent.id)
    agent.no_answers = 0
    agent.not_responding = False
    agent.backing_off = False
    state.deadlines.disarm(BACK_OFF, agent.id)


def _group_for(state: DeskState, products: tuple[str, ...], languages: tuple[str, ...]) -> Group:
    """The group of agents with exactly these skills; a new one takes the place of one that nobody is in any more."""
    for group in state.groups:
        if group.products == products and group.languages == languages:
            return group
    empty = next((group for group in state.groups if not group.members), None)
    if empty is not None:
        group = empty
        for key in group.lines:
            state.lines[key].groups.remove(group.number)
        group.products, group.languages = products, languages
    else:
        group = Group(len(state.groups), products, languages)
        state.groups.append(group)
    open_lines(state, group)
    return group
