"""What happens to nodes, sessions, lines and the policy."""

from router.core.hours import Hours
from router.core.ids import LineKey, SessionId
from router.core.policy import Policy
from router.core.records import record


@record
class NodeJoined:
    """A node is alive in this incarnation."""

    node: str
    incarnation: int


@record
class NodeHeard:
    """A node's beat; silence until `silent_by` means lost."""

    node: str
    silent_by: int


@record
class NodeLost:
    """A node fell silent, stopped or was replaced. With no node alive, matching and deadlines are held."""

    node: str
    incarnation: int


@record
class DeadlinesRestarted:
    """After an outage every human deadline (grace, wrap-up) runs its full time again from now."""


@record
class SessionBound:
    """A session is on this connection now; `expires` moves with use."""

    session_id: SessionId
    actor: str
    role: str
    node: str
    incarnation: int
    connection: int
    expires: int


@record
class SessionDropped:
    """The session's connection is gone; the session itself lives on until it expires."""

    session_id: SessionId


@record
class SessionKept:
    """The session was used since its deadline was set; it lives on until `expires`."""

    session_id: SessionId
    expires: int


@record
class SessionExpired:
    """The session and its kept verdicts are forgotten."""

    session_id: SessionId


@record
class OpRecorded:
    """The verdict on an operation, kept so that a repetition gets the same answer. `code` is "" when accepted."""

    session_id: SessionId
    counter: int
    body: bytes
    code: str
    contact_id: int
    o: int


@record
class LineOpened:
    """A supervisor opened or closed a line for new contacts."""

    line: LineKey
    open: bool


@record
class DiallingEnded:
    """The line's callbacks are no longer dialled; they are again from `opens` (ms) on, 0 when that is not known."""

    line: LineKey
    opens: int


@record
class CalendarKnown:
    """The calendars are known further ahead."""

    part: Hours


@record
class PolicyAdopted:
    """These rules hold from now on."""

    policy: Policy
