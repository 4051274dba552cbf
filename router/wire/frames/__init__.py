"""
The frames of the wire protocol, as docs/reference/protocol.md describes them.

What a client may say is a closed union: unknown types and fields, wrong types and values out of bounds are refused
here, before anything else sees them. What the server says is in `server`. No state enters here, and no decision.
"""

from collections.abc import Callable
from typing import Annotated, Final, Literal, cast

from pydantic import Field, TypeAdapter, ValidationError

from router.wire.frames.agent import (
    AgentSignIn,
    AgentStatus,
    CallbackBook,
    CallbackDrop,
    ContactClose,
    ContactTransfer,
    DialFailed,
    DialReached,
    DialRing,
    IncidentLink,
    OfferAccept,
    OfferDecline,
    PriorityConfirm,
    WrapupExtend,
    WrapupFinish,
)
from router.wire.frames.asc import (
    CallbackAsk,
    CallbackCancel,
    CallbackRequest,
    CallbackReturn,
    CaseOpen,
    ChatLeave,
    ChatRequest,
    MsgSend,
)
from router.wire.frames.looks import Colleagues, Look, Slots, Sync, Watch
from router.wire.frames.server import (
    BEAT,
    HEARTBEAT_MS,
    HELLO,
    ack,
    drain,
    encode,
    event,
    message,
    nack,
    snapshot,
    state,
)
from router.wire.frames.staff import (
    AgentForce,
    CallAskCallback,
    CallCallback,
    CallEnd,
    CallReport,
    ContactMove,
    ContactPrioritise,
    ContactPull,
    LineOpen,
)
from router.wire.frames.versions import BEFORE, PROTOCOL, PROTOCOLS, negotiated
from router.wire.frames.words import At, Frame, Id, Numbered

__all__ = [
    "BEAT",
    "BEFORE",
    "CLIENT_FRAMES",
    "HEARTBEAT_MS",
    "HELLO",
    "MAX_AGENT_FRAME",
    "MAX_WIDGET_FRAME",
    "PROTOCOL",
    "PROTOCOLS",
    "AgentForce",
    "AgentSignIn",
    "AgentStatus",
    "Auth",
    "Beat",
    "CallAskCallback",
    "CallCallback",
    "CallEnd",
    "CallReport",
    "CallbackAsk",
    "CallbackBook",
    "CallbackCancel",
    "CallbackDrop",
    "CallbackRequest",
    "CallbackReturn",
    "CaseOpen",
    "ChatLeave",
    "ChatRequest",
    "ClientFrame",
    "Colleagues",
    "ContactClose",
    "ContactMove",
    "ContactPrioritise",
    "ContactPull",
    "ContactTransfer",
    "DialFailed",
    "DialReached",
    "DialRing",
    "FrameError",
    "IncidentLink",
    "LineOpen",
    "Look",
    "MsgSend",
    "Numbered",
    "OfferAccept",
    "OfferDecline",
    "Operation",
    "PriorityConfirm",
    "Slots",
    "Sync",
    "Watch",
    "WrapupExtend",
    "WrapupFinish",
    "ack",
    "canonical_bytes",
    "canonical_message",
    "decode_frame",
    "drain",
    "encode",
    "event",
    "message",
    "nack",
    "negotiated",
    "snapshot",
    "state",
]

MAX_WIDGET_FRAME: Final = 16 * 1024
MAX_AGENT_FRAME: Final = 64 * 1024
"""Longest frame in bytes that a client may send."""


Resume = Annotated[tuple[tuple[Id, Id, At], ...], Field(max_length=100)]
"""What a client still has: contacts, each with `o` and `at` of the last message of it."""


class Auth(Frame):
    """Who this is, and which session goes on; `resume` from version 2 on."""

    t: Literal["auth"]
    token: Annotated[str, Field(min_length=1, max_length=4_096)]
    session: Id | None = None
    resume: Resume = ()


class Beat(Frame):
    t: Literal["beat"]


Operation = (
    ChatRequest
    | ChatLeave
    | MsgSend
    | CallbackRequest
    | CallbackAsk
    | CallbackReturn
    | CallbackCancel
    | CaseOpen
    | AgentSignIn
    | AgentStatus
    | OfferAccept
    | OfferDecline
    | ContactClose
    | ContactTransfer
    | WrapupFinish
    | WrapupExtend
    | PriorityConfirm
    | IncidentLink
    | DialRing
    | DialReached
    | DialFailed
    | CallbackBook
    | CallbackDrop
    | ContactMove
    | ContactPull
    | ContactPrioritise
    | LineOpen
    | AgentForce
    | CallReport
    | CallCallback
    | CallAskCallback
    | CallEnd
)
"""Every kind of operation."""

ClientFrame = Auth | Beat | Look | Operation

CLIENT_FRAMES: Final = TypeAdapter[ClientFrame](Annotated[ClientFrame, Field(discriminator="t")])
"""The one validator of everything that clients send; its JSON schema documents it."""


class FrameError(Exception):
    """A frame is not of the protocol; the text names the place and the kind of fault, never the content."""


_validate: Final = cast(Callable[[str | bytes], ClientFrame], CLIENT_FRAMES.validator.validate_json)
_validate_message: Final = cast(Callable[[str | bytes], MsgSend], MsgSend.__pydantic_validator__.validate_json)
_MESSAGE: Final = b'{"t":"msg.send",'


def decode_frame(data: str | bytes) -> ClientFrame:
    """One frame of a client. Raises `FrameError`."""
    if data[:16] == _MESSAGE:
        # Most frames are messages: whose kind stands in front need not be read once to find it and once more to check.
        try:
            return _validate_message(data)
        except ValidationError:
            pass  # the union finds the same fault, and names it like any other frame's
    try:
        return _validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "frame"
        # A message of pydantic may quote the input (an unknown tag), so only its kind is told.
        raise FrameError(f"{place[:80]}: {first['type']}") from None


def canonical_bytes(operation: Operation) -> bytes:
    """An operation in one fixed form, whatever spacing and order of fields it arrived in; repetitions compare by it."""
    return operation.__pydantic_serializer__.to_json(operation)


def canonical_message(operation: MsgSend, text: bytes) -> bytes:
    """The same of a message whose `text` is JSON already, at a third of the cost: most operations are messages."""
    return b'{"id":%d,"t":"msg.send","contact":%d,"text":%b}' % (operation.id, operation.contact, text)
