"""What agents choose, and what becomes of them."""

from router.core.commands.words import ChosenStatus
from router.core.ids import AgentId, ContactId
from router.core.records import record


@record
class AgentSignedIn:
    """An agent is available with these skills."""

    agent_id: AgentId
    pool: str
    products: tuple[str, ...]
    levels: tuple[int, ...]
    languages: tuple[str, ...]
    capacity: int
    shift_ends: int


@record
class AgentStatusSet:
    """An agent's status, chosen or (reason `connection_lost`) set by the desk."""

    agent_id: AgentId
    status: ChosenStatus
    reason: str


@record
class NextStatusSet:
    """The agent drains: no new offers, and this status once nothing is held."""

    agent_id: AgentId
    status: ChosenStatus
    reason: str


@record
class ShiftEnding:
    """The agent's shift is about to end: no new offers; what is still held at `hand_over_at` goes back to its lines."""

    agent_id: AgentId
    hand_over_at: int


@record
class AgentNotResponding:
    """Too many offers passed in a row; no offers until the agent sets a status."""

    agent_id: AgentId


@record
class AgentLost:
    """The agent's last connection is gone; no offers; contacts stay until `grace_until`."""

    agent_id: AgentId
    grace_until: int


@record
class AgentBack:
    """The agent's connection is back within the grace."""

    agent_id: AgentId


@record
class BackOffEnded:
    """The agent may be offered work again."""

    agent_id: AgentId


@record
class DrainStarted:
    """The agent gets no new chats, so as to be whole for this head-of-line callback."""

    agent_id: AgentId
    contact_id: ContactId


@record
class DrainEnded:
    """The callback no longer needs this agent."""

    agent_id: AgentId
    contact_id: ContactId
