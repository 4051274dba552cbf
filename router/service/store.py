"""
The embedded store's guardian: starts or adopts it, starts it again when it dies, waits longer after each failure.

While the store is down nothing is acknowledged and nothing is lost: the node asks again until it answers.
"""

import asyncio
from typing import Final

import structlog

from router.journal.embedded import EmbeddedServer
from router.journal.port import JournalError

FIRST_PAUSE_S: Final = 0.1
LONGEST_PAUSE_S: Final = 5.0

log = structlog.get_logger(__name__)


class StoreGuard:
    """Looks after one embedded store. `trouble` says what is wrong with it, empty while it runs."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.trouble = ""
        self.restarts = 0
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start or adopt the store. Raises JournalError when it cannot be had."""
        await self.server.start()
        self._task = asyncio.create_task(self._watch(), name="store guard")

    async def stop(self) -> None:
        """Stop watching, then the store itself."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        await self.server.stop()

    async def _watch(self) -> None:
        while True:
            exit_code = await self.server.wait_exit()
            self.trouble = "the store has ended"
            log.error("store ended", exit_code=exit_code)
            await self._start_again()
            self.trouble = ""
            self.restarts += 1
            log.info("store runs again", restarts=self.restarts)

    async def _start_again(self) -> None:
        pause_s = 0.0
        while True:
            await asyncio.sleep(pause_s)
            try:
                await self.server.start()
            except JournalError as error:
                self.trouble = str(error)
                log.error("store does not start", reason=str(error))
            else:
                return
            pause_s = min(LONGEST_PAUSE_S, 2 * pause_s or FIRST_PAUSE_S)
