"""What clients only want to look at: without a number, because nothing happens and repeating it does no harm."""

from typing import Annotated, Literal

from pydantic import Field

from router.wire.frames.words import At, Frame, Id, Line


class Sync(Frame):
    """The whole view of a contact, after a gap in its events."""

    t: Literal["sync"]
    contact: Id


class Colleagues(Frame):
    """To whom a contact could be handed on now."""

    t: Literal["colleagues"]


class Watch(Frame):
    """Look into one line of the board, or (null) into none any more."""

    t: Literal["watch"]
    line: Line | None


class Slots(Frame):
    """
    Which windows for a callback are free in a line, on the clock of an IANA zone; from `after` (ms) on, 0 for from now.
    """

    t: Literal["slots"]
    line: Line
    zone: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_+/-]+$")]
    after: At = 0


Look = Sync | Colleagues | Watch | Slots
"""Every kind of look."""
