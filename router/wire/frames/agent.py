"""What an agent's console says."""

from typing import Annotated, Literal

from pydantic import Field

from router.core.commands import DialFailure
from router.wire.frames.words import At, Id, Language, Line, Name, Number, Numbered, Reason, Reference, Region, Topic

Level = Annotated[int, Field(ge=1, le=5)]


class AgentSignIn(Numbered):
    """Begin work. `levels`: proficiency in each of `products`, empty: 3 in each. `shift_ends`: 0 when nobody said."""

    t: Literal["agent.sign_in"]
    products: Annotated[tuple[Name, ...], Field(min_length=1, max_length=50)]
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=50)]
    capacity: Annotated[int, Field(ge=1, le=20)]
    pool: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_-]{0,31})?$")] = ""
    levels: Annotated[tuple[Level, ...], Field(max_length=50)] = ()
    shift_ends: At = 0


class AgentStatus(Numbered):
    """Choose a status, at once or (`when_free`) when nothing is held any more."""

    t: Literal["agent.status"]
    status: Literal["available", "break", "offline"]
    reason: Reason = ""
    when_free: bool = False


class OfferAccept(Numbered):
    """Take what is offered."""

    t: Literal["offer.accept"]
    offer: Id


class OfferDecline(Numbered):
    """Pass on what is offered."""

    t: Literal["offer.decline"]
    offer: Id
    reason: Reason = ""


class ContactClose(Numbered):
    """End the conversation."""

    t: Literal["contact.close"]
    contact: Id


class ContactTransfer(Numbered):
    """Hand a contact on to one of: a line, a pool, an agent. The note is for whoever takes it."""

    t: Literal["contact.transfer"]
    contact: Id
    line: Line | None = None
    pool: Name | None = None
    agent: Id | None = None
    note: Topic = ""


class WrapupFinish(Numbered):
    """After-contact work is done."""

    t: Literal["wrapup.finish"]
    contact: Id
    reason: Reason = ""
    outcome: Reason = ""


class WrapupExtend(Numbered):
    """More time is needed."""

    t: Literal["wrapup.extend"]
    contact: Id


class PriorityConfirm(Numbered):
    """How bad it is, as the agent who talks judges it; ends triage."""

    t: Literal["priority.confirm"]
    contact: Id
    priority: Annotated[int, Field(ge=1, le=4)]


class IncidentLink(Numbered):
    """The contact belongs to a known incident."""

    t: Literal["incident.link"]
    contact: Id
    incident: Reference


class DialRing(Numbered):
    """From an open chat, ring the ASC."""

    t: Literal["dial.ring"]
    contact: Id
    number: Number
    region: Region | None = None


class DialReached(Numbered):
    """The ASC is on the line."""

    t: Literal["dial.reached"]
    contact: Id
    attempt: Id


class DialFailed(Numbered):
    """The ASC could not be reached."""

    t: Literal["dial.failed"]
    contact: Id
    attempt: Id
    failure: DialFailure


class CallbackBook(Numbered):
    """Book another conversation for the ASC of a contact held, perhaps with this agent."""

    t: Literal["callback.book"]
    contact: Id
    number: Number
    region: Region | None = None
    window_from: At
    window_to: At
    with_me: bool = False


class CallbackDrop(Numbered):
    """Cancel a callback that is no longer needed."""

    t: Literal["callback.drop"]
    contact: Id
    reason: Reason = ""
