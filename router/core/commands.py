"""
What the desk can be told. Imperatives ask and may be refused; a node's own entries state facts.

Ids of people inside a command were taken from their authenticated session by the gateway, never from a frame.
Text, names and numbers do not appear here: they travel sealed beside the command.
"""

from typing import Final, Literal, get_args

from router.core.ids import AgentId, AscId, CompanyId, ContactId, LineKey, OfferId, SessionId
from router.core.policy import Policy
from router.core.records import record

Party = Literal["asc", "agent"]
DialFailure = Literal["no_answer", "busy", "voicemail", "invalid"]
DIAL_FAILURES: Final[tuple[DialFailure, ...]] = get_args(DialFailure)
ChosenStatus = Literal["available", "break", "offline"]
Impact = Literal["one", "some", "everybody"]
"""The ASC's answer to "how many cannot work?"; nobody but an agent makes a priority of it."""


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
    """An ASC wants to chat in a line; the contact enters it now. `agreed`: other languages will do as well."""

    contact_id: ContactId
    asc_id: AscId
    company_id: CompanyId
    line: LineKey
    claimed_impact: Impact = "one"
    agreed: bool = False


@record
class ReportCall:
    """An outside switch reports that an ASC calls; the contact enters the line now and needs a whole agent."""

    contact_id: ContactId
    asc_id: AscId
    company_id: CompanyId
    line: LineKey
    claimed_impact: Impact = "one"
    agreed: bool = False


@record
class OpenCase:
    """Work that can wait: offered to an agent for whom no chat, call or callback waits."""

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
    """
    A waiting ASC leaves a number instead; the same contact keeps its rank. The number itself is sealed.

    `window_from` and `window_to` (ms) name the slot the ASC chose, 0 for as soon as it is the contact's turn.
    `utc_offset_min` is the present offset of the number's zone, for quiet hours.
    """

    contact_id: ContactId
    asc_id: AscId
    number_ref: str
    window_from: int = 0
    window_to: int = 0
    utc_offset_min: int = 0


@record
class RequestCallback:
    """ "Call me" without a chat first; otherwise like a conversion at the moment of asking."""

    contact_id: ContactId
    asc_id: AscId
    company_id: CompanyId
    line: LineKey
    number_ref: str
    window_from: int = 0
    window_to: int = 0
    utc_offset_min: int = 0


@record
class ReturnToChat:
    """An ASC who left a number would rather chat after all; the rank stays."""

    contact_id: ContactId
    asc_id: AscId


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
    """
    An agent arrives with skills (product lines and languages) and capacity in units; becomes available.

    `levels` is the proficiency (1-5) in each of `products`, in their order; empty means 3 in each. `shift_ends` is in
    milliseconds of journal time, 0 when nobody said.
    """

    agent_id: AgentId
    products: tuple[str, ...]
    languages: tuple[str, ...]
    capacity: int
    pool: str = ""
    levels: tuple[int, ...] = ()
    shift_ends: int = 0


@record
class SetStatus:
    """
    An agent chooses a status; `break` and `offline` stop new offers, running contacts go on.

    `when_free`: the status follows when nothing is held any more; until then the agent drains.
    """

    agent_id: AgentId
    status: ChosenStatus
    reason: str
    when_free: bool = False


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
    """After-contact work is done; the units are free. By policy a reason and an outcome must be stated."""

    agent_id: AgentId
    contact_id: ContactId
    reason: str = ""
    outcome: str = ""


@record
class ExtendWrapUp:
    """The agent needs more time after the contact."""

    agent_id: AgentId
    contact_id: ContactId


@record
class ConfirmPriority:
    """The agent who talks sets the priority; this ends triage."""

    agent_id: AgentId
    contact_id: ContactId
    priority: int


@record
class LinkIncident:
    """The contact belongs to a known incident."""

    agent_id: AgentId
    contact_id: ContactId
    incident: str


@record
class Transfer:
    """
    Hand a contact on to exactly one of: a line, a pool (in the contact's line), an agent. The note is sealed.

    The receiver is offered the contact like any other; the rank stays.
    """

    agent_id: AgentId
    contact_id: ContactId
    line: LineKey
    pool: str
    to_agent: AgentId


@record
class RingAsc:
    """An agent in a chat, and in nothing else, rings the ASC."""

    agent_id: AgentId
    contact_id: ContactId
    number_ref: str


@record
class BookCallback:
    """An agent books a callback for the ASC of a contact held ("tomorrow 10:00 your time"), perhaps with this agent."""

    agent_id: AgentId
    contact_id: ContactId
    new_contact_id: ContactId
    number_ref: str
    window_from: int
    window_to: int
    utc_offset_min: int
    with_me: bool


@record
class DropCallback:
    """An agent cancels a callback that is no longer needed: settled otherwise, or a duplicate."""

    agent_id: AgentId
    contact_id: ContactId
    reason: str


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


# --- what a supervisor does


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


Command = (
    NodeStarted
    | NodeBeat
    | NodeStopped
    | TimePassed
    | PolicyChanged
    | ConnectSession
    | DisconnectSession
    | RequestChat
    | ReportCall
    | OpenCase
    | LeaveContact
    | ConvertToCallback
    | RequestCallback
    | ReturnToChat
    | CancelCallback
    | PostMessage
    | SignIn
    | SetStatus
    | AcceptOffer
    | DeclineOffer
    | CloseContact
    | FinishWrapUp
    | ExtendWrapUp
    | ConfirmPriority
    | LinkIncident
    | Transfer
    | RingAsc
    | BookCallback
    | DropCallback
    | ReportReached
    | ReportUnreachable
    | MoveContact
    | PullContact
    | RaisePriority
    | OpenLine
    | ForceStatus
)

COMMANDS: Final[tuple[type, ...]] = Command.__args__
"""Every command class, in a fixed order."""


@record
class Op:
    """The identity of a client's operation: its session, the session's counter, a keyed hash of the frame."""

    session_id: SessionId
    counter: int
    body: bytes
