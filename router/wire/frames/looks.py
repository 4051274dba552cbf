"""What clients only want to look at: without a number, because nothing happens and repeating it does no harm."""

from typing import Literal

from router.wire.frames.words import Frame, Id, Line


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


Look = Sync | Colleagues | Watch
"""Every kind of look."""
