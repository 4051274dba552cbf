"""
What a running desk does about contacts that are over, as one part: they are recorded, looked up, and let go when old.

Only which parts there are and their order stands here.
"""

from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import Any

from aiohttp import web

from router.journal.port import Journal
from router.records.database import address
from router.records.reading import RecordReader
from router.records.store import RecordStore
from router.service.auth import Tokens
from router.service.history import History
from router.service.node import Node
from router.service.recorder import Recorder
from router.service.recording import mark
from router.service.retention import Retention
from router.wire.sealing import DeskKeys


class Records:
    """Records of one desk at an address (see `router.records.database.address`); `keep_days` None: for ever."""

    def __init__(self, data: Path, url: str, keep_days: int | None) -> None:
        """Raises RecordsError for an address that is none. Nothing is connected to yet."""
        self._where = address(data, url)
        self._data = data
        self._url = url
        self._keep_days = keep_days
        self.recorder: Recorder
        self.history: History
        self.retention: Retention | None = None

    def start(
        self,
        redis: str,
        journal: Journal,
        node: Node,
        keys: DeskKeys,
        tokens: Tokens,
        erase: Callable[[Collection[int]], Awaitable[None]],
    ) -> None:
        """Begin to record the started desk whose journal is in the store at `redis`."""
        desk = mark(keys)
        reader = RecordReader(self._where, desk)
        self.history = History(reader, journal, keys, tokens, node.desk.state)
        self.recorder = Recorder(self._data, redis, self._url)
        self.recorder.start()
        if self._keep_days is not None:
            store = RecordStore(self._where, desk)
            self.retention = Retention(self._keep_days, journal, reader, store, erase, node.now_ms)
            self.retention.start()

    def routes(self) -> list[web.RouteDef]:
        """Where they are looked up."""
        return self.history.routes()

    def shown(self, last: int) -> dict[str, Any]:
        """How far they are, for the desk's health: `last` is the last entry that the desk has folded."""
        return self.recorder.shown(last)

    async def stop(self) -> None:
        """Record no more; what is missing is read from the journal at the next start."""
        if self.retention is not None:
            await self.retention.stop()
        await self.recorder.stop()
        await self.history.close()
