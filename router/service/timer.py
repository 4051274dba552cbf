"""
When the desk's next deadline comes, measured on the journal's clock and not on ours.

The loop's clock only says how long to wait from the last stamp that the journal returned; whether a deadline has really
come is decided where the entry is appended. No deadline is kept here but the next one.
"""

import asyncio
from collections.abc import Callable

EARLY_S = 0.000_5
"""Waits end this much late rather than early: an early question is answered with *not yet* and asked again."""


class DeadlineTimer:
    """Calls `due(due_us)` once when the armed deadline should have come; arm it again after each answer."""

    def __init__(self, loop: asyncio.AbstractEventLoop, due: Callable[[int], None]) -> None:
        self._loop = loop
        self._due = due
        self._handle: asyncio.TimerHandle | None = None
        self._armed_us = 0
        self._stamp_us = 0
        self._stamp_at = 0.0

    def stamp(self, stamp_us: int) -> None:
        """The journal's clock said `stamp_us` just now."""
        self._stamp_us = stamp_us
        self._stamp_at = self._loop.time()

    def now_us(self) -> int:
        """What the journal's clock should say now."""
        return self._stamp_us + int((self._loop.time() - self._stamp_at) * 1e6)

    def arm(self, due_ms: int | None) -> None:
        """
        Wait for this deadline (ms of journal time) and no other; None waits for nothing.

        One that had passed when it was armed is due now: the journal takes no entry for a moment before its last stamp.
        """
        due_us = 0 if due_ms is None else max(due_ms * 1000, self._stamp_us + 1)
        if due_us == self._armed_us:
            return
        self.disarm()
        if due_us:
            self._armed_us = due_us
            wait_s = max(0, due_us - self._stamp_us) / 1e6 + EARLY_S
            self._handle = self._loop.call_at(self._stamp_at + wait_s, self._fire)

    def disarm(self) -> None:
        """Wait for nothing."""
        if self._handle is not None:
            self._handle.cancel()
        self._handle = None
        self._armed_us = 0

    def _fire(self) -> None:
        due_us = self._armed_us
        self._handle = None
        self._due(due_us)
