"""What a supervisor does."""

from router.core.commands.words import ChosenStatus
from router.core.ids import AgentId, ContactId, LineKey
from router.core.records import record


@record
class MoveContact:
    """Move a waiting contact to another line; it keeps its rank."""

    supervisor_id: int
    contact_id: ContactId
    line: LineKey


@record
class PullContact:
    """Take a contact back from its agent, or an offer that rings, into its line at its rank."""

    supervisor_id: int
    contact_id: ContactId


@record
class RaisePriority:
    """Set the priority of a waiting contact."""

    supervisor_id: int
    contact_id: ContactId
    priority: int


@record
class OpenLine:
    """Open or close a line for new contacts; those who wait go on waiting."""

    supervisor_id: int
    line: LineKey
    open: bool


@record
class ForceStatus:
    """Set an agent's status."""

    supervisor_id: int
    agent_id: AgentId
    status: ChosenStatus
    reason: str
