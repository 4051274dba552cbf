"""
What a store needs beside appends and reads: keys deleted for good, old entries dropped, its size told.

Nothing here is on the path of an operation; a connection of its own keeps it from waiting for one or being waited for.
"""

import asyncio
from collections.abc import Iterable
from typing import Final

from router.journal.fail_points import reach
from router.journal.line import Line
from router.journal.port import Extent, JournalError, Uncertain, Unusable

KEYS_AT_ONCE: Final = 1_000
TRIM_AT_ONCE: Final = 10_000
REWRITE_S: Final = 600.0
"""How long the store may take to write its append-only file anew."""
LOOK_AGAIN_S: Final = 0.02


class Upkeep:
    """Looks after one desk's keys in the store; `journal`, `meta` and `keys` are their names."""

    def __init__(self, line: Line, journal: str, meta: str, keys: str) -> None:
        self._line = line
        self._journal, self._meta, self._keys = journal, meta, keys

    async def drop_keys(self, ids: Iterable[int]) -> None:
        """Delete the keys of these contacts; the append-only file holds them until it is written anew."""
        doomed = list(ids)
        for start in range(0, len(doomed), KEYS_AT_ONCE):
            await self._line.ask("HDEL", self._keys, *doomed[start : start + KEYS_AT_ONCE])

    async def erase(self, ids: Iterable[int]) -> None:
        """Delete the keys of these contacts, and return once the append-only file was written anew without them."""
        await self.drop_keys(ids)
        before = await self._line.info("persistence")
        if before["aof_enabled"] != "1":
            raise Unusable(
                "the keys are deleted, but this store keeps no append-only file: what it has written elsewhere holds "
                "them still and must be deleted by hand"
            )
        begun = int(before["aof_rewrites"])  # one that is under way was begun before the keys went
        clock = asyncio.get_running_loop().time
        give_up = clock() + REWRITE_S
        while clock() < give_up:
            now = await self._line.info("persistence")
            rewrites = int(now["aof_rewrites"])
            begun = min(begun, rewrites)  # a restarted store counts from nought
            if "1" not in (now["aof_rewrite_in_progress"], now["aof_rewrite_scheduled"]):
                if rewrites > begun and now["aof_last_bgrewrite_status"] == "ok":
                    return
                await self._rewrite()
            await asyncio.sleep(LOOK_AGAIN_S)
        raise Uncertain(f"the store has not written its file anew within {REWRITE_S:g} s: ask again")

    async def extent(self) -> Extent:
        """Say what the store holds; the size is the store's own estimate."""
        last = int(await self._line.ask("HGET", self._meta, "last") or 0)
        rows = await self._line.ask("XRANGE", self._journal, "-", "+", "COUNT", 1)
        taken = await self._line.ask("MEMORY", "USAGE", self._journal)
        return Extent(int(rows[0][0].partition(b"-")[0]) if rows else last + 1, last, taken or 0)

    async def trim(self, first: int) -> None:
        """Drop the entries before `first`, some at a time, so that nobody waits long for the store."""
        held = (await self.extent()).first
        while held < first:
            held = min(first, held + TRIM_AT_ONCE)
            await self._line.ask("XTRIM", self._journal, "MINID", f"{held}-0")

    async def meta(self) -> dict[str, str]:
        """What the store keeps about the journal beside it; empty when it holds none."""
        flat = [part.decode() for part in await self._line.ask("HGETALL", self._meta)]
        return dict(zip(flat[::2], flat[1::2], strict=True))

    async def restore(self, meta: dict[str, str], keys: Iterable[tuple[int, bytes]]) -> None:
        """
        Fill an empty store with the keys and an empty stream that goes on after `meta["last"]`; `meta` comes last.

        Until then the store is refused by `open`, so that half a restore is never served. Raises `JournalError` if
        anything of this desk is there already.
        """
        if await self._line.ask("EXISTS", self._journal, self._meta, self._keys):
            raise JournalError("the store holds a desk already: restore into an empty one")
        flat = [part for pair in keys for part in pair]
        for start in range(0, len(flat), 2 * KEYS_AT_ONCE):
            await self._line.ask("HSET", self._keys, *flat[start : start + 2 * KEYS_AT_ONCE])
        if int(meta["last"]):
            await self._line.ask("XADD", self._journal, f"{meta['last']}-0", "restored", "")
            await self._line.ask("XTRIM", self._journal, "MAXLEN", 0)
        reach("before meta")
        await self._line.ask("HSET", self._meta, *(part for pair in meta.items() for part in pair))

    async def close(self) -> None:
        """Finish what is in flight, then disconnect."""
        await self._line.close()

    async def _rewrite(self) -> None:
        try:
            await self._line.ask("BGREWRITEAOF")
        except Unusable as error:
            if "in progress" not in str(error):  # the store has begun one by itself
                raise
