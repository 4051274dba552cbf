"""An erased person is gone from the store's files to the last byte, and the journal comes to the same state."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from router.journal.embedded import EmbeddedServer
from router.journal.port import Uncertain, Unusable
from tests.journal.test_redis_journal import until
from tests.journal.worlds import StoreWorld, entry

WINDOW = 10
"""A key counts as found by so many bytes of it in a row: the compacted part of the file packs in runs of 32."""


@pytest.fixture
async def key(store: StoreWorld) -> bytes:
    """A wrapped key like any, and like no other; nothing else is in the store, so that writing it anew is quick."""
    await store.flush()
    return os.urandom(60)


def held(server: EmbeddedServer, key: bytes) -> list[str]:
    """The files of the store that hold a part of this key."""
    folder = Path(server.url.removeprefix("unix://")).parent
    windows = [key[start : start + WINDOW] for start in range(len(key) - WINDOW)]
    found = []
    for file in folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            found += [file.name] * any(window in content for window in windows)
    return found


def gone(server: EmbeddedServer, key: bytes) -> Callable[[], Awaitable[bool]]:
    """Whether no file holds it; the store deletes an old file a moment after it has the new one."""

    async def look() -> bool:
        await asyncio.sleep(0.01)
        return not held(server, key)

    return look


async def rewrites(store: StoreWorld) -> tuple[int, int]:
    """How many rewrites were begun, and whether one is under way."""
    found = await store.admin.info("persistence")
    return found["aof_rewrites"], found["aof_rewrite_in_progress"]


def child_of(server: EmbeddedServer) -> int | None:
    """The process that writes the file anew."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    return int(children[0]) if children else None


@contextmanager
def standing_still(server: EmbeddedServer) -> Iterator[None]:
    """Let the rewrite that is under way stand still."""
    child = child_of(server)
    assert child is not None
    os.kill(child, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(child, signal.SIGCONT)


async def begin_rewrite(store: StoreWorld) -> None:
    """Have the store begin one, slow enough to be caught."""
    await store.do("CONFIG", "SET", "rdb-key-save-delay", "100000")
    await store.do("BGREWRITEAOF")
    await store.do("CONFIG", "SET", "rdb-key-save-delay", "0")


@pytest.mark.parametrize("compacted", [False, True], ids=["appended", "compacted"])
async def test_an_erased_key_is_in_no_file(store: StoreWorld, key: bytes, compacted: bool) -> None:
    """Its bytes are in the file until that was written anew, and then nowhere; another contact's stay."""
    journal, other = store.journal(), os.urandom(60)
    await journal.open("ann")
    await journal.append(1, 0, [entry("1:1")], [(7, key), (8, other)])
    if compacted:
        await journal.erase([])
    assert held(store.server, key)

    await journal.erase([7])

    await until(gone(store.server, key))
    assert held(store.server, other)
    assert {8: other} == await journal.load_keys([7, 8])


async def test_a_rewrite_that_was_under_way_does_not_count(store: StoreWorld, key: bytes) -> None:
    """One that began before the key went may still hold it, so erasing waits for another one."""
    journal = store.journal()
    await journal.open("ann")
    await journal.append(1, 0, [entry("1:1")], [(7, key)])
    begun, _ = await rewrites(store)
    await begin_rewrite(store)
    with standing_still(store.server):
        erasing = asyncio.ensure_future(journal.erase([7]))

        async def deleted() -> bool:
            return not await store.do("HEXISTS", store.key("keys"), "7")

        await until(deleted)
        assert (begun + 1, 1) == await rewrites(store)
        assert not erasing.done()
    await asyncio.wait_for(erasing, 20)

    assert (begun + 2, 0) == await rewrites(store)
    await until(gone(store.server, key))


async def test_a_rewrite_that_fails_is_begun_again(store: StoreWorld, key: bytes) -> None:
    """A store whose rewrite was killed has still the old file; erasing goes on until a new one is whole."""
    journal = store.journal()
    await journal.open("ann")
    await journal.append(1, 0, [entry("1:1")], [(7, key)])
    await store.do("CONFIG", "SET", "rdb-key-save-delay", "100000")
    erasing = asyncio.ensure_future(journal.erase([7]))

    async def writing() -> bool:
        await asyncio.sleep(0)
        return child_of(store.server) is not None

    await until(writing)
    child = child_of(store.server)
    assert child is not None
    await store.do("CONFIG", "SET", "rdb-key-save-delay", "0")
    os.kill(child, signal.SIGKILL)
    await asyncio.wait_for(erasing, 20)

    await until(gone(store.server, key))


async def test_a_store_that_does_not_get_it_done_is_told(
    store: StoreWorld, key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the file is not written anew in time, erasing is not said to be done, and can be asked for again."""
    monkeypatch.setattr("router.journal.upkeep.REWRITE_S", 0.1)
    journal = store.journal()
    await journal.open("ann")
    await journal.append(1, 0, [entry("1:1")], [(7, key)])
    await begin_rewrite(store)
    with standing_still(store.server), pytest.raises(Uncertain, match="ask again"):
        await journal.erase([7])
    monkeypatch.setattr("router.journal.upkeep.REWRITE_S", 20.0)

    await journal.erase([7])

    await until(gone(store.server, key))


async def test_a_store_without_such_a_file_says_so(store: StoreWorld, key: bytes) -> None:
    """Where the key may stand in a file that is not ours to write anew, erasing does not claim to be done."""
    journal = store.journal()
    await journal.open("ann")
    await journal.append(1, 0, [entry("1:1")], [(7, key)])
    await store.do("CONFIG", "SET", "appendonly", "no")
    try:
        with pytest.raises(Unusable, match="the keys are deleted, but"):
            await journal.erase([7])
    finally:
        await store.do("CONFIG", "SET", "appendonly", "yes")

    async def idle() -> bool:
        await asyncio.sleep(0.01)
        return not (await rewrites(store))[1]

    await until(idle)
    assert {} == await journal.load_keys([7])
