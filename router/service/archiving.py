"""
Archiving a desk's journal: in full segments, and then out of the store's memory; by a process beside the server.

The server only looks at how much the journal takes and has that process started: neither packing nor comparing is done
on its loop.
"""

import asyncio
import os
import sys
from typing import Final

import structlog

from router.core.version import CORE_VERSION
from router.journal.archiver import KEEP_BYTES, archive_journal, trim_journal
from router.journal.port import Journal, JournalError
from router.service.folder import REDIS_VARIABLE, Place, looking_into

LOOK_AGAIN_S: Final = 60.0
OVER: Final = 1.25
"""The journal is archived when it takes this many times what it may, so that it is worth the while."""

log = structlog.get_logger(__name__)


async def archive_desk(place: Place, keep_bytes: int = KEEP_BYTES) -> tuple[int, int]:
    """
    Archive what fills segments and trim the store to about `keep_bytes`; the desk may be running.

    Returns the last offset archived and the first one left in the store. Raises JournalError.
    """
    async with looking_into(place) as found:
        last = await archive_journal(found.whole, found.opened.epoch, found.archive, CORE_VERSION)
        return last, await trim_journal(found.store, found.archive, keep_bytes)


class Archiving:
    """Keeps a running desk's journal within `keep_bytes` of the store's memory."""

    def __init__(self, journal: Journal, place: Place, keep_bytes: int) -> None:
        self._journal = journal
        self._place = place
        self._keep_bytes = keep_bytes
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look now and then."""
        self._task = asyncio.create_task(self._watch(), name="archiving")

    async def stop(self) -> None:
        """Look no more; an archiver that is at work ends by itself."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_AGAIN_S)
            try:
                if (await self._journal.extent()).bytes > self._keep_bytes * OVER:
                    await self._archive()
            except (JournalError, OSError) as error:
                log.warning("the journal cannot be archived", reason=str(error))

    async def _archive(self) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "router.service", "archive", "--data", str(self._place.data), str(self._keep_bytes),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, start_new_session=True,
            env={**os.environ, REDIS_VARIABLE: self._place.redis},
        )  # fmt: skip
        code = await process.wait()
        if code:
            log.warning("the journal was not archived", exit_code=code)
