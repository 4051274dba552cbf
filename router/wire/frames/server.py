"""What the server says, built as bytes once for all who receive it."""

from collections.abc import Callable
from typing import Any, Final

from pydantic_core import to_json

from router.wire.frames.versions import PROTOCOLS

HEARTBEAT_MS: Final = 25_000

encode: Final[Callable[[Any], bytes]] = to_json
"""A frame, or a part of one, as UTF-8 JSON."""

HELLO: Final = {name: encode({"t": "hello", "protocol": name, "hb_ms": HEARTBEAT_MS}) for name in PROTOCOLS}
"""The greeting of each version."""
BEAT: Final = encode({"t": "beat"})


def ack(op_id: int, at: int, contact_id: int, o: int) -> bytes:
    """An operation took effect; `contact_id` 0 when it touched no contact."""
    if contact_id:
        return b'{"t":"ack","id":%d,"at":%d,"contact":%d,"o":%d}' % (op_id, at, contact_id, o)
    return b'{"t":"ack","id":%d,"at":%d}' % (op_id, at)


def nack(op_id: int, code: str, message: str, final: bool, **more: Any) -> bytes:
    """An operation was refused; `more` is `next` (expected counter), `retry_ms`, or what the ASC may do instead."""
    return encode({"t": "nack", "id": op_id, "code": code, "message": message, "final": final, **more})


def drain(after_ms: int) -> bytes:
    """This node ends; it closes the connection with 1012 in so many ms, and another node or the next life serves on."""
    return encode({"t": "drain", "after_ms": after_ms})


def event(contact_id: int, o: int, epoch: str, at: int, kind: str, data: dict[str, Any]) -> bytes:
    """An event of a contact's durable stream."""
    frame = {"t": "ev", "s": f"chat:{contact_id}", "o": o, "e": epoch, "at": at, "k": kind, "d": data}
    return encode(frame)


def message(contact_id: int, o: int, epoch: str, at: int, by: str, said: bytes) -> bytes:
    """
    The event `message`: the one of which there are most, so it is written without a detour.

    `said` is a JSON object of `name` and `text`, as it was sealed; an empty one when it cannot be read any more.
    """
    words = b'"name":"","text":""}' if said == b"{}" else said[1:]
    return b'{"t":"ev","s":"chat:%d","o":%d,"e":"%b","at":%d,"k":"message","d":{"by":"%b",%b}' % (
        contact_id, o, epoch.encode(), at, by.encode(), words,
    )  # fmt: skip


def snapshot(contact_id: int, view: dict[str, Any]) -> bytes:
    """The whole view of a contact, instead of the events that led to it."""
    return encode({"t": "snap", "s": f"chat:{contact_id}", "d": view})


def state(stream: str, version: int, data: dict[str, Any]) -> bytes:
    """The latest of something of which only the latest counts."""
    return encode({"t": "st", "s": stream, "ver": version, "d": data})
