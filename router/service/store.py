"""
The store's guardian: starts or adopts an embedded one and starts it again when it dies; looks at what one elsewhere
promises, before it is used and now and then.

While the store is down nothing is acknowledged and nothing is lost: the node asks again until it answers.
"""

import asyncio
from typing import Final, Protocol

import structlog

from router.journal.durability import EMBEDDED, Durability, detect
from router.journal.embedded import EmbeddedServer
from router.journal.line import Line
from router.journal.port import JournalError, Unusable

FIRST_PAUSE_S: Final = 0.1
LONGEST_PAUSE_S: Final = 5.0
LOOK_AGAIN_S: Final = 30.0

log = structlog.get_logger(__name__)


class Store(Protocol):
    """Where the journal lies. `trouble` says what is wrong with it, empty while nothing is."""

    trouble: str
    restarts: int
    durability: Durability

    @property
    def url(self) -> str:
        """Where the journal connects to."""
        ...

    async def start(self) -> None:
        """Have it ready. Raises JournalError when it cannot be had."""
        ...

    async def stop(self) -> None:
        """Let go of it."""
        ...


class StoreGuard:
    """Looks after one embedded store."""

    durability = EMBEDDED

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.trouble = ""
        self.restarts = 0
        self._task: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """A unix socket."""
        return self.server.url

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
                self.trouble = "the store does not start; the log says why"
                log.error("store does not start", reason=str(error))
            else:
                return
            pause_s = min(LONGEST_PAUSE_S, 2 * pause_s or FIRST_PAUSE_S)


class StoreElsewhere:
    """A store that somebody else runs; one that may lose what it took is refused, unless `accept_loss`."""

    restarts = 0

    def __init__(self, url: str, accept_loss: bool, timeout_s: float) -> None:
        self.url = url
        self.trouble = ""
        self.durability = Durability("none")
        self._accept_loss = accept_loss
        self._line = Line(url, timeout_s, timeout_s)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Look at what it promises. Raises JournalError if that is too little or it does not answer."""
        try:
            await self._look()
        except JournalError:
            await self._line.close()
            raise
        for warning in (*self.durability.losses, *self.durability.warnings):
            log.warning("the store promises less than it could", tier=self.durability.tier, reason=warning)
        self._task = asyncio.create_task(self._watch(), name="store guard")

    async def stop(self) -> None:
        """Stop looking; the store goes on."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        await self._line.close()

    async def _look(self) -> None:
        self.durability = await detect(self._line)
        if self.durability.losses and not self._accept_loss:
            raise Unusable(
                f"this store may lose what was acknowledged: {'; '.join(self.durability.losses)}; "
                "or say --accept-loss if nothing in it matters"
            )

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_AGAIN_S)
            try:
                await self._look()
                self.trouble = ""
            except JournalError as error:
                self.trouble = "the store does not promise what it did; the log says why"
                log.error("the store is not what it was", reason=str(error))
