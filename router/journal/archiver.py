"""
Moving old entries out of the store: archived first, read back and compared, and only then trimmed.

At whatever point this is killed, every entry is in the store or in the archive, and the next run goes on from there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from router.journal.durable import make_folder
from router.journal.fail_points import reach
from router.journal.port import Journal, JournalError, StoredEntry
from router.journal.segments import SEGMENT_ENTRIES, Archive, ArchiveDamaged
from router.journal.server_files import Lock

READ_COUNT: Final = 1_000
KEEP_BYTES: Final = 256 * 1024 * 1024
"""What the stream may take of the store's memory before its oldest entries leave it."""


class ArchiveBusy(JournalError):
    """Another process is writing to the archive."""


async def archive_journal(
    journal: Journal, epoch: str, archive: Archive, core_version: int, *, whole: bool = False
) -> int:
    """
    Archive what the store holds and the archive does not, in full segments; with `whole` the rest in a shorter one.

    Returns the last offset archived. Raises `ArchiveDamaged`, `ArchiveBusy`, or what the journal raises.
    """
    with _writing(archive.folder):
        known = archive.segments()
        archived, last = known[-1].last if known else 0, (await journal.extent()).last
        if archived > last:
            raise JournalError(
                f"the archive in {archive.folder} goes to {archived}, the journal only to {last}: "
                "they are not of one desk, or an older store was restored beside a newer archive"
            )
        while (left := last - archived) >= (1 if whole else SEGMENT_ENTRIES):
            entries = await _read(journal, archived, min(left, SEGMENT_ENTRIES))
            reach("before archiving")
            made = archive.write(entries, epoch, core_version)
            reach("archived")
            if archive.load(made) != entries:
                raise ArchiveDamaged(f"{archive.folder / made.name} does not give back what was written to it")
            reach("archive compared")
            archived = made.last
        return archived


async def trim_journal(journal: Journal, archive: Archive, keep_bytes: int = KEEP_BYTES) -> int:
    """
    Let the oldest entries leave the store until it holds about `keep_bytes`, as far as the archive holds the same.

    Returns the first offset that is left. Raises `ArchiveDamaged`, `ArchiveBusy`, or what the journal raises.
    """
    with _writing(archive.folder):
        extent = await journal.extent()
        first, held = extent.first, extent.last + 1 - extent.first
        for segment in archive.segments():
            if segment.last < first:
                continue
            if (extent.last - segment.last) * extent.bytes < keep_bytes * held:
                break
            entries = await _read(journal, first - 1, segment.last + 1 - first)
            if archive.load(segment)[first - segment.first :] != entries:
                raise ArchiveDamaged(
                    f"{archive.folder / segment.name} holds other entries than the journal: nothing more is trimmed"
                )
            reach("before trimming")
            await journal.trim(segment.last + 1)
            first = segment.last + 1
            reach("trimmed")
        return first


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    make_folder(folder)
    lock = Lock(folder / "archive.lock")
    if not lock.take():
        raise ArchiveBusy(f"the archive in {folder} is written by the process {lock.holder()}: try again later")
    try:
        yield
    finally:
        lock.release()


async def _read(journal: Journal, after: int, count: int) -> list[StoredEntry]:
    entries: list[StoredEntry] = []
    while len(entries) < count:
        entries += await journal.read(after + len(entries), min(READ_COUNT, count - len(entries)))
    return entries
