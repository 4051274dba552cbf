"""
How others deal with a node: what they ask of it, how it declines, and how they hear of what it folded.

Shapes and errors only; what a node does with them is its own affair.
"""

from collections.abc import Callable
from typing import Protocol

from router.core.commands import Command, Op
from router.core.desk import Entry, Folded
from router.journal.port import NewEntry, StoredEntry
from router.wire.codec import encode_command

Answer = Callable[[Folded, int], None]
"""Told what became of a submission, and its journal time in ms."""


class Overloaded(Exception):
    """The node takes nothing more just now; try again in `retry_ms`."""

    def __init__(self, retry_ms: int) -> None:
        super().__init__(f"the desk is overloaded; try again in {retry_ms} ms")
        self.retry_ms = retry_ms


class NodeDown(Exception):
    """The node has stopped; whether what was asked is in the journal is not known."""


class Listener(Protocol):
    """Somebody who follows the desk: a read model, or the gateway that tells people."""

    def on_entry(self, stored: StoredEntry, entry: Entry, folded: Folded) -> None:
        """An entry was folded; the desk's state is the one right after it."""
        ...

    def on_settled(self) -> None:
        """All entries of one answer of the journal are folded."""
        ...


class Submission:
    """
    What a node is asked to bring into the journal, and whom to tell what became of it.

    `keys` are wrapped contact keys to be stored first: (contact id, wrapped key).
    """

    __slots__ = ("answer", "command", "entry", "keys", "op")

    def __init__(
        self,
        command: Command,
        op: Op | None = None,
        actor: str = "",
        sealed: bytes = b"",
        keys: tuple[tuple[int, bytes], ...] = (),
        due: int = 0,
        answer: Answer | None = None,
    ) -> None:
        self.command = command
        self.op = op
        self.keys = keys
        self.answer = answer
        if op is None:
            self.entry = NewEntry("", b"", actor, encode_command(command), sealed, due)
        else:
            name = f"{op.session_id}:{op.counter}"
            self.entry = NewEntry(name, op.body, actor, encode_command(command), sealed, due)
