"""What agents choose, what becomes of an agent whose connection is lost, and how a shift ends."""

from router.core.commands import ForceStatus, SetStatus, SignIn
from router.core.contacts import close_wrapped, requeue
from router.core.deadlines import SHIFT
from router.core.errors import Refused
from router.core.events import AgentBack, AgentLost, AgentSignedIn, AgentStatusSet, NextStatusSet, ShiftEnding
from router.core.ids import AgentId
from router.core.lifecycle import AVAILABLE, OFFLINE, WRAPPING
from router.core.offers import withdraw_from_agent
from router.core.policy import DEFAULT_LEVEL, LEVELS
from router.core.routing import desert, release_unable
from router.core.staff import Agent
from router.core.state import DeskState

MAX_CAPACITY = 20


def sign_in(state: DeskState, command: SignIn) -> None:
    """The agent is available with these skills; signing in again changes skills and capacity and drops nothing."""
    levels = command.levels or (DEFAULT_LEVEL,) * len(command.products)
    if (
        not 1 <= command.capacity <= MAX_CAPACITY
        or command.agent_id <= 0
        or len(levels) != len(command.products)
        or any(level not in LEVELS for level in levels)
        or 0 < command.shift_ends <= state.now
    ):
        raise Refused("bad_value")
    skills = sorted(dict(zip(command.products, levels, strict=True)).items())
    languages = tuple(sorted(dict.fromkeys(command.languages)))
    products = tuple(product for product, _ in skills)
    rules = [line.rules for line in state.lines.values()]
    known_products = dict.fromkeys(line.product for line in rules)
    known_languages = dict.fromkeys(line.language for line in rules)
    known_languages.update(dict.fromkeys(name for line in rules for step in line.steps for name in step.languages))
    if not skills or not languages or not _all_in(known_products, products) or not _all_in(known_languages, languages):
        raise Refused("unknown_skill")
    agent = state.agents.get(command.agent_id)
    old = None if agent is None else agent.group
    state.emit(
        AgentSignedIn(
            command.agent_id,
            command.pool,
            products,
            tuple(level for _, level in skills),
            languages,
            command.capacity,
            command.shift_ends,
        )
    )
    if command.shift_ends and command.shift_ends - state.policy.shift_end_stop_ms <= state.now:
        end_shift_soon(state, command.agent_id)  # So late that no work comes any more.
    if agent is not None and old is not None and old is not agent.group:
        withdraw_from_agent(state, agent, "skills_changed")
        release_unable(state, agent, old)
        desert(state, old)


def _all_in(known: dict[str, None], names: tuple[str, ...]) -> bool:
    return all(name in known for name in names)


def set_status(state: DeskState, command: SetStatus) -> None:
    """Break and offline stop new offers at once, pending ones too; running contacts go on. Who chooses is here."""
    agent = state.agents.get(command.agent_id)
    if agent is None:
        raise Refused("not_signed_in")
    if command.when_free and agent.held and command.status != AVAILABLE:
        state.emit(NextStatusSet(agent.id, command.status, command.reason))
        withdraw_from_agent(state, agent, "agent_status")
    else:
        return_agent(state, agent)
        _set(state, agent, command)


def force_status(state: DeskState, command: ForceStatus) -> None:
    """A supervisor sets the status, with the same consequences; it makes nobody be here whose connection is lost."""
    agent = state.agents.get(command.agent_id)
    if agent is None:
        raise Refused("not_signed_in")
    _set(state, agent, command)
    if state.is_gone(f"agent:{agent.id}"):
        lose_agent(state, agent)


def _set(state: DeskState, agent: Agent, command: SetStatus | ForceStatus) -> None:
    state.emit(AgentStatusSet(agent.id, command.status, command.reason))
    if command.status != AVAILABLE:
        withdraw_from_agent(state, agent, "agent_status")


def lose_agent(state: DeskState, agent: Agent) -> None:
    """The agent's last connection is gone: ringing offers go elsewhere now, held contacts wait for the grace."""
    if agent.lost or (agent.status == OFFLINE and not agent.held):
        return
    state.emit(AgentLost(agent.id, state.now + state.policy.agent_grace_ms))
    withdraw_from_agent(state, agent, "agent_lost")


def return_agent(state: DeskState, agent: Agent) -> None:
    """The agent is back within the grace."""
    if agent.lost:
        state.emit(AgentBack(agent.id))


def give_up_agent(state: DeskState, agent_id: AgentId) -> None:
    """The grace is over: contacts go back to their lines at the rank they had, and the agent is offline."""
    agent = state.agents[agent_id]
    _hand_over(state, agent, "agent_lost")
    state.emit(AgentStatusSet(agent.id, OFFLINE, "connection_lost"))


def end_shift_soon(state: DeskState, agent_id: AgentId) -> None:
    """The shift ends in a few minutes: no new offers from here on."""
    agent = state.agents[agent_id]
    hand_over_at = max(agent.shift_ends, state.now) + state.policy.shift_end_grace_ms
    state.emit(ShiftEnding(agent.id, hand_over_at))
    withdraw_from_agent(state, agent, "shift_end")


def end_late_shifts(state: DeskState) -> None:
    """Nobody is offered anything whose time for that was over while deadlines were held."""
    for agent in state.agents.values():
        stops = state.deadlines.due_of(SHIFT, agent.id)
        if stops is not None and stops <= state.now:
            end_shift_soon(state, agent.id)


def end_shift(state: DeskState, agent_id: AgentId) -> None:
    """The time to finish is over: what is still held goes back to its lines, and the agent is offline."""
    agent = state.agents[agent_id]
    _hand_over(state, agent, "shift_end")
    state.emit(AgentStatusSet(agent.id, OFFLINE, "shift_end"))


def _hand_over(state: DeskState, agent: Agent, cause: str) -> None:
    for contact_id in list(agent.held):
        contact = state.contacts[contact_id]
        if contact.state == WRAPPING:
            close_wrapped(state, contact_id)
        else:  # Offers were withdrawn before it came to this.
            requeue(state, contact, cause)
