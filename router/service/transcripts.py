"""
What people said and left behind in contacts: a read model beside the desk's state, never part of it.

Only sealed bytes are kept; they are opened when somebody who may look does so, and show nothing once the contact's key
is erased. Who may look is decided in `router.service.views`.
"""

from array import array
from base64 import b64decode, b64encode
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, Final, cast

from router.core import events as ev
from router.core.commands import AcceptOffer
from router.core.desk import Entry, Folded
from router.core.events import CONTACT_BEGINS, CONTACT_ENDS, CONTACT_EVENTS
from router.core.ids import AgentId, ContactId
from router.core.lines import Contact, begun
from router.core.snapshot import plain_contact, restored_contact
from router.core.state import DeskState
from router.journal.port import StoredEntry
from router.wire.sealing import (
    DeskKeys,
    SealingError,
    fields_json,
    forget_ciphers,
    new_contact_key,
    open_json,
    open_sealed,
    seal_json,
)

ENDED_KEPT: Final = 1_000
"""Contacts that are over and can still be looked at; the one that ended first goes first."""

FRESH_KEPT: Final = 16_384
"""Words that were sealed here and are on their way to the journal; whoever is told of them need not open them again."""

_LETS_GO: Final = (ev.ContactRequeued, ev.ContactTransferred, ev.ContactParked, ev.AttemptFailed)
"""Events after which no agent holds the contact."""
_CONTACT_EVENTS: Final = frozenset(CONTACT_EVENTS)


Message = tuple[int, int, str, bytes]
"""A message of a contact: `o`, when (ms), by whom (`asc` or `agent`), its words still sealed. There are very many of
them, and a plain tuple is nothing that the garbage collector has to look at."""


class Transcript:
    """One contact's words. `contact` is the desk's own record, which stays as it was when the contact ended."""

    __slots__ = ("agent_id", "agent_names", "contact", "intro", "messages", "note", "number", "switch_id", "times")

    def __init__(self, contact: Contact, intro: bytes) -> None:
        self.contact = contact
        self.intro = intro
        """Sealed name and company of the ASC, and the topic."""
        self.number = b""
        self.switch_id = 0
        """The telephone switch that reported the call, 0 for what no switch reported."""
        self.note = b""
        """What the agent who handed the contact on wrote for the next one."""
        self.agent_id = AgentId(0)
        """Who holds the contact, or held it when it ended."""
        self.agent_names: dict[AgentId, bytes] = {}
        self.messages: list[Message] = []
        self.times = array("q")
        """When each event happened, ms; the one numbered `o` stands at `o - 1`. An array is nothing that the garbage
        collector has to look into."""

    def plain(self) -> list[Any]:
        """Everything but the contact, as JSON takes it; `restored` is the way back."""
        names = [[agent, _text(sealed)] for agent, sealed in self.agent_names.items()]
        messages = [[o, at, party, _text(sealed)] for o, at, party, sealed in self.messages]
        return [*map(_text, (self.intro, self.number, self.note)), self.agent_id, names, messages, self.times.tolist()]

    @classmethod
    def restored(cls, contact: Contact, plain: list[Any]) -> "Transcript":
        """The transcript of this contact of which `plain` is the form. Raises ValueError for another form."""
        intro, number, note, agent_id, names, messages, times = plain
        transcript = cls(contact, b64decode(intro))
        transcript.number, transcript.note, transcript.agent_id = b64decode(number), b64decode(note), agent_id
        transcript.agent_names = {agent: b64decode(sealed) for agent, sealed in names}
        transcript.messages = [(o, at, party, b64decode(sealed)) for o, at, party, sealed in messages]
        transcript.times = array("q", times)
        return transcript


def _text(sealed: bytes) -> str:
    return b64encode(sealed).decode()


class Transcripts:
    """The words of all open contacts and of the latest that ended. Without `keys` they are followed, never opened."""

    def __init__(self, state: DeskState, keys: DeskKeys | None = None) -> None:
        self._state = state
        self._desk_keys = keys
        self._wrapped: dict[int, bytes] = {}
        self._keys: dict[int, bytes] = {}
        self._open: dict[ContactId, Transcript] = {}
        self._ended: OrderedDict[ContactId, Transcript] = OrderedDict()
        self._fresh: dict[bytes, bytes] = {}
        """Sealed, and the JSON object in it."""

    # --- keys

    def new_key(self, contact_id: int) -> tuple[int, bytes]:
        """Make a key for a contact that is about to be opened; returns what the journal is to keep of it."""
        assert self._desk_keys is not None  # Who lets people in has them.
        key = new_contact_key()
        self._keys[contact_id] = key
        return contact_id, self._desk_keys.wrap(contact_id, key)

    def drop_key(self, contact_id: int) -> None:
        """Forget the key of a contact that was never opened, is no longer shown, or was erased."""
        self._keys.pop(contact_id, None)
        self._wrapped.pop(contact_id, None)

    def erase(self, contacts: Iterable[int]) -> None:
        """Forget the keys of erased contacts, and all words that were kept open for a moment."""
        for contact_id in contacts:
            self.drop_key(contact_id)
        self._fresh.clear()
        forget_ciphers()

    def needed_keys(self) -> list[int]:
        """The contacts whose keys are not here yet."""
        return [contact_id for contact_id in (*self._open, *self._ended) if contact_id not in self._keys]

    def add_keys(self, wrapped: dict[int, bytes]) -> None:
        """Take keys as the journal keeps them; they are unwrapped when first used."""
        self._wrapped.update(wrapped)

    def seal(self, contact_id: int, words: dict[str, str]) -> bytes:
        """Seal words under a contact's key; empty when there is no such key (erased, or no such contact)."""
        return self.seal_json(contact_id, fields_json(contact_id, words))

    def seal_json(self, contact_id: int, plain: bytes) -> bytes:
        """The same for words that are a JSON object already."""
        key = self._key(contact_id)
        if key is None:
            return b""
        sealed = seal_json(key, contact_id, plain)
        if len(self._fresh) >= FRESH_KEPT:
            self._fresh.clear()
        self._fresh[sealed] = plain
        return sealed

    def open_fresh(self, contact_id: int, sealed: bytes) -> bytes:
        """What `open` returns as a JSON object; once, and at less cost for what was sealed here a moment ago."""
        plain = self._fresh.pop(sealed, None)
        if plain is not None:
            return plain
        key = self._key(contact_id) if sealed else None
        try:
            return b"{}" if key is None else open_json(key, contact_id, sealed)
        except SealingError:
            return b"{}"

    def open(self, contact_id: int, sealed: bytes) -> dict[str, str]:
        """The words that were sealed; nothing when the key is gone."""
        key = self._key(contact_id) if sealed else None
        if key is None:
            return {}
        try:
            return open_sealed(key, contact_id, sealed)
        except SealingError:
            return {}

    def can_open(self, contact_id: int) -> bool:
        """Whether a contact's words can still be read; they cannot when it was erased."""
        return self._key(contact_id) is not None

    # --- who and what

    def find(self, contact_id: int) -> Transcript | None:
        """The transcript of an open contact, or of one that ended not long ago."""
        known = ContactId(contact_id)
        return self._open.get(known) or self._ended.get(known)

    def open_contacts(self) -> Iterable[Transcript]:
        """All contacts on the desk."""
        return self._open.values()

    def latest_ended(self, wanted: Callable[[Transcript], bool], count: int) -> list[Transcript]:
        """At most `count` ended contacts for which `wanted` holds, the one that ended last first."""
        found: list[Transcript] = []
        for transcript in reversed(self._ended.values()):
            if len(found) == count:
                break
            if wanted(transcript):
                found.append(transcript)
        return found

    def time_of(self, contact_id: int, o: int) -> int | None:
        """When a contact's event `o` happened, ms; None when it is not known any more."""
        transcript = self.find(contact_id)
        return transcript.times[o - 1] if transcript is not None and 0 < o <= len(transcript.times) else None

    # --- going on from a snapshot

    def plain(self) -> dict[str, Any]:
        """All that was said, still sealed, as JSON takes it, to be kept beside a snapshot of the state."""
        return {
            "open": [[contact_id, transcript.plain()] for contact_id, transcript in self._open.items()],
            "ended": [[plain_contact(each.contact), each.plain()] for each in self._ended.values()],
        }

    def take(self, plain: dict[str, Any]) -> None:
        """Go on from what `plain` gave where the state is now. Raises ValueError or KeyError if it is of another."""
        contacts = self._state.contacts
        self._open = {known: Transcript.restored(contacts[known], said) for known, said in plain["open"]}
        if self._open.keys() != contacts.keys():
            raise ValueError("the words are not those of the contacts in the state")
        ended = [Transcript.restored(restored_contact(contact), said) for contact, said in plain["ended"]]
        self._ended = OrderedDict((each.contact.id, each) for each in ended)

    # --- following the desk

    def on_entry(self, stored: StoredEntry, entry: Entry, folded: Folded) -> None:
        """Take down what an entry changed in contacts."""
        for event in folded.events:
            if event.__class__ in _CONTACT_EVENTS:
                self._take(cast(ev.ContactEvent, event), stored, entry)

    def on_settled(self) -> None:
        """Nothing waits here."""

    def _take(self, event: ev.ContactEvent, stored: StoredEntry, entry: Entry) -> None:
        now = entry.now
        if event.__class__ in CONTACT_BEGINS:
            transcript = Transcript(begun(self._state.contacts, cast(ev.ContactBegin, event)), stored.sealed)
            self._open[event.contact_id] = transcript
            transcript.switch_id = self._switch_of(entry)
            transcript.times.append(now)
            if isinstance(event, ev.CallbackRequested):
                transcript.number = stored.sealed
            return
        transcript = self._open[event.contact_id]
        transcript.times.append(now)
        if isinstance(event, ev.MessagePosted):
            transcript.messages.append((event.o, now, event.party, stored.sealed))
        elif isinstance(event, ev.ContactConnected | ev.DialStarted):
            transcript.agent_id = event.agent_id
            # An offer that policy accepts by itself brings no words of the agent.
            accepted = isinstance(entry.command, AcceptOffer)
            transcript.agent_names[event.agent_id] = stored.sealed if accepted else b""
        elif isinstance(event, _LETS_GO):
            transcript.agent_id = AgentId(0)
            if isinstance(event, ev.ContactTransferred):
                transcript.note = stored.sealed
        elif isinstance(event, ev.ContactConverted | ev.RingStarted):
            transcript.number = stored.sealed
        elif event.__class__ in CONTACT_ENDS:
            self._end(event.contact_id)

    def _switch_of(self, entry: Entry) -> int:
        session = self._state.sessions.get(entry.op.session_id) if entry.op is not None else None
        role, _, ident = ("", "", "") if session is None else session.actor.partition(":")
        return int(ident) if role == "switch" else 0

    def _end(self, contact_id: ContactId) -> None:
        self._ended[contact_id] = self._open.pop(contact_id)
        if len(self._ended) > ENDED_KEPT:
            oldest, _ = self._ended.popitem(last=False)
            self.drop_key(oldest)

    def _key(self, contact_id: int) -> bytes | None:
        key = self._keys.get(contact_id)
        if key is None and self._desk_keys is not None and contact_id in self._wrapped:
            try:
                key = self._keys[contact_id] = self._desk_keys.unwrap(contact_id, self._wrapped[contact_id])
            except SealingError:
                return None
        return key
