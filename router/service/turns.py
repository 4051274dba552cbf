"""
What the connections of a node may do in one turn of the event loop: each writes once, all together read for a while.

Nothing is read or written here.
"""

import asyncio
from typing import Final, Protocol

TURN_S: Final = 0.015
"""So long connections may be busy with what they were sent in one turn of the loop; then the next turn begins."""


class Writer(Protocol):
    """Somebody who has something to write."""

    flush_asked: bool

    def flush(self) -> None:
        """Write what waits."""
        ...


class Turns:
    """The turns of the loop that is running."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: list[Writer] = []
        self._began = 0.0

    def to_flush(self, writer: Writer) -> None:
        """Let this one write at the end of this turn; it asks once."""
        writer.flush_asked = True
        if not self._waiting:
            self._loop.call_soon(self._flush)
        self._waiting.append(writer)

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        for writer in waiting:
            writer.flush()

    async def come(self) -> None:
        """Wait until there is time for somebody who has just been sent something."""
        while self._is_long():
            await asyncio.sleep(0)

    def _is_long(self) -> bool:
        now = self._loop.time()
        if self._began:
            return now - self._began > TURN_S
        self._began = now
        self._loop.call_soon(self._next)
        return False

    def _next(self) -> None:
        self._began = 0.0
