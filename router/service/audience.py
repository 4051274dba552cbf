"""
Who hears what of a contact on this node, on the customer's side: the ASC's own screens, and the telephone switch that
has the ASC on the line.
"""

from router.core import events as ev
from router.core.lifecycle import CALL
from router.core.lines import Contact
from router.service.connection import Connection
from router.service.people import People
from router.service.transcripts import Transcript, Transcripts


class Audience:
    """The customers' side of one node's connections."""

    def __init__(self, people: People, transcripts: Transcripts) -> None:
        self._people = people
        self._transcripts = transcripts

    def of(self, contact: Contact) -> list[Connection]:
        """Where the customer's side hears of this contact; a switch does for as long as it is a call."""
        transcript = self._transcripts.find(contact.id) if contact.channel == CALL else None
        return [*self._people.of("asc", contact.asc_id), *self._switch(transcript)]

    def of_event(self, event: ev.ContactEvent, transcript: Transcript) -> list[Connection]:
        """The same for an event; the last thing that a switch hears is what was promised for the number it took."""
        listeners = self.of(transcript.contact)
        promises = isinstance(event, ev.ContactConverted | ev.CallbackRequested)
        return [*listeners, *self._switch(transcript)] if promises else listeners

    def _switch(self, transcript: Transcript | None) -> tuple[Connection, ...]:
        if transcript is None or not transcript.switch_id:
            return ()
        return tuple(self._people.of("switch", transcript.switch_id))
