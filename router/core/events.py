"""
What the desk says has happened. Participles tell; applying them is the only way the state changes.

Every event of a contact that its people may see carries `o`, the contact's own counter from 1 without a gap: a client
that holds `o` = n needs exactly n + 1 next. Offers are the agents' affair and carry none. Times are milliseconds of
journal time; an event without a time happened at the desk's `now`.
"""

from typing import Final

from router.core.commands import ChosenStatus, DialFailure, Impact, Party
from router.core.ids import AgentId, AscId, CompanyId, ContactId, LineKey, OfferId, SessionId
from router.core.policy import Policy
from router.core.records import record

# --- contacts


@record
class ContactQueued:
    """
    An ASC asked for a chat, calls, or a case was opened: the contact stands in line.

    `step` is the first one for which somebody is signed in. `for_agent` (0: nobody) is whom alone the contact waits
    for until `for_agent_until`. `triage`: the claim that everybody is affected waits to be confirmed.
    """

    contact_id: ContactId
    o: int
    asc_id: AscId
    company_id: CompanyId
    line: LineKey
    channel: str
    priority: int
    waiting_since: int
    rank: int
    step: int
    agreed: bool
    claimed_impact: Impact
    triage: bool
    for_agent: AgentId
    for_agent_until: int


@record
class ContactConnected:
    """An agent accepted the chat."""

    contact_id: ContactId
    o: int
    offer_id: OfferId
    agent_id: AgentId


@record
class MessagePosted:
    """A message is part of the contact; its text is in the transcript."""

    contact_id: ContactId
    o: int
    party: Party
    person_id: int


@record
class AscLeft:
    """The waiting ASC's last connection is gone; the place is kept until `resume_by`, but nobody is offered it."""

    contact_id: ContactId
    o: int
    resume_by: int


@record
class AscReturned:
    """The absent ASC is back in the old place."""

    contact_id: ContactId
    o: int


@record
class ContactAbandoned:
    """The ASC left before an agent accepted; `ended` is when. Within the short limit it counts as short."""

    contact_id: ContactId
    o: int
    ended: int
    short: bool


@record
class ContactEnded:
    """The conversation is over, ended by either side; the agent wraps up until `wrap_up_by` at the latest."""

    contact_id: ContactId
    o: int
    agent_id: AgentId
    by: Party
    wrap_up_by: int


@record
class ContactClosed:
    """Wrap-up is done; the contact leaves the desk. `reason` and `outcome` are the agent's, "" when none was stated."""

    contact_id: ContactId
    o: int
    agent_id: AgentId
    reason: str
    outcome: str


@record
class WrapUpExtended:
    """The agent may wrap up until `wrap_up_by`."""

    contact_id: ContactId
    wrap_up_by: int


@record
class ContactRequeued:
    """Back in line at the rank it had. `cause`: `agent_lost`, `shift_end`, `pulled`."""

    contact_id: ContactId
    o: int
    agent_id: AgentId
    cause: str


@record
class ContactTransferred:
    """An agent handed the contact on: it waits in `line` at the rank it had, for a pool or an agent if one is named."""

    contact_id: ContactId
    o: int
    agent_id: AgentId
    line: LineKey
    step: int
    pool: str
    for_agent: AgentId
    for_agent_until: int


@record
class ContactMoved:
    """A supervisor moved the waiting contact to another line; it keeps its rank."""

    contact_id: ContactId
    o: int
    supervisor_id: int
    line: LineKey
    step: int


@record
class PrioritySet:
    """The contact has a priority, given by its agent (`by` agent) or a supervisor; triage is over."""

    contact_id: ContactId
    o: int
    by: str
    person_id: int
    priority: int
    rank: int


@record
class IncidentLinked:
    """The contact belongs to an incident."""

    contact_id: ContactId
    o: int
    incident: str


@record
class AscWarned:
    """The ASC has owed an answer for long; without one by `park_at` the contact is parked."""

    contact_id: ContactId
    o: int
    park_at: int


@record
class ContactParked:
    """The ASC is quiet: the agent's unit is free. The contact ends at `expires` unless the ASC writes."""

    contact_id: ContactId
    o: int
    agent_id: AgentId
    expires: int


@record
class ContactResumed:
    """The quiet ASC wrote: in line at the old rank, for the same agent alone if `for_agent` is free."""

    contact_id: ContactId
    o: int
    step: int
    for_agent: AgentId
    for_agent_until: int


@record
class ContactExpired:
    """The parked contact was not taken up again."""

    contact_id: ContactId
    o: int


@record
class StepWidened:
    """More agents may serve the contact now; its rank is what it was."""

    contact_id: ContactId
    step: int


@record
class PreferenceEnded:
    """The contact no longer waits for one agent alone."""

    contact_id: ContactId
    step: int


@record
class TriageEscalated:
    """Nobody has taken up the claim that everybody is affected in time, or nobody is signed in who could."""

    contact_id: ContactId


# --- callbacks: the same contact on another channel


@record
class ContactConverted:
    """
    The ASC left a number: the contact is a callback now, in the same line at the same rank.

    The promise is fixed here: the window that was chosen, or from now for as long as policy says.
    """

    contact_id: ContactId
    o: int
    number_ref: str
    window_from: int
    promise_from: int
    promise_to: int
    utc_offset_min: int


@record
class CallbackRequested:
    """A callback without a chat before it. `for_agent` (0: nobody) is with whom it was booked."""

    contact_id: ContactId
    o: int
    asc_id: AscId
    company_id: CompanyId
    line: LineKey
    waiting_since: int
    rank: int
    number_ref: str
    window_from: int
    promise_from: int
    promise_to: int
    utc_offset_min: int
    for_agent: AgentId
    booked_by: AgentId


@record
class CallbackScheduled:
    """Not to be dialled before `at`: a window, quiet hours, a closed line or a retry. Its place in line is kept."""

    contact_id: ContactId
    o: int
    at: int
    cause: str


@record
class CallbackDue:
    """The callback stands in line, at its rank."""

    contact_id: ContactId
    o: int
    step: int


@record
class CallbackUrgent:
    """The promise is in danger: an agent may drain for this callback."""

    contact_id: ContactId


@record
class ReturnedToChat:
    """The ASC chats after all, at the rank there was."""

    contact_id: ContactId
    o: int
    step: int


@record
class CallbackCancelled:
    """The callback is no longer wanted. `by`: `asc` or `agent`."""

    contact_id: ContactId
    o: int
    by: str
    reason: str


@record
class CallbackExpired:
    """The callback could not be completed in its lifetime."""

    contact_id: ContactId
    o: int


@record
class DialStarted:
    """An agent accepted the callback and dials; attempts are numbered across the desk."""

    contact_id: ContactId
    o: int
    offer_id: OfferId
    agent_id: AgentId
    attempt: int


@record
class CallbackReached:
    """The ASC is on the line."""

    contact_id: ContactId
    o: int
    agent_id: AgentId
    attempt: int


@record
class AttemptFailed:
    """Nobody was reached; there will be another attempt, not before `retry_at`. The agent is free."""

    contact_id: ContactId
    o: int
    agent_id: AgentId
    attempt: int
    failure: DialFailure
    retry_at: int


@record
class RingStarted:
    """From an open chat the agent rings the ASC, and is there for nobody else."""

    contact_id: ContactId
    o: int
    agent_id: AgentId
    attempt: int
    number_ref: str


@record
class RingFailed:
    """The ASC did not answer the phone; the chat goes on."""

    contact_id: ContactId
    o: int
    agent_id: AgentId
    attempt: int
    failure: DialFailure


@record
class CallbackUnreachable:
    """The attempt failed and there will be no other; the callback is over."""

    contact_id: ContactId
    o: int
    agent_id: AgentId
    attempt: int
    failure: DialFailure


# --- offers


@record
class OfferMade:
    """A contact is put before exactly one agent until `due`."""

    offer_id: OfferId
    contact_id: ContactId
    agent_id: AgentId
    due: int


@record
class OfferDeclined:
    """The agent passed; no new offers for this agent before `back_off_until`."""

    offer_id: OfferId
    contact_id: ContactId
    agent_id: AgentId
    reason: str
    back_off_until: int


@record
class OfferTimedOut:
    """The agent let the offer pass; the contact is back at its rank, the agent backs off."""

    offer_id: OfferId
    contact_id: ContactId
    agent_id: AgentId
    back_off_until: int


@record
class OfferWithdrawn:
    """The offer ended through no act of the agent: `asc_left`, `converted`, `cancelled`, `agent_lost`, `outage`."""

    offer_id: OfferId
    contact_id: ContactId
    agent_id: AgentId
    cause: str


# --- agents


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


# --- nodes, sessions, policy


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
class PolicyAdopted:
    """These rules hold from now on."""

    policy: Policy


ContactEvent = (
    ContactQueued
    | ContactConnected
    | MessagePosted
    | AscLeft
    | AscReturned
    | ContactAbandoned
    | ContactEnded
    | ContactClosed
    | ContactRequeued
    | ContactTransferred
    | ContactMoved
    | PrioritySet
    | IncidentLinked
    | AscWarned
    | ContactParked
    | ContactResumed
    | ContactExpired
    | ContactConverted
    | CallbackRequested
    | CallbackScheduled
    | CallbackDue
    | ReturnedToChat
    | CallbackCancelled
    | CallbackExpired
    | DialStarted
    | CallbackReached
    | AttemptFailed
    | RingStarted
    | RingFailed
    | CallbackUnreachable
)
RoutingEvent = CallbackUrgent | StepWidened | PreferenceEnded | TriageEscalated | WrapUpExtended
OfferEvent = OfferMade | OfferDeclined | OfferTimedOut | OfferWithdrawn
AgentEvent = (
    AgentSignedIn
    | AgentStatusSet
    | NextStatusSet
    | ShiftEnding
    | AgentNotResponding
    | AgentLost
    | AgentBack
    | BackOffEnded
    | DrainStarted
    | DrainEnded
)
ServiceEvent = (
    NodeJoined
    | NodeHeard
    | NodeLost
    | DeadlinesRestarted
    | SessionBound
    | SessionDropped
    | SessionKept
    | SessionExpired
    | OpRecorded
    | LineOpened
    | PolicyAdopted
)
Event = ContactEvent | RoutingEvent | OfferEvent | AgentEvent | ServiceEvent

CONTACT_EVENTS: Final[tuple[type, ...]] = ContactEvent.__args__
EVENTS: Final[tuple[type, ...]] = (
    CONTACT_EVENTS + RoutingEvent.__args__ + OfferEvent.__args__ + AgentEvent.__args__ + ServiceEvent.__args__
)
