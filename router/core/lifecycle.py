"""
Legal moves, as tables: state x event -> state. Applying an event that is not in its table is a bug and stops the desk.

The diagrams in `docs/architecture.md` are drawn from these tables; tests try every state with every event.
"""

from typing import Final

from router.core import events as ev

# --- contact states
WAITING: Final = "waiting"
ABSENT: Final = "absent"
OFFERED: Final = "offered"
CONNECTED: Final = "connected"
PARKED: Final = "parked"
WRAPPING: Final = "wrapping"
SCHEDULED: Final = "scheduled"
DUE: Final = "due"
DIALLING: Final = "dialling"
CLOSED: Final = "closed"
ABANDONED: Final = "abandoned"
CANCELLED: Final = "cancelled"
UNREACHABLE: Final = "unreachable"
EXPIRED: Final = "expired"
BLOCKED: Final = "blocked"

ENDS: Final = (CLOSED, ABANDONED, CANCELLED, UNREACHABLE, EXPIRED, BLOCKED)
"""States that nothing leaves; a contact that reaches one leaves the desk."""

# --- channels
CHAT: Final = "chat"
CALLBACK: Final = "callback"
CALL: Final = "call"
CASE: Final = "case"

EXCLUSIVE: Final = (CALLBACK, CALL)
"""Channels that need a whole agent."""
LIVE: Final = (CHAT, CALL)
"""Channels on which somebody waits now."""
NOT_DIALLED: Final = (SCHEDULED, DUE, OFFERED)
"""States in which a callback can be taken back."""

Table = dict[str, dict[type, str]]

CHAT_MOVES: Final[Table] = {
    WAITING: {
        ev.OfferMade: OFFERED,
        ev.MessagePosted: WAITING,
        ev.PrioritySet: WAITING,
        ev.ContactMoved: WAITING,
        ev.AscLeft: ABSENT,
        ev.ContactAbandoned: ABANDONED,
        ev.ContactSentAway: BLOCKED,
        ev.ContactConverted: SCHEDULED,
    },
    ABSENT: {ev.AscReturned: WAITING, ev.ContactAbandoned: ABANDONED},
    OFFERED: {
        ev.ContactConnected: CONNECTED,
        ev.MessagePosted: OFFERED,
        ev.OfferDeclined: WAITING,
        ev.OfferTimedOut: WAITING,
        ev.OfferWithdrawn: WAITING,
    },
    CONNECTED: {
        ev.MessagePosted: CONNECTED,
        ev.PrioritySet: CONNECTED,
        ev.IncidentLinked: CONNECTED,
        ev.AscWarned: CONNECTED,
        ev.RingStarted: DIALLING,
        ev.ContactParked: PARKED,
        ev.ContactTransferred: WAITING,
        ev.ContactEnded: WRAPPING,
        ev.ContactRequeued: WAITING,
    },
    PARKED: {
        ev.MessagePosted: PARKED,
        ev.ContactResumed: WAITING,
        ev.ContactClosed: CLOSED,
        ev.ContactExpired: EXPIRED,
    },
    WRAPPING: {ev.IncidentLinked: WRAPPING, ev.ContactClosed: CLOSED},
}
"""A chat, from asking to closing. Leaving, moving or converting while offered withdraws the offer first."""

CALL_MOVES: Final[Table] = {
    WAITING: {
        ev.OfferMade: OFFERED,
        ev.PrioritySet: WAITING,
        ev.ContactMoved: WAITING,
        ev.ContactAbandoned: ABANDONED,
        ev.ContactSentAway: BLOCKED,
        ev.ContactConverted: SCHEDULED,
    },
    OFFERED: {
        ev.ContactConnected: CONNECTED,
        ev.OfferDeclined: WAITING,
        ev.OfferTimedOut: WAITING,
        ev.OfferWithdrawn: WAITING,
    },
    CONNECTED: {
        ev.PrioritySet: CONNECTED,
        ev.IncidentLinked: CONNECTED,
        ev.ContactTransferred: WAITING,
        ev.ContactEnded: WRAPPING,
        ev.ContactRequeued: WAITING,
    },
    WRAPPING: {ev.IncidentLinked: WRAPPING, ev.ContactClosed: CLOSED},
}
"""A phone contact that an outside switch reports, and a case: no messages here, nobody to go absent."""

CALLBACK_MOVES: Final[Table] = {
    SCHEDULED: {
        ev.ContactConverted: SCHEDULED,
        ev.CallbackScheduled: SCHEDULED,
        ev.CallbackDue: DUE,
        ev.ReturnedToChat: WAITING,
        ev.CallbackCancelled: CANCELLED,
        ev.CallbackExpired: EXPIRED,
    },
    DUE: {
        ev.OfferMade: OFFERED,
        ev.ContactConverted: SCHEDULED,
        ev.CallbackScheduled: SCHEDULED,
        ev.PrioritySet: DUE,
        ev.ContactMoved: DUE,
        ev.ReturnedToChat: WAITING,
        ev.CallbackCancelled: CANCELLED,
        ev.CallbackExpired: EXPIRED,
    },
    OFFERED: {
        ev.DialStarted: DIALLING,
        ev.OfferDeclined: DUE,
        ev.OfferTimedOut: DUE,
        ev.OfferWithdrawn: DUE,
    },
    DIALLING: {
        ev.CallbackReached: CONNECTED,
        ev.AttemptFailed: SCHEDULED,
        ev.RingFailed: CONNECTED,
        ev.CallbackUnreachable: UNREACHABLE,
        ev.ContactRequeued: DUE,
    },
    CONNECTED: {
        ev.PrioritySet: CONNECTED,
        ev.IncidentLinked: CONNECTED,
        ev.ContactTransferred: DUE,
        ev.ContactEnded: WRAPPING,
        ev.ContactRequeued: DUE,
    },
    WRAPPING: {ev.IncidentLinked: WRAPPING, ev.ContactClosed: CLOSED},
}
"""A callback, from the conversion on. An agent who does not take the offer is not an attempt."""

MOVES: Final[dict[str, Table]] = {CHAT: CHAT_MOVES, CALLBACK: CALLBACK_MOVES, CALL: CALL_MOVES, CASE: CALL_MOVES}

# --- offers
PENDING: Final = "pending"

OFFER_MOVES: Final[Table] = {
    PENDING: {
        ev.ContactConnected: "accepted",
        ev.DialStarted: "accepted",
        ev.OfferDeclined: "declined",
        ev.OfferTimedOut: "timed_out",
        ev.OfferWithdrawn: "withdrawn",
    },
}
"""An offer ends once; every end is final, so an ended offer is forgotten and a late accept is refused."""

# --- what an agent chooses
AVAILABLE: Final = "available"
BREAK: Final = "break"
OFFLINE: Final = "offline"

# --- what follows from it
IDLE: Final = "idle"
RINGING: Final = "offered"
BUSY: Final = "busy"
WRAP_UP: Final = "wrap_up"
NOT_RESPONDING: Final = "not_responding"
DRAINING: Final = "draining"
