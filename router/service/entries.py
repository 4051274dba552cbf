"""
From entries of a journal to what the desk folds, for the node and for everybody who folds outside of it.

No journal is read here and nothing is folded.
"""

from typing import Final

from router.core.commands import Op
from router.core.desk import Entry
from router.core.ids import SessionId
from router.core.version import CORE_VERSION
from router.journal.port import StoredEntry
from router.wire.codec import decode_command


class FoldFailed(Exception):
    """An entry could not be folded: a bug or a foreign journal. A node has stopped before answering."""

    def __init__(self, offset: int, error: Exception) -> None:
        super().__init__(f"entry {offset} of the journal cannot be folded ({type(error).__name__}: {error})")
        self.offset = offset


class OtherRules(FoldFailed):
    """A node decided by other rules from this entry on: its decisions are not ours to make again."""

    def __init__(self, offset: int, rules: int) -> None:
        what = f"from entry {offset} on this journal was decided by version {rules} of the rules, which this program"
        if rules > CORE_VERSION:
            text = f"{what} (version {CORE_VERSION}) does not have yet: start the newer program"
        else:
            text = (
                f"{what} (version {CORE_VERSION}) has no longer: go back to the program before, stop the desk, take a "
                "snapshot with that program (`ringback journal snapshot FOLDER`), and then start this one"
            )
        Exception.__init__(self, text)
        self.offset = offset


_BY_RULES: Final = "rules:"


def decided_by(rules: int) -> str:
    """The actor of a node's first entry: the program is the one who acts, and this is what it decides by."""
    return f"{_BY_RULES}{rules}"


def check_rules(stored: StoredEntry) -> None:
    """Raise `OtherRules` if a node begins here that decides by other rules; one that does not say is believed."""
    if stored.actor.startswith(_BY_RULES) and stored.actor != decided_by(CORE_VERSION):
        raise OtherRules(stored.offset, int(stored.actor.removeprefix(_BY_RULES)))


def read_entry(stored: StoredEntry) -> Entry:
    """The entry as the desk sees it. Raises UnknownEntry, naming the offset."""
    command = decode_command(stored.command, stored.version, stored.offset)
    if not stored.op:
        return Entry(stored.stamp_us // 1000, None, command)
    session_id, _, counter = stored.op.partition(":")
    return Entry(stored.stamp_us // 1000, Op(SessionId(int(session_id)), int(counter), stored.body), command)
