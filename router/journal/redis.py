"""
The journal on Redis 7.0+ or Valkey: one function call per batch, sent again under its number until it is answered.

Rule 1: an append, a waiting read and upkeep never share a connection. Rule 2: what is checked about order, time and
fencing is checked in the store (append.lua); this file only asks and decodes. Consumer groups are not used: they split
the order.
"""

import re
import secrets
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Final

from router.journal import functions, stream
from router.journal.line import Line
from router.journal.port import (
    MAX_BATCH,
    REPLY_ENTRIES,
    Appended,
    Extent,
    JournalError,
    NewEntry,
    Opened,
    Regressed,
    StoredEntry,
    Unusable,
)
from router.journal.upkeep import Upkeep

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_KEYS_AT_ONCE: Final = 1_000


class RedisJournal:
    """
    One desk's journal for one node.

    `url`: `unix://<path>`, `redis://host:port/db` or `rediss://...`. `timeout_s`: how long one try may take, connecting
    included. `patience_s`: how long a call goes on trying; then it raises `Uncertain`. `owner`: the deployment's mark;
    a journal that bears another one is not opened.
    """

    def __init__(
        self, url: str, desk: str, *, timeout_s: float = 5.0, patience_s: float = 30.0, owner: str = ""
    ) -> None:
        _check_name("desk", desk)
        self._owner = owner
        self._journal, self._meta, self._keys = (f"{{{desk}}}:{part}" for part in ("journal", "meta", "keys"))
        self._appends = Line(url, timeout_s, patience_s)
        self._reads = Line(url, timeout_s, patience_s)
        self._upkeep = Upkeep(Line(url, timeout_s, patience_s), self._journal, self._meta, self._keys)
        self._node = ""
        self._opened: Opened | None = None

    async def open(self, node: str) -> Opened:
        """Begin a new incarnation of `node`; a store that holds nothing of this desk gets a fresh epoch."""
        _check_name("node", node)
        await self._check_owner()  # first: opening would fence the node that works there
        await self._appends.load_functions()
        epoch, incarnation, last = await self._appends.ask(
            "FCALL", functions.OPEN, 3, self._journal, self._meta, self._keys, node, secrets.token_hex(4)
        )
        if self._owner:
            await self._appends.ask("HSETNX", self._meta, "owner", self._owner)
            await self._check_owner()
        self._node, self._opened = node, Opened(epoch.decode(), incarnation, last)
        return self._opened

    async def append(
        self, batch_number: int, applied: int, entries: Sequence[NewEntry], keys: Sequence[tuple[int, bytes]]
    ) -> Appended:
        """Append a batch once; see `Journal.append`."""
        opened = self._must_be_open()
        if len(entries) > MAX_BATCH:
            raise ValueError(f"a batch holds at most {MAX_BATCH} entries, this one has {len(entries)}: cut it")
        last, stamp_us, rows, first, left_out = await self._appends.insist(
            "FCALL", functions.APPEND, 3, self._journal, self._meta, self._keys,
            opened.epoch, self._node, opened.incarnation, batch_number, applied, REPLY_ENTRIES, len(keys),
            *(part for key in keys for part in key),
            *stream.arguments(entries),
        )  # fmt: skip
        if not first:
            expected = min(last - applied, REPLY_ENTRIES + len(entries))
            return Appended(last, stamp_us, stream.stored_entries(rows, applied, expected))
        others = stream.stored_entries(rows, applied, first - 1 - applied)
        own = stream.own_entries(entries, left_out, first, stamp_us, self._node, opened.incarnation)
        return Appended(last, stamp_us, others + own)

    async def read(self, after: int, count: int, wait_ms: int = 0) -> list[StoredEntry]:
        """Return at most `count` entries after `after`; while there is none, wait up to `wait_ms` for one."""
        entries = await self._read(after, count)
        if not entries and wait_ms > 0:
            # Only a wake-up call: what woke us is read by the function, which knows the epoch.
            await self._reads.ask(
                "XREAD", "COUNT", 1, "BLOCK", wait_ms, "STREAMS", self._journal, f"{after}-0", wait_s=wait_ms / 1000
            )
            entries = await self._read(after, count)
        return entries

    async def load_keys(self, ids: Iterable[int]) -> dict[int, bytes]:
        """Return the wrapped keys of these contacts, without those that were erased."""
        wanted = list(ids)
        found: dict[int, bytes] = {}
        for start in range(0, len(wanted), _KEYS_AT_ONCE):
            some = wanted[start : start + _KEYS_AT_ONCE]
            wrapped = await self._appends.ask("HMGET", self._keys, *some)
            found.update((contact, key) for contact, key in zip(some, wrapped, strict=True) if key is not None)
        return found

    async def all_keys(self) -> AsyncIterator[tuple[int, bytes]]:
        """Go through every (contact id, wrapped key), in no order; one may come twice."""
        cursor = b"0"
        while True:
            cursor, flat = await self._appends.ask("HSCAN", self._keys, cursor, "COUNT", _KEYS_AT_ONCE)
            for contact, key in zip(flat[::2], flat[1::2], strict=True):
                yield int(contact), key
            if cursor == b"0":
                return

    async def drop_keys(self, ids: Iterable[int]) -> None:
        """Delete the keys of contacts that were never opened."""
        await self._upkeep.drop_keys(ids)

    async def erase(self, ids: Iterable[int]) -> None:
        """Delete the keys of these contacts, and have the append-only file, which still holds them, written anew."""
        await self._upkeep.erase(ids)

    async def extent(self) -> Extent:
        """Say what the store holds; the size is the store's own estimate."""
        return await self._upkeep.extent()

    async def trim(self, first: int) -> None:
        """Drop the entries before `first`, some at a time, so that nobody waits long for the store."""
        await self._upkeep.trim(first)

    async def meta(self) -> dict[str, str]:
        """What the store keeps about the journal beside it; for backups."""
        return await self._upkeep.meta()

    async def restore(self, meta: dict[str, str], keys: Iterable[tuple[int, bytes]]) -> None:
        """Fill an empty store from a backup; see `Upkeep.restore`. `open` it afterwards."""
        await self._upkeep.restore(meta, keys)

    async def close(self) -> None:
        """Finish what is in flight, then disconnect."""
        for each in (self._appends, self._reads, self._upkeep):
            await each.close()

    async def _read(self, after: int, count: int) -> list[StoredEntry]:
        opened = self._must_be_open()
        # Not a function: what one returns is made into its language's tables first, which quadruples the store's work.
        (epoch, last), rows = await self._reads.ask_at_once(
            ("HMGET", self._meta, "epoch", "last"),
            ("XRANGE", self._journal, f"{after + 1}-0", "+", "COUNT", count),
        )
        if epoch != opened.epoch.encode():
            raise Regressed(f"the epoch is {epoch and epoch.decode()}, not {opened.epoch}")
        if after > int(last):
            raise Regressed(f"the last offset is {int(last)}, but {after} was read")
        return stream.stored_entries(rows, after, min(int(last) - after, count))

    async def _check_owner(self) -> None:
        if not self._owner:
            return
        found = await self._appends.ask("HGET", self._meta, "owner")
        if found not in (None, self._owner.encode()):
            raise Unusable(
                "the desk in this store is another deployment's (its mark was made with other keys): give each its own "
                "store or database, or bring back the key file that this desk was begun with"
            )

    def _must_be_open(self) -> Opened:
        if self._opened is None:
            raise JournalError("the journal is not open: call open(node) first")
        return self._opened


def _check_name(what: str, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"the {what} is called {name!r}; its name may hold letters, digits, '-' and '_', at most 64")
