"""
What the desk says has happened. Participles tell; applying them is the only way the state changes.

Every event of a contact that its people may see carries `o`, the contact's own counter from 1 without a gap: a client
that holds `o` = n needs exactly n + 1 next. Offers are the agents' affair and carry none. Times are milliseconds of
journal time; an event without a time happened at the desk's `now`.
"""

from typing import Final

from router.core.events.agents import (
    AgentBack,
    AgentLost,
    AgentNotResponding,
    AgentSignedIn,
    AgentStatusSet,
    BackOffEnded,
    DrainEnded,
    DrainStarted,
    NextStatusSet,
    ShiftEnding,
)
from router.core.events.callbacks import (
    AttemptFailed,
    CallbackCancelled,
    CallbackDue,
    CallbackExpired,
    CallbackReached,
    CallbackRequested,
    CallbackScheduled,
    CallbackUnreachable,
    CallbackUrgent,
    ContactConverted,
    DialStarted,
    ReturnedToChat,
    RingFailed,
    RingStarted,
)
from router.core.events.contacts import (
    AscLeft,
    AscReturned,
    AscWarned,
    CaseClockSet,
    CaseOverdue,
    ContactAbandoned,
    ContactClosed,
    ContactConnected,
    ContactEnded,
    ContactExpired,
    ContactMoved,
    ContactParked,
    ContactQueued,
    ContactRequeued,
    ContactResumed,
    ContactSentAway,
    ContactTransferred,
    IncidentLinked,
    MessagePosted,
    PassingForgotten,
    PreferenceEnded,
    PrioritySet,
    SilentlyAbandoned,
    StepWidened,
    TriageEscalated,
    WaitReviewed,
    WaitTold,
    WrapUpExtended,
)
from router.core.events.offers import (
    OfferDeclined,
    OfferMade,
    OfferTimedOut,
    OfferWithdrawn,
)
from router.core.events.service import (
    CalendarKnown,
    DeadlinesRestarted,
    DiallingEnded,
    LineOpened,
    NodeHeard,
    NodeJoined,
    NodeLost,
    OpRecorded,
    PolicyAdopted,
    SessionBound,
    SessionDropped,
    SessionExpired,
    SessionKept,
)

__all__ = [
    "CONTACT_BEGINS",
    "CONTACT_ENDS",
    "CONTACT_EVENTS",
    "EVENTS",
    "AgentBack",
    "AgentEvent",
    "AgentLost",
    "AgentNotResponding",
    "AgentSignedIn",
    "AgentStatusSet",
    "AscLeft",
    "AscReturned",
    "AscWarned",
    "AttemptFailed",
    "BackOffEnded",
    "CalendarKnown",
    "CallbackCancelled",
    "CallbackDue",
    "CallbackExpired",
    "CallbackReached",
    "CallbackRequested",
    "CallbackScheduled",
    "CallbackUnreachable",
    "CallbackUrgent",
    "CaseClockSet",
    "CaseOverdue",
    "ContactAbandoned",
    "ContactBegin",
    "ContactClosed",
    "ContactConnected",
    "ContactConverted",
    "ContactEnded",
    "ContactEvent",
    "ContactExpired",
    "ContactMoved",
    "ContactParked",
    "ContactQueued",
    "ContactRequeued",
    "ContactResumed",
    "ContactSentAway",
    "ContactTransferred",
    "DeadlinesRestarted",
    "DialStarted",
    "DiallingEnded",
    "DrainEnded",
    "DrainStarted",
    "Event",
    "IncidentLinked",
    "LineOpened",
    "MessagePosted",
    "NextStatusSet",
    "NodeHeard",
    "NodeJoined",
    "NodeLost",
    "OfferDeclined",
    "OfferEvent",
    "OfferMade",
    "OfferTimedOut",
    "OfferWithdrawn",
    "OpRecorded",
    "PassingForgotten",
    "PolicyAdopted",
    "PreferenceEnded",
    "PrioritySet",
    "ReturnedToChat",
    "RingFailed",
    "RingStarted",
    "RoutingEvent",
    "ServiceEvent",
    "SessionBound",
    "SessionDropped",
    "SessionExpired",
    "SessionKept",
    "ShiftEnding",
    "SilentlyAbandoned",
    "StepWidened",
    "TriageEscalated",
    "WaitReviewed",
    "WaitTold",
    "WrapUpExtended",
]

ContactEvent = (
    ContactQueued
    | ContactConnected
    | MessagePosted
    | AscLeft
    | AscReturned
    | ContactAbandoned
    | ContactSentAway
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
RoutingEvent = (
    CallbackUrgent
    | StepWidened
    | PreferenceEnded
    | PassingForgotten
    | TriageEscalated
    | WrapUpExtended
    | WaitTold
    | WaitReviewed
    | CaseClockSet
    | CaseOverdue
    | SilentlyAbandoned
)
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
    | DiallingEnded
    | CalendarKnown
    | PolicyAdopted
)
Event = ContactEvent | RoutingEvent | OfferEvent | AgentEvent | ServiceEvent

CONTACT_EVENTS: Final[tuple[type, ...]] = ContactEvent.__args__
ContactBegin = ContactQueued | CallbackRequested
CONTACT_BEGINS: Final = frozenset(ContactBegin.__args__)
"""The first event of any contact."""
CONTACT_ENDS: Final = frozenset(
    {
        ContactClosed,
        ContactAbandoned,
        ContactExpired,
        ContactSentAway,
        CallbackCancelled,
        CallbackExpired,
        CallbackUnreachable,
    }
)
"""The last event of any contact."""
EVENTS: Final[tuple[type, ...]] = (
    CONTACT_EVENTS + RoutingEvent.__args__ + OfferEvent.__args__ + AgentEvent.__args__ + ServiceEvent.__args__
)
