"""
The two places where the journal's contract is tested: memory with a clock moved by hand, and a real store.

What a test needs beyond the port (a flush, a failover, a clock that was set) is asked of the world, not of an adapter.
"""

from collections.abc import Awaitable
from itertools import count
from typing import Any, Protocol, cast

from redis.asyncio import Redis

from router.journal.embedded import EmbeddedServer
from router.journal.memory import MemoryJournal, MemoryStore
from router.journal.port import Journal, NewEntry
from router.journal.redis import RedisJournal

HOUR_US = 3_600_000_000

_desks = count(1)


def entry(op: str = "", due: int = 0, command: bytes = b"{}") -> NewEntry:
    """Return an entry; `op` tells it from others."""
    return NewEntry(op=op, body=b"", actor="agent:1", command=command, sealed=b"", due=due)


class World(Protocol):
    """A desk's store and what can happen to it."""

    def journal(self) -> Journal:
        """Return another node's journal on the same store."""
        ...

    async def flush(self) -> None:
        """Empty the store."""
        ...

    async def lose(self, number: int) -> None:
        """Forget the last entries, as a failover to a late replica does."""
        ...

    async def forget_incarnation(self, node: str) -> None:
        """Put the node's incarnation back by one, as a restored backup does."""
        ...

    async def trim(self, first: int) -> None:
        """Drop the entries before the offset `first`."""
        ...

    async def clock(self) -> tuple[int, int]:
        """Return (stamp, raw), microseconds."""
        ...

    async def move_clock_back(self, by_us: int) -> None:
        """Let the machine's clock step back, seen from the journal's last call."""
        ...

    async def close(self) -> None:
        """Close every journal that was handed out."""
        ...


class MemoryWorld:
    """Memory; each look at the clock finds it 1,007 us on."""

    def __init__(self) -> None:
        self.now_us = 1_700_000_000_000_000
        self.store = MemoryStore(self._tick)

    def _tick(self) -> int:
        self.now_us += 1_007
        return self.now_us

    def journal(self) -> MemoryJournal:
        return MemoryJournal(self.store)

    async def flush(self) -> None:
        self.store.flush()

    async def lose(self, number: int) -> None:
        self.store.lose(number)

    async def forget_incarnation(self, node: str) -> None:
        self.store.incarnations[node] -= 1

    async def trim(self, first: int) -> None:
        self.store.trim(first)

    async def clock(self) -> tuple[int, int]:
        return self.store.stamp, self.store.raw

    async def move_clock_back(self, by_us: int) -> None:
        self.now_us -= by_us

    async def close(self) -> None:
        pass


class StoreWorld:
    """A desk of its own on a real server."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.desk = f"desk{next(_desks)}"
        self.journals: list[RedisJournal] = []
        self.admin: Redis = server.admin()

    def journal(self, url: str = "", *, timeout_s: float = 5.0, patience_s: float = 30.0) -> RedisJournal:
        made = RedisJournal(url or self.server.url, self.desk, timeout_s=timeout_s, patience_s=patience_s)
        self.journals.append(made)
        return made

    def key(self, part: str) -> str:
        return f"{{{self.desk}}}:{part}"

    async def do(self, *command: str | bytes | int) -> Any:
        """Run a command with an administrator's rights."""
        return await cast(Awaitable[Any], self.admin.execute_command(*command))  # type: ignore[no-untyped-call]

    async def flush(self) -> None:
        await self.do("FLUSHALL")

    async def lose(self, number: int) -> None:
        last = int(await self.do("HINCRBY", self.key("meta"), "last", -number))
        for offset in range(last + 1, last + number + 1):
            await self.do("XDEL", self.key("journal"), f"{offset}-0")

    async def forget_incarnation(self, node: str) -> None:
        await self.do("HINCRBY", self.key("meta"), f"incarnation:{node}", -1)

    async def trim(self, first: int) -> None:
        await self.do("XTRIM", self.key("journal"), "MINID", f"{first}-0")

    async def clock(self) -> tuple[int, int]:
        stamp, raw = await self.do("HMGET", self.key("meta"), "stamp", "raw")
        return int(stamp), int(raw)

    async def move_clock_back(self, by_us: int) -> None:
        # The server's clock cannot be moved here; to the journal it is the same if the last call saw a later time.
        for field in ("stamp", "raw", "appended"):
            await self.do("HINCRBY", self.key("meta"), field, by_us)

    async def close(self) -> None:
        for journal in self.journals:
            await journal.close()
        await self.admin.aclose()
