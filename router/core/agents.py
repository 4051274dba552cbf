"""What agents choose, and what becomes of an agent whose connection is lost."""

from router.core.commands import SetStatus, SignIn
from router.core.contacts import close_wrapped, requeue
from router.core.errors import Refused
from router.core.events import AgentBack, AgentLost, AgentSignedIn, AgentStatusSet
from router.core.ids import AgentId
from router.core.lifecycle import AVAILABLE, OFFLINE, WRAPPING
from router.core.offers import withdraw_from_agent
from router.core.staff import Agent
from router.core.state import DeskState

MAX_CAPACITY = 20


def sign_in(state: DeskState, command: SignIn) -> None:
    """The agent is available with these skills; signing in again changes skills and capacity and drops nothing."""
    if not 1 <= command.capacity <= MAX_CAPACITY or command.agent_id <= 0:
        raise Refused("bad_value")
    products = tuple(sorted(dict.fromkeys(command.products)))
    languages = tuple(sorted(dict.fromkeys(command.languages)))
    known = [key.split("/") for key in state.lines]
    if not products or not languages or not _all_known(products, known, 0) or not _all_known(languages, known, 1):
        raise Refused("unknown_skill")
    state.emit(AgentSignedIn(command.agent_id, products, languages, command.capacity))


def _all_known(names: tuple[str, ...], lines: list[list[str]], part: int) -> bool:
    there = dict.fromkeys(line[part] for line in lines)
    return all(name in there for name in names)


def set_status(state: DeskState, command: SetStatus) -> None:
    """Break and offline stop new offers at once, pending ones too; running contacts go on."""
    agent = state.agents.get(command.agent_id)
    if agent is None:
        raise Refused("not_signed_in")
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
    for contact_id in list(agent.held):
        contact = state.contacts[contact_id]
        if contact.state == WRAPPING:
            close_wrapped(state, contact_id)
        else:
            requeue(state, contact)
    state.emit(AgentStatusSet(agent.id, OFFLINE, "connection_lost"))
