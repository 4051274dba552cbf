"""
From entries of a journal to what the desk folds, for the node and for everybody who folds outside of it.

No journal is read here and nothing is folded.
"""

from router.core.commands import Op
from router.core.desk import Entry
from router.core.ids import SessionId
from router.journal.port import StoredEntry
from router.wire.codec import decode_command


class FoldFailed(Exception):
    """An entry could not be folded: a bug or a foreign journal. A node has stopped before answering."""

    def __init__(self, offset: int, error: Exception) -> None:
        super().__init__(f"entry {offset} of the journal cannot be folded ({type(error).__name__}: {error})")
        self.offset = offset


def read_entry(stored: StoredEntry) -> Entry:
    """The entry as the desk sees it. Raises UnknownEntry, naming the offset."""
    command = decode_command(stored.command, stored.version, stored.offset)
    if not stored.op:
        return Entry(stored.stamp_us // 1000, None, command)
    session_id, _, counter = stored.op.partition(":")
    return Entry(stored.stamp_us // 1000, Op(SessionId(int(session_id)), int(counter), stored.body), command)
