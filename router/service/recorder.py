"""
The server's hold on the process that records: starts it, hears how far it is, starts it again when it ends.

The desk never waits for it and never stops because of it; how far behind it is, and why, is part of what health shows.
"""

import asyncio
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import structlog

from router.service.folder import REDIS_VARIABLE

RECORDS_VARIABLE: Final = "RINGBACK_RECORDS"
"""The environment's word for where records are written: like a store's URL it may hold a password."""
FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 60.0

log = structlog.get_logger(__name__)


class Recorder:
    """One recording process. `redis` is where the journal's store listens, `url` where records go (see `address`)."""

    def __init__(self, data: Path, redis: str, url: str) -> None:
        self.applied = 0
        """The last entry of the journal that is recorded, as far as is known here."""
        self.trouble = "recording has not begun yet"
        self.process: asyncio.subprocess.Process | None = None
        """The process that records now, if one does."""
        self._command = (sys.executable, "-m", "router.service", "record", "--data", str(data))
        self._environment = {REDIS_VARIABLE: redis, RECORDS_VARIABLE: url}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to record."""
        self._task = asyncio.create_task(self._keep(), name="recorder")

    async def stop(self) -> None:
        """End the process; what is not recorded yet is at the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def shown(self, last: int) -> dict[str, Any]:
        """How far it is, for the desk's health: `last` is the last entry that the desk has folded."""
        return {"applied": self.applied, "behind": max(0, last - self.applied), "trouble": self.trouble}

    async def _keep(self) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            before = self.applied
            try:
                self.trouble = f"the recording process ended (exit code {await self._run()}); the log says why"
            except (OSError, ValueError, KeyError) as error:
                self.trouble = f"the recording process cannot be used ({type(error).__name__})"
            log.error("recording begins again", reason=self.trouble)
            pause_s = FIRST_PAUSE_S if self.applied > before else min(LONGEST_PAUSE_S, 2 * pause_s)
            await asyncio.sleep(pause_s)

    async def _run(self) -> int:
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True,
            env={**os.environ, **self._environment},
        )  # fmt: skip
        self.process = process
        assert process.stdout is not None
        try:
            async for line in process.stdout:
                told = json.loads(line)
                self.applied, self.trouble = told["applied"], told["trouble"]
            return await process.wait()
        finally:
            with suppress(ProcessLookupError):
                process.terminate()  # It may be ended at any moment, so nothing is waited for.
            await process.wait()
