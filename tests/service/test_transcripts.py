"""What is kept of contacts that are over is bounded, and a wrong or missing key shows nothing."""

from router.core import commands as cmd
from router.core.desk import Desk, Entry
from router.core.ids import AscId, CompanyId, ContactId, line_key
from router.journal.port import StoredEntry
from router.service import transcripts as tr
from router.service.transcripts import Transcripts
from router.wire.policy import compile_policy
from router.wire.sealing import DeskKeys
from tests.service.desk import KEYS, policy


class Story:
    """Folds commands and lets the transcripts follow."""

    def __init__(self):
        self.desk = Desk()
        self.transcripts = Transcripts(self.desk.state, KEYS)
        self.now = 1_000
        self.tell(cmd.NodeStarted("desk-1", 1))
        self.tell(cmd.PolicyChanged(compile_policy(policy(wrap_up=0)), "{}"))

    def tell(self, command, sealed=b""):
        self.now += 10
        entry = Entry(self.now, None, command)
        folded = self.desk.fold(entry)
        assert folded.code == "", (command, folded.code)
        stored = StoredEntry(0, self.now * 1_000, 1, "desk-1", "", b"", "", b"", sealed, 0, 1)
        self.transcripts.on_entry(stored, entry, folded)

    def open(self, number):
        self.transcripts.new_key(number)
        sealed = self.transcripts.seal(number, {"name": f"asc {number}", "company": "", "topic": ""})
        self.tell(cmd.RequestChat(ContactId(number), AscId(number), CompanyId(1), line_key("expense", "en")), sealed)

    def leave(self, number):
        self.tell(cmd.LeaveContact(ContactId(number), AscId(number)))


def test_only_the_latest_ended_contacts_are_kept(monkeypatch):
    """The contact that ended first goes first, with its key; open ones are always there."""
    monkeypatch.setattr(tr, "ENDED_KEPT", 3)
    story = Story()
    for number in range(1, 7):
        story.open(number)
    for number in (4, 1, 5, 2):
        story.leave(number)
    transcripts = story.transcripts

    assert [None, 1, 2, 3, 5, 6] == [found and found.contact.id for found in map(transcripts.find, (4, 1, 2, 3, 5, 6))]
    assert [2, 5] == [found.contact.id for found in transcripts.latest_ended(lambda _each: True, 2)]
    assert {3, 6} == {found.contact.id for found in transcripts.open_contacts()}
    assert b"" == transcripts.seal(4, {"text": "x"})
    assert b"" != transcripts.seal(1, {"text": "x"})


def test_words_open_with_the_contacts_own_key_only():
    """Another contact's key, a changed byte, an erased key or foreign wrapped keys open nothing."""
    story = Story()
    story.open(1)
    story.open(2)
    transcripts = story.transcripts
    sealed = transcripts.seal(1, {"text": "secret"})

    assert {"text": "secret"} == transcripts.open(1, sealed)
    assert {} == transcripts.open(2, sealed)
    assert {} == transcripts.open(1, sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert {} == transcripts.open(1, b"")
    foreign = Transcripts(story.desk.state, DeskKeys(b"9" * 32, b"2" * 32, b"3" * 32))
    foreign.add_keys({1: transcripts.new_key(1)[1]})
    assert {} == foreign.open(1, sealed)
    transcripts.drop_key(1)
    assert {} == transcripts.open(1, sealed)


def test_what_was_just_sealed_is_opened_once_without_the_key():
    """The short cut for what goes out at once gives the same words, and keeps nothing."""
    story = Story()
    story.open(1)
    sealed = story.transcripts.seal(1, {"text": "hi"})

    assert b'{"text":"hi"}' == story.transcripts.open_fresh(1, sealed)
    assert b'{"text":"hi"}' == story.transcripts.open_fresh(1, sealed)
    story.transcripts.drop_key(1)
    assert b"{}" == story.transcripts.open_fresh(1, sealed)


def test_times_are_those_of_the_events():
    """Each event's time is found by its number, as long as the contact is known."""
    story = Story()
    story.open(1)
    opened = story.now
    story.tell(cmd.PostMessage(ContactId(1), "asc", 1), story.transcripts.seal(1, {"text": "x"}))

    assert [None, opened, opened + 10, None] == [story.transcripts.time_of(1, o) for o in (0, 1, 2, 3)]
    assert story.transcripts.time_of(2, 1) is None


def test_after_a_restart_keys_are_asked_for():
    """A read model that was built from the journal alone says which keys it needs, and opens with them."""
    story = Story()
    wrapped = story.transcripts.new_key(7)[1]
    sealed = story.transcripts.seal(7, {"name": "Dana", "company": "", "topic": ""})
    fresh = Story()
    fresh.tell(cmd.RequestChat(ContactId(7), AscId(7), CompanyId(1), line_key("expense", "en")), sealed)

    assert [7] == fresh.transcripts.needed_keys()
    fresh.transcripts.add_keys({7: wrapped})
    assert "Dana" == fresh.transcripts.open(7, sealed)["name"]
