"""
Reading a journal from one end to the other: the next batch is on its way while the caller works on the one before.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

from router.journal.port import Journal, StoredEntry

READ_COUNT: Final = 1_000


async def read_ahead(
    journal: Journal, after: int, last: int, count: int = READ_COUNT
) -> AsyncGenerator[list[StoredEntry], None]:
    """
    Go through the entries after `after` up to `last`, in order, at most `count` at a time; close it when leaving early.

    A caller that gives way to the loop now and then (`await asyncio.sleep(0)`) finds the next batch there already.
    Raises what `Journal.read` raises.
    """
    reading = asyncio.ensure_future(journal.read(after, count))
    try:
        while after < last:
            entries = (await reading)[: last - after]
            after = entries[-1].offset
            if after < last:
                reading = asyncio.ensure_future(journal.read(after, count))
            yield entries
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
