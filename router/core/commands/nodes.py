"""What nodes journal themselves: facts, not requests."""

from router.core.hours import Hours
from router.core.ids import SessionId
from router.core.policy import Policy
from router.core.records import record


@record
class NodeStarted:
    """A node (re)started: everything its earlier incarnation held open is lost now."""

    node: str
    incarnation: int


@record
class NodeBeat:
    """A node is alive; every 5 s."""

    node: str
    incarnation: int


@record
class NodeStopped:
    """A node ends in good order; its sessions are lost now."""

    node: str
    incarnation: int


@record
class TimePassed:
    """Nothing happened, but a deadline was due; the work is done by `advance`."""


@record
class PolicyChanged:
    """From here on these rules hold. `source` is the document they were compiled from (canonical JSON)."""

    policy: Policy
    source: str


@record
class CalendarExtended:
    """The calendars of the policy, for the time after the horizon up to which they are known."""

    part: Hours


@record
class ConnectSession:
    """A person's client is connected (again) through a node; `connection` numbers the socket within the node."""

    session_id: SessionId
    actor: str
    role: str
    node: str
    incarnation: int
    connection: int


@record
class DisconnectSession:
    """A socket closed; ignored unless it is the session's current one."""

    session_id: SessionId
    node: str
    incarnation: int
    connection: int
