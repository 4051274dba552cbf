"""What an ASC's widget says."""

from typing import Literal

from router.core.commands import Impact
from router.wire.frames.words import At, Id, Language, Name, Number, Numbered, Region, Text, Topic


class ChatRequest(Numbered):
    """A chat in a line. `impact`: how many cannot work. `other_language`: one that others speak will do as well."""

    t: Literal["chat.request"]
    product: Name
    language: Language
    topic: Topic
    impact: Impact = "one"
    other_language: bool = False


class ChatLeave(Numbered):
    """Wait no longer, or end the conversation."""

    t: Literal["chat.leave"]
    contact: Id


class MsgSend(Numbered):
    """A message, of either side."""

    t: Literal["msg.send"]
    contact: Id
    text: Text


class CallbackRequest(Numbered):
    """Leave a number instead of waiting; with a window, or (0, 0) as soon as it is the contact's turn."""

    t: Literal["callback.request"]
    contact: Id
    number: Number
    region: Region | None = None
    window_from: At = 0
    window_to: At = 0


class CallbackAsk(Numbered):
    """To be called, without a chat first."""

    t: Literal["callback.ask"]
    product: Name
    language: Language
    topic: Topic
    number: Number
    region: Region | None = None
    window_from: At = 0
    window_to: At = 0


class CallbackReturn(Numbered):
    """Wait in the chat after all, at the same rank."""

    t: Literal["callback.return"]
    contact: Id


class CallbackCancel(Numbered):
    """Not to be called any more."""

    t: Literal["callback.cancel"]
    contact: Id


class CaseOpen(Numbered):
    """Leave the matter as a case, which is worked on when nobody waits live."""

    t: Literal["case.open"]
    product: Name
    language: Language
    topic: Topic
