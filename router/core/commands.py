"""
What the desk can be told. Imperatives ask and may be refused; a node's own entries state facts.

Ids of people inside a command were taken from their authenticated session by the gateway, never from a frame.
Text, names and numbers do not appear here: they travel sealed beside the command.
"""

from typing import Final, Literal

from router.core.ids import AgentId, AscId, CompanyId, ContactId, LineKey, OfferId, SessionId
from router.core.policy import Policy
from router.core.records import record

Party = Literal["asc", "agent"]
DialFailure = Literal["no_answer", "busy", "voicemail", "invalid"]
ChosenStatus = Literal["available", "break", "offline"]


# --- entries that nodes make themselves


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


# --- what an ASC asks


@record
class RequestChat:
    """An ASC wants to chat in a line; the contact enters it now."""

    contact_id: ContactId
    asc_id: AscId
    company_id: CompanyId
    line: LineKey


@record
class LeaveContact:
    """An ASC gives up waiting, or ends the conversation."""

    contact_id: ContactId
    asc_id: AscId


@record
class ConvertToCallback:
    """A waiting ASC leaves a number instead; the same contact keeps its rank. The number itself is sealed."""

    contact_id: ContactId
    asc_id: AscId
    number_ref: str


@record
class CancelCallback:
    """An ASC takes the callback back before an agent dials."""

    contact_id: ContactId
    asc_id: AscId


@record
class PostMessage:
    """A message from either side; its text is sealed."""

    contact_id: ContactId
    party: Party
    person_id: int


# --- what an agent does


@record
class SignIn:
    """An agent arrives with skills (product lines and languages) and chat capacity in units; becomes available."""

    agent_id: AgentId
    products: tuple[str, ...]
    languages: tuple[str, ...]
    capacity: int


@record
class SetStatus:
    """An agent chooses a status; `break` and `offline` stop new offers, running contacts go on."""

    agent_id: AgentId
    status: ChosenStatus
    reason: str


@record
class AcceptOffer:
    """An agent takes what was offered."""

    agent_id: AgentId
    offer_id: OfferId


@record
class DeclineOffer:
    """An agent passes on what was offered."""

    agent_id: AgentId
    offer_id: OfferId
    reason: str


@record
class CloseContact:
    """The conversation is over; wrap-up begins."""

    agent_id: AgentId
    contact_id: ContactId


@record
class FinishWrapUp:
    """After-contact work is done; the units are free."""

    agent_id: AgentId
    contact_id: ContactId


@record
class ReportReached:
    """The dialled ASC is on the line."""

    agent_id: AgentId
    contact_id: ContactId
    attempt: int


@record
class ReportUnreachable:
    """The dialled ASC could not be reached."""

    agent_id: AgentId
    contact_id: ContactId
    attempt: int
    failure: DialFailure


Command = (
    NodeStarted
    | NodeBeat
    | NodeStopped
    | TimePassed
    | PolicyChanged
    | ConnectSession
    | DisconnectSession
    | RequestChat
    | LeaveContact
    | ConvertToCallback
    | CancelCallback
    | PostMessage
    | SignIn
    | SetStatus
    | AcceptOffer
    | DeclineOffer
    | CloseContact
    | FinishWrapUp
    | ReportReached
    | ReportUnreachable
)

COMMANDS: Final[tuple[type, ...]] = Command.__args__
"""Every command class, in a fixed order."""


@record
class Op:
    """The identity of a client's operation: its session, the session's counter, a keyed hash of the frame."""

    session_id: SessionId
    counter: int
    body: bytes
