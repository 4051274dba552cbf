"""
The frames of the wire protocol `ringback.v1`, as docs/reference/protocol.md describes them.

What a client may say is a closed union: unknown types and fields, wrong types and values out of bounds are refused
here, before anything else sees them. What the server says is built as bytes, once for all who receive it. No state
enters here, and no decision.
"""

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import to_json

PROTOCOL: Final = "ringback.v1"
MAX_WIDGET_FRAME: Final = 16 * 1024
MAX_AGENT_FRAME: Final = 64 * 1024
"""Longest frame in bytes that a client may send."""
HEARTBEAT_MS: Final = 25_000

Id = Annotated[int, Field(ge=1, lt=2**53)]
"""Ids and counters are whole numbers that JavaScript holds exactly."""
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
Reason = Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]{0,31})?$")]
"""A code word such as `lunch`: it stands readable in the journal, so it must not be free text."""
Text = Annotated[str, Field(min_length=1, max_length=4_000, pattern=r"^[^\x00]*[^\s\p{C}][^\x00]*$")]
"""Something to read: not only white space and control characters, and no NUL."""
Topic = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]


class Frame(BaseModel):
    """A frame of a client: exactly its fields, in exactly their types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Numbered(Frame):
    """An operation: `id` is the session's counter, and one `ack` or `nack` answers it."""

    id: Id


class Auth(Frame):
    t: Literal["auth"]
    token: Annotated[str, Field(min_length=1, max_length=4_096)]
    session: Id | None = None


class Beat(Frame):
    t: Literal["beat"]


class Sync(Frame):
    t: Literal["sync"]
    contact: Id


class ChatRequest(Numbered):
    t: Literal["chat.request"]
    product: Name
    language: Language
    topic: Topic


class ChatLeave(Numbered):
    t: Literal["chat.leave"]
    contact: Id


class MsgSend(Numbered):
    t: Literal["msg.send"]
    contact: Id
    text: Text


class CallbackRequest(Numbered):
    t: Literal["callback.request"]
    contact: Id
    number: Annotated[str, Field(min_length=1, max_length=40)]
    region: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None


class CallbackCancel(Numbered):
    t: Literal["callback.cancel"]
    contact: Id


class AgentSignIn(Numbered):
    t: Literal["agent.sign_in"]
    products: Annotated[tuple[Name, ...], Field(min_length=1, max_length=50)]
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=50)]
    capacity: Annotated[int, Field(ge=1, le=20)]


class AgentStatus(Numbered):
    t: Literal["agent.status"]
    status: Literal["available", "break", "offline"]
    reason: Reason = ""


class OfferAccept(Numbered):
    t: Literal["offer.accept"]
    offer: Id


class OfferDecline(Numbered):
    t: Literal["offer.decline"]
    offer: Id
    reason: Reason = ""


class ContactClose(Numbered):
    t: Literal["contact.close"]
    contact: Id


class WrapupFinish(Numbered):
    t: Literal["wrapup.finish"]
    contact: Id


class DialReached(Numbered):
    t: Literal["dial.reached"]
    contact: Id
    attempt: Id


class DialFailed(Numbered):
    t: Literal["dial.failed"]
    contact: Id
    attempt: Id
    failure: Literal["no_answer", "busy", "voicemail", "invalid"]


Operation = (
    ChatRequest
    | ChatLeave
    | MsgSend
    | CallbackRequest
    | CallbackCancel
    | AgentSignIn
    | AgentStatus
    | OfferAccept
    | OfferDecline
    | ContactClose
    | WrapupFinish
    | DialReached
    | DialFailed
)
"""Every kind of operation."""

ClientFrame = Auth | Beat | Sync | Operation

CLIENT_FRAMES: Final = TypeAdapter[ClientFrame](Annotated[ClientFrame, Field(discriminator="t")])
"""The one validator of everything that clients send; its JSON schema documents it."""


class FrameError(Exception):
    """A frame is not of the protocol; the text names the place and the kind of fault, never the content."""


_validate: Final = cast(Callable[[str | bytes], ClientFrame], CLIENT_FRAMES.validator.validate_json)


def decode_frame(data: str | bytes) -> ClientFrame:
    """One frame of a client. Raises `FrameError`."""
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


# --- what the server says

encode: Final[Callable[[Any], bytes]] = to_json
"""A frame, or a part of one, as UTF-8 JSON."""

HELLO: Final = encode({"t": "hello", "protocol": PROTOCOL, "hb_ms": HEARTBEAT_MS})
BEAT: Final = encode({"t": "beat"})


def ack(op_id: int, at: int, contact_id: int, o: int) -> bytes:
    """An operation took effect; `contact_id` 0 when it touched no contact."""
    if contact_id:
        return b'{"t":"ack","id":%d,"at":%d,"contact":%d,"o":%d}' % (op_id, at, contact_id, o)
    return b'{"t":"ack","id":%d,"at":%d}' % (op_id, at)


def nack(op_id: int, code: str, message: str, final: bool, **more: int) -> bytes:
    """An operation was refused; `more` is `next` (expected counter) or `retry_ms`."""
    return encode({"t": "nack", "id": op_id, "code": code, "message": message, "final": final, **more})


def event(contact_id: int, o: int, epoch: str, at: int, kind: str, data: dict[str, Any]) -> bytes:
    """An event of a contact's durable stream."""
    frame = {"t": "ev", "s": f"chat:{contact_id}", "o": o, "e": epoch, "at": at, "k": kind, "d": data}
    return encode(frame)


def message(contact_id: int, o: int, epoch: str, at: int, by: str, name: str, text: str) -> bytes:
    """The event `message`: the one of which there are most, so it is written without a detour."""
    return b'{"t":"ev","s":"chat:%d","o":%d,"e":"%b","at":%d,"k":"message","d":{"by":"%b","name":%b,"text":%b}}' % (
        contact_id, o, epoch.encode(), at, by.encode(), encode(name), encode(text),
    )  # fmt: skip


def snapshot(contact_id: int, view: dict[str, Any]) -> bytes:
    """The whole view of a contact, instead of the events that led to it."""
    return encode({"t": "snap", "s": f"chat:{contact_id}", "d": view})


def state(stream: str, version: int, data: dict[str, Any]) -> bytes:
    """The latest of something of which only the latest counts."""
    return encode({"t": "st", "s": stream, "ver": version, "d": data})
