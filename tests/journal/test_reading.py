"""Reading ahead brings the same entries in the same order, and asks for the next ones before it is asked."""

import asyncio
from contextlib import aclosing

import pytest

from router.journal.memory import MemoryJournal
from router.journal.port import StoredEntry, Trimmed
from router.journal.reading import read_ahead
from tests.journal.worlds import MemoryWorld, World, entry


async def filled(world: World, count: int) -> list[StoredEntry]:
    journal = world.journal()
    await journal.open("ann")
    return (await journal.append(1, 0, [entry(f"1:{i}") for i in range(count)], [])).entries


@pytest.mark.parametrize(("after", "last", "count"), [(0, 25, 10), (0, 20, 10), (7, 25, 4), (0, 12, 10), (25, 25, 10)])
async def test_it_brings_what_was_asked_for(world: World, after: int, last: int, count: int) -> None:
    """From the entry after `after` to `last` and not one more, whatever stands behind, in batches of `count`."""
    entries = await filled(world, 25)
    journal = world.journal()
    await journal.open("bob")

    batches = [batch async for batch in read_ahead(journal, after, last, count)]

    assert entries[after:last] == [stored for batch in batches for stored in batch]
    assert all(len(batch) == count for batch in batches[:-1])


class Counting(MemoryJournal):
    """Counts how often it was read."""

    reads = 0

    async def read(self, after: int, count: int, wait_ms: int = 0) -> list[StoredEntry]:
        self.reads += 1
        return await super().read(after, count, wait_ms)


async def test_the_next_batch_is_fetched_meanwhile() -> None:
    """While the caller works, and gives way once, the batch behind the present one is read, and no further one."""
    world = MemoryWorld()
    await filled(world, 40)
    journal = Counting(world.store)
    await journal.open("bob")
    async with aclosing(read_ahead(journal, 0, 40, 10)) as batches:
        await anext(batches)
        await asyncio.sleep(0)
        assert 2 == journal.reads
    await asyncio.sleep(0)

    assert 2 == journal.reads
    assert 1 == len(asyncio.all_tasks())


async def test_what_goes_wrong_is_told() -> None:
    """An error of the journal reaches the caller when its turn has come."""
    world = MemoryWorld()
    await filled(world, 20)
    world.store.trim(5)
    journal = world.journal()
    await journal.open("bob")

    with pytest.raises(Trimmed):
        _ = [batch async for batch in read_ahead(journal, 0, 20, 10)]
