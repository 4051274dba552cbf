"""
The frames that the server sends, as models: what documents them, and what tests hold against a real conversation.

The server does not build its frames from these, for it writes them as bytes once for all who receive them; so nothing
here is on anybody's path. What stands inside `d` depends on `s` and `k` and is told in docs/reference/protocol.md.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from router.wire.frames.words import At, Id

Count = Annotated[int, Field(ge=0, lt=2**53)]


class Told(BaseModel):
    """A frame of the server. A client ignores fields that it does not know."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Hello(Told):
    """The first frame: which protocol this is, and how often a sign of life is wanted."""

    t: Literal["hello"]
    protocol: str
    hb_ms: Annotated[int, Field(ge=1_000)]


class Ready(Told):
    """The session is bound: the next number it counts, `e` the life of the journal, and all that the person may see."""

    t: Literal["ready"]
    session: Id
    next: Id
    e: str
    at: At
    me: dict[str, Any]
    desk: dict[str, Any]
    contacts: list[dict[str, Any]]
    agent: dict[str, Any] | None


class Ack(Told):
    """An operation took effect, durably; `contact` and `o` when it touched a contact."""

    t: Literal["ack"]
    id: Id
    at: At
    contact: Id | None = None
    o: Id | None = None


class Nack(Told):
    """An operation was refused. With `final` false it did not count: send the same number again."""

    t: Literal["nack"]
    id: Id
    code: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    message: str
    final: bool
    next: Id | None = None
    retry_ms: Count | None = None
    instead: list[str] | None = None
    opens: dict[str, Any] | None = None


class Ev(Told):
    """An event of a contact, numbered by `o` from 1 without a gap."""

    t: Literal["ev"]
    s: Annotated[str, Field(pattern=r"^chat:[0-9]+$")]
    o: Id
    e: str
    at: At
    k: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    d: dict[str, Any]


class St(Told):
    """The latest of something of which only the latest counts; a lower `ver` is older."""

    t: Literal["st"]
    s: Annotated[str, Field(pattern=r"^(desk|slots|colleagues|(queue|agent):[0-9]+|line:\S+)$")]
    ver: Count
    d: dict[str, Any]


class Snap(Told):
    """The whole view of a contact, instead of the events that led to it."""

    t: Literal["snap"]
    s: Annotated[str, Field(pattern=r"^chat:[0-9]+$")]
    d: dict[str, Any]


class Alive(Told):
    """The answer to `beat`."""

    t: Literal["beat"]


class Drain(Told):
    """This node ends; the connection is closed with 1012 in so many ms."""

    t: Literal["drain"]
    after_ms: Count


ServerFrame = Hello | Ready | Ack | Nack | Ev | St | Snap | Alive | Drain

SERVER_FRAMES: Final = TypeAdapter[ServerFrame](Annotated[ServerFrame, Field(discriminator="t")])
"""The validator of everything that the server says."""
