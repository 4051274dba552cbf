"""
What a node says of itself now and then: that it is alive, and how the calendars go on when they are about to end.

Whoever falls silent is taken for dead. Several nodes may bring the same calendar; the desk takes the first.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final

import structlog

from router.core.commands import Command, NodeBeat
from router.core.desk import Desk
from router.service.calendar import extension, is_short
from router.wire.policy import PolicyDocument

BEAT_S: Final = 5.0

log = structlog.get_logger(__name__)


class Heartbeat:
    """
    Beats of a node. `holds` says whether `policy` is the one that holds on the desk; `post` takes an entry of the
    node's own.
    """

    def __init__(
        self, desk: Desk, policy: PolicyDocument, holds: Callable[[], bool], post: Callable[[Command], None]
    ) -> None:
        self._desk = desk
        self._policy = policy
        self._holds = holds
        self._post = post
        self._timer: asyncio.TimerHandle | None = None
        self._extending: asyncio.Task[None] | None = None

    def start(self, beat: NodeBeat) -> None:
        """Beat from now on; the first time in `BEAT_S`."""
        self._timer = asyncio.get_running_loop().call_later(BEAT_S, self._next, beat)

    def stop(self) -> None:
        """Fall silent."""
        if self._timer is not None:
            self._timer.cancel()

    def _next(self, beat: NodeBeat) -> None:
        self._post(beat)
        if is_short(self._desk.state.policy, clock_ms()) and self._extending is None:
            self._extending = asyncio.create_task(self._extend_calendar(), name="calendar")
        self.start(beat)

    async def _extend_calendar(self) -> None:
        try:
            if self._holds():
                command = await asyncio.to_thread(extension, self._policy, self._desk.state.policy, clock_ms())
                self._post(command)
        except ValueError as error:
            log.warning("the calendars cannot be extended", reason=str(error))
        finally:
            self._extending = None


def clock_ms() -> int:
    """This machine's clock, for which day it is; when things happen is for the journal to say."""
    return time.time_ns() // 1_000_000
