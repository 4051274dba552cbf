"""What leaves the store is in the archive, verified; a kill at any point loses nothing, and the next run goes on."""

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from router.journal import archiver
from router.journal.archived import ArchivedJournal
from router.journal.archiver import ArchiveBusy, archive_journal, trim_journal
from router.journal.port import Journal, JournalError, StoredEntry
from router.journal.segments import Archive, ArchiveDamaged
from router.journal.server_files import Lock
from tests.journal.worlds import MemoryWorld, StoreWorld, World, entry

ROOT = Path(__file__).parents[2]
SEGMENT = 10
POINTS = (
    "file begun", "file half written", "file written", "file renamed", "archived", "before trimming", "trimmed",
)  # fmt: skip

ARCHIVER = """
    import asyncio, os, signal, sys
    from pathlib import Path
    from router.journal import archiver, fail_points
    from router.journal.redis import RedisJournal
    from router.journal.segments import Archive

    url, desk, folder, point, hits = sys.argv[1:]
    left = int(hits)

    def hook(name):
        global left
        left -= name == point
        if name == point and not left:
            os.kill(os.getpid(), signal.SIGKILL)

    async def main():
        archiver.SEGMENT_ENTRIES = 10
        journal, archive = RedisJournal(url, desk), Archive(Path(folder))
        opened = await journal.open("archiver")
        await archiver.archive_journal(journal, opened.epoch, archive, 1)
        await archiver.trim_journal(journal, archive, 0)
        await journal.close()

    fail_points.hook = hook
    asyncio.run(main())
"""


@pytest.fixture(autouse=True)
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archiver, "SEGMENT_ENTRIES", SEGMENT)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


async def filled(world: World, count: int) -> tuple[Journal, str, list[StoredEntry]]:
    """A journal with so many entries, its epoch and what is in it."""
    journal = world.journal()
    opened = await journal.open("ann")
    answer = await journal.append(1, 0, [entry(f"1:{i}", command=b'["X",%d]' % i) for i in range(1, count + 1)], [])
    return journal, opened.epoch, answer.entries


async def everything(journal: Journal, count: int) -> list[StoredEntry]:
    """All entries, as a node reads them when it starts."""
    found: list[StoredEntry] = []
    while len(found) < count:
        found += await journal.read(len(found), 7)
    return found


async def test_full_segments_are_archived_and_then_trimmed(world: World, archive: Archive) -> None:
    """Only what full segments hold leaves the store; store and archive together are the journal, as before."""
    journal, epoch, entries = await filled(world, 3 * SEGMENT + 5)

    assert 30 == await archive_journal(journal, epoch, archive, 7)
    assert 31 == await trim_journal(journal, archive, 0)
    assert 30 == await archive_journal(journal, epoch, archive, 7)
    assert 31 == await trim_journal(journal, archive, 0)

    assert (31, 35) == ((await journal.extent()).first, (await journal.extent()).last)
    assert entries[:30] == list(archive.entries())
    assert entries == await everything(ArchivedJournal(journal, archive), 35)
    assert {7} == {segment.core_version for segment in archive.segments()}


async def test_the_rest_is_archived_when_all_is_wanted(world: World, archive: Archive) -> None:
    """With `whole` the last segment may be shorter, the next one goes on after it, and the stream may become empty."""
    journal, epoch, entries = await filled(world, SEGMENT + 3)

    assert 13 == await archive_journal(journal, epoch, archive, 1, whole=True)
    assert 14 == await trim_journal(journal, archive, 0)
    onward = await journal.append(2, 13, [entry("2:1")], [])
    assert 14 == await archive_journal(journal, epoch, archive, 1, whole=True)

    assert [(1, 10), (11, 13), (14, 14)] == [(each.first, each.last) for each in archive.segments()]
    assert entries + onward.entries == await everything(ArchivedJournal(journal, archive), 14)


async def test_no_more_is_trimmed_than_memory_asks_for(archive: Archive) -> None:
    """The newest entries stay, about as many as the limit holds; under the limit nothing is trimmed."""
    journal, epoch, _ = await filled(MemoryWorld(), 10 * SEGMENT)
    await archive_journal(journal, epoch, archive, 1)
    taken = (await journal.extent()).bytes

    assert 1 == await trim_journal(journal, archive, taken)
    assert 51 == await trim_journal(journal, archive, taken // 2)
    assert (await journal.extent()).bytes <= taken


@pytest.mark.parametrize("harm", ["damaged", "foreign", "missing"])
async def test_nothing_is_trimmed_that_the_archive_does_not_hold(archive: Archive, tmp_path: Path, harm: str) -> None:
    """A segment that is damaged, of another journal or gone stops the trimming before it, and says so."""
    world = MemoryWorld()
    journal, epoch, entries = await filled(world, 4 * SEGMENT)
    await archive_journal(journal, epoch, archive, 1)
    victim = sorted(archive.folder.glob("*.segment"))[2]
    if harm == "damaged":
        whole = victim.read_bytes()
        victim.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    elif harm == "missing":
        victim.unlink()
    else:
        entries[25].actor = "agent:2"

    with pytest.raises(ArchiveDamaged, match=sorted(archive.folder.glob("*.segment"))[2].name):
        await trim_journal(journal, archive, 0)

    first = (await journal.extent()).first
    assert first == (1 if harm == "missing" else 21)
    assert entries[first - 1 :] == await journal.read(first - 1, 100)


async def test_an_archive_ahead_of_the_journal_is_told(archive: Archive) -> None:
    """An older store beside a newer archive would get two pasts: nothing is written."""
    journal, epoch, _ = await filled(MemoryWorld(), 2 * SEGMENT)
    await archive_journal(journal, epoch, archive, 1)
    older, other, _ = await filled(MemoryWorld(), SEGMENT)

    with pytest.raises(JournalError, match="goes to 20, the journal only to 10"):
        await archive_journal(older, other, archive, 1)


async def test_two_do_not_write_at_once(archive: Archive) -> None:
    """Whoever comes second is told who is at it."""
    journal, epoch, _ = await filled(MemoryWorld(), SEGMENT)
    archive.folder.mkdir()
    lock = Lock(archive.folder / "archive.lock")
    assert lock.take()

    with pytest.raises(ArchiveBusy, match="is written by the process"):
        await archive_journal(journal, epoch, archive, 1)

    lock.release()
    assert 10 == await archive_journal(journal, epoch, archive, 1)


async def test_a_lost_archive_is_told(archive: Archive) -> None:
    """What is in neither place is named, and never taken for an empty past."""
    world = MemoryWorld()
    journal, _, _ = await filled(world, SEGMENT)
    await journal.trim(6)

    reader = ArchivedJournal(world.journal(), archive)
    await reader.open("bob")
    with pytest.raises(JournalError, match=r"from 1 to 5 are neither in the store nor in the archive"):
        await reader.read(0, 10)


@pytest.mark.parametrize("server", ["valkey"], indirect=True)
@pytest.mark.parametrize("point", POINTS)
async def test_a_kill_at_any_point_loses_nothing(store: StoreWorld, archive: Archive, point: str) -> None:
    """Killed at its second time at a point, it leaves every entry in one place or both; the next run ends the work."""
    _, _, entries = await filled(store, 3 * SEGMENT + 5)

    def run(point: str) -> int:
        code = textwrap.dedent(ARCHIVER)
        arguments = (store.server.url, store.desk, str(archive.folder), point, "2")
        return subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, timeout=30, check=False).returncode

    assert -signal.SIGKILL == run(point)
    reader = ArchivedJournal(store.journal(), archive)
    await reader.open("bob")
    assert entries == await everything(reader, 35)
    assert [] == archive.faults()
    assert 0 == run("")

    assert entries == await everything(reader, 35)
    assert [] == archive.faults()
    assert [(1, 10), (11, 20), (21, 30)] == [(each.first, each.last) for each in archive.segments()]
    assert 31 == (await reader.extent()).first
    assert [] == list(archive.folder.glob("*.unfinished"))
