"""
Silent abandonment: an agent accepted a chat whose ASC is gone, and talks to nobody.

By definition the ASC had shown no sign for a while before the first accept, and does not write for a while after the
agent's first word. What the ASC reads is not told to the desk; coming back to a lost chat is a sign. The chat goes on
as it is: only what it counts as changes.
"""

from typing import Final

from router.core.deadlines import SILENT
from router.core.events import SilentlyAbandoned
from router.core.ids import ContactId
from router.core.lines import Contact
from router.core.state import DeskState

HEARD: Final = "heard"
"""There was a sign of the ASC in good time."""
SUSPECTED: Final = "suspected"
"""There was none for long before the first accept, and none since."""
GONE: Final = "gone"
"""The agent wrote in vain."""


def note_silence(state: DeskState, contact_id: ContactId) -> None:
    """The ASC has not written in time."""
    state.emit(SilentlyAbandoned(contact_id))


def end_in_silence(state: DeskState, contact: Contact) -> None:
    """The chat ends, not by the ASC: one who has not answered the agent's first word will not any more."""
    if state.deadlines.due_of(SILENT, contact.id) is not None:
        note_silence(state, contact.id)
