"""
What the desk can be told. Imperatives ask and may be refused; a node's own entries state facts.

Ids of people inside a command were taken from their authenticated session by the gateway, never from a frame.
Text, names and numbers do not appear here: they travel sealed beside the command.
"""

from typing import Final

from router.core.commands.agent import (
    AcceptOffer,
    BookCallback,
    CloseContact,
    ConfirmPriority,
    DeclineOffer,
    DropCallback,
    ExtendWrapUp,
    FinishWrapUp,
    LinkIncident,
    ReportReached,
    ReportUnreachable,
    RingAsc,
    SetStatus,
    SignIn,
    Transfer,
)
from router.core.commands.asc import (
    CancelCallback,
    ConvertToCallback,
    LeaveContact,
    OpenCase,
    PostMessage,
    ReportCall,
    RequestCallback,
    RequestChat,
    ReturnToChat,
)
from router.core.commands.nodes import (
    CalendarExtended,
    ConnectSession,
    DisconnectSession,
    NodeBeat,
    NodeStarted,
    NodeStopped,
    PolicyChanged,
    TimePassed,
)
from router.core.commands.supervisor import (
    ForceStatus,
    MoveContact,
    OpenLine,
    PullContact,
    RaisePriority,
)
from router.core.commands.words import DIAL_FAILURES, ChosenStatus, DialFailure, Impact, Party
from router.core.ids import SessionId
from router.core.records import record

__all__ = [
    "COMMANDS",
    "DIAL_FAILURES",
    "AcceptOffer",
    "BookCallback",
    "CalendarExtended",
    "CancelCallback",
    "ChosenStatus",
    "CloseContact",
    "Command",
    "ConfirmPriority",
    "ConnectSession",
    "ConvertToCallback",
    "DeclineOffer",
    "DialFailure",
    "DisconnectSession",
    "DropCallback",
    "ExtendWrapUp",
    "FinishWrapUp",
    "ForceStatus",
    "Impact",
    "LeaveContact",
    "LinkIncident",
    "MoveContact",
    "NodeBeat",
    "NodeStarted",
    "NodeStopped",
    "Op",
    "OpenCase",
    "OpenLine",
    "Party",
    "PolicyChanged",
    "PostMessage",
    "PullContact",
    "RaisePriority",
    "ReportCall",
    "ReportReached",
    "ReportUnreachable",
    "RequestCallback",
    "RequestChat",
    "ReturnToChat",
    "RingAsc",
    "SetStatus",
    "SignIn",
    "TimePassed",
    "Transfer",
]

Command = (
    NodeStarted
    | NodeBeat
    | NodeStopped
    | TimePassed
    | PolicyChanged
    | CalendarExtended
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
