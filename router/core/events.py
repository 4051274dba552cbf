"""
What the desk says has happened. Participles tell; applying them is the only way the state changes.

Every event of a contact that its people may see carries `o`, the contact's own counter from 1 without a gap: a client
that holds `o` = n needs exactly n + 1 next. Offers are the agents' affair and carry none. Times are milliseconds of
journal time; an event without a time happened at the desk's `now`.
"""

from typing import Final

from router.core.commands import ChosenStatus, DialFailure, Party
from router.core.ids import AgentId, AscId, CompanyId, ContactId, LineKey, OfferId, SessionId
from router.core.policy import Policy
from router.core.records import record

# --- contacts


@record
class ContactQueued:
    """An ASC asked for a chat and stands in line."""

    contact_id: ContactId
    o: int
    asc_id: AscId
    company_id: CompanyId
    line: LineKey
    priority: int
    waiting_since: int
    rank: int


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
    """Wrap-up is done; the contact leaves the desk."""

    contact_id: ContactId
    o: int
    agent_id: AgentId


@record
class ContactRequeued:
    """The agent was lost; the contact is back in its line at the rank it had."""

    contact_id: ContactId
    o: int
    agent_id: AgentId


# --- callbacks: the same contact on another channel


@record
class ContactConverted:
    """The ASC left a number: the contact is a callback now, in the same line at the same rank."""

    contact_id: ContactId
    o: int
    number_ref: str


@record
class CallbackCancelled:
    """The ASC took the callback back."""

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
    products: tuple[str, ...]
    languages: tuple[str, ...]
    capacity: int


@record
class AgentStatusSet:
    """An agent's status, chosen or (reason `connection_lost`) set by the desk."""

    agent_id: AgentId
    status: ChosenStatus
    reason: str


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
    | ContactConverted
    | CallbackCancelled
    | DialStarted
    | CallbackReached
    | CallbackUnreachable
)
OfferEvent = OfferMade | OfferDeclined | OfferTimedOut | OfferWithdrawn
AgentEvent = (
    AgentSignedIn
    | AgentStatusSet
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
    | PolicyAdopted
)
Event = ContactEvent | OfferEvent | AgentEvent | ServiceEvent

CONTACT_EVENTS: Final[tuple[type, ...]] = ContactEvent.__args__
EVENTS: Final[tuple[type, ...]] = CONTACT_EVENTS + OfferEvent.__args__ + AgentEvent.__args__ + ServiceEvent.__args__
