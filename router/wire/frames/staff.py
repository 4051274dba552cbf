"""What a supervisor's wallboard says, and an outside telephone switch."""

from typing import Annotated, Literal

from pydantic import Field

from router.core.commands import Impact
from router.wire.frames.words import At, Id, Language, Line, Name, Number, Numbered, Reason, Region, Topic

Words = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]


class ContactMove(Numbered):
    """A waiting contact into another line, at its rank."""

    t: Literal["contact.move"]
    contact: Id
    line: Line


class ContactPull(Numbered):
    """A contact back from its agent, or from the one at whom it rings, into its line."""

    t: Literal["contact.pull"]
    contact: Id


class ContactPrioritise(Numbered):
    """Another priority for a waiting contact."""

    t: Literal["contact.prioritise"]
    contact: Id
    priority: Annotated[int, Field(ge=1, le=4)]


class LineOpen(Numbered):
    """Open or close a line for new contacts."""

    t: Literal["line.open"]
    line: Line
    open: bool


class AgentForce(Numbered):
    """Set an agent's status."""

    t: Literal["agent.force"]
    agent: Id
    status: Literal["available", "break", "offline"]
    reason: Reason = ""


class CallReport(Numbered):
    """A switch reports a caller whom it has recognised as this ASC."""

    t: Literal["call.report"]
    product: Name
    language: Language
    asc: Id
    name: Words
    company: Words
    company_id: Id
    topic: Topic = ""
    impact: Impact = "one"
    other_language: bool = False


class CallCallback(Numbered):
    """The caller leaves a number instead of waiting; with a window, or (0, 0) as soon as it is the contact's turn."""

    t: Literal["call.callback"]
    contact: Id
    number: Number
    region: Region | None = None
    window_from: At = 0
    window_to: At = 0


class CallAskCallback(Numbered):
    """A caller whom the line does not take now leaves a number."""

    t: Literal["call.ask_callback"]
    product: Name
    language: Language
    asc: Id
    name: Words
    company: Words
    company_id: Id
    topic: Topic = ""
    number: Number
    region: Region | None = None
    window_from: At = 0
    window_to: At = 0


class CallEnd(Numbered):
    """A switch reports that the caller hung up."""

    t: Literal["call.end"]
    contact: Id
