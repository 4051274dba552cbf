"""A backup is all that a desk is; what is made from it is the same desk in a new life, or nothing at all."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from router.core.commands import NodeStarted
from router.journal import fail_points
from router.journal.entry_line import entry_line
from router.journal.port import Extent, JournalError
from router.journal.snapshots import load as load_snapshot
from router.service.archiving import Archiving, archive_desk
from router.service.backup import BadBackup, back_up, check_backup, entries_of, forget, read_about, restore
from router.service.entries import read_entry
from router.service.folder import Place
from router.service.replay import export_desk, load, replay
from router.service.server import ServiceError
from router.service.snapshotting import snapshot_desk
from router.service.verify import verify
from tests.service.desk import until
from tests.service.whole import desk_in, heard, open_contact, say


class Killed(BaseException):
    """The process ends here."""


async def _make(folder: Path) -> None:
    async with desk_in(folder / "desk") as service:
        await open_contact(service, 11, 1001, "canary-topic")
        await say(service, 11, 1001, "canary-text")
        await open_contact(service, 12, 1002, "another topic")
    await snapshot_desk(Place(folder / "desk"))
    await back_up(Place(folder / "desk"), folder / "backup")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a desk that has run, and with a backup of it."""
    folder = tmp_path_factory.mktemp("made")
    asyncio.run(_make(folder))
    return folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Path:
    """The folder of a desk of one's own: two contacts, one of them with a message, and a snapshot."""
    return shutil.copytree(made / "desk", tmp_path / "desk")


@pytest.fixture
def backup(made: Path, tmp_path: Path) -> Path:
    """A backup of it."""
    return shutil.copytree(made / "backup", tmp_path / "backup")


def fresh(tmp_path: Path, desk: Path) -> Place:
    """A folder for a new desk, with the old one's key file in it."""
    folder = tmp_path / "restored"
    folder.mkdir()
    shutil.copy(desk / "desk.keys", folder)
    return Place(folder)


async def test_a_restored_desk_is_the_same_desk(desk: Path, backup: Path, tmp_path: Path) -> None:
    """Entry by entry, to the same state, with every word, in a new epoch; and it goes on as the old one would have."""
    await export_desk(Place(desk), tmp_path / "before.jsonl")
    about, place = read_about(backup), fresh(tmp_path, desk)
    epoch = await restore(backup, place)
    await export_desk(place, tmp_path / "after.jsonl")

    before = list(load(tmp_path / "before.jsonl"))
    assert before == list(load(tmp_path / "after.jsonl")) == list(entries_of(backup))
    assert (about.last, 2) == (len(before), about.keys)
    assert epoch != about.epoch
    for each in (Place(desk), Place(backup), place):
        assert [] == (await verify(each)).faults
    async with desk_in(place.data) as service:
        assert epoch == service.node.epoch
        assert ["canary-topic", "canary-text"] == heard(service, 11)
        assert "already_open" == await open_contact(service, 13, 1001, "x")
        await say(service, 11, 1001, "after")
    await export_desk(place, tmp_path / "later.jsonl")
    later = list(load(tmp_path / "later.jsonl"))
    assert before == later[: len(before)]
    assert replay(before).state != replay(later).state
    started = [read_entry(stored).command for stored in later]
    assert [1, 2] == [each.incarnation for each in started if isinstance(each, NodeStarted)]
    stamps = [stored.stamp_us for stored in later]
    assert sorted(stamps) == stamps


async def test_a_running_desk_is_backed_up(desk: Path, tmp_path: Path) -> None:
    """The desk goes on meanwhile, and everything that it had acknowledged before is in the backup."""
    async with desk_in(desk) as service:
        await say(service, 11, 1001, "live")
        about = await back_up(Place(desk), tmp_path / "backup")
        assert about.last >= service.node.applied
        await say(service, 11, 1001, "later")
    place = fresh(tmp_path, desk)
    await restore(tmp_path / "backup", place)

    async with desk_in(place.data) as service:
        assert ["canary-topic", "canary-text", "live"] == heard(service, 11)


def test_a_backup_holds_nothing_readable(desk: Path, backup: Path) -> None:
    """No text and no name, packed or not, and nothing of the key file."""
    content = [file.read_bytes() for file in backup.rglob("*") if file.is_file()]
    content += map(entry_line, entries_of(backup))
    content += [load_snapshot(path).state for path in (backup / "snapshots").iterdir()]
    whole = b"".join(content)

    assert len(content) > 4
    for word in (b"canary", b"asc 1001", *json.loads((desk / "desk.keys").read_text()).values()):
        assert word == 1 or (word if isinstance(word, bytes) else word.encode()) not in whole


@pytest.mark.parametrize("part", ["backup.json", "keys.jsonl", "archive/*.segment", "snapshots/*.verified"])
@pytest.mark.parametrize("harm", ["flipped", "gone"])
async def test_a_damaged_backup_makes_no_desk(desk: Path, backup: Path, tmp_path: Path, part: str, harm: str) -> None:
    """Whichever of its files is altered or missing, the fault is told and nothing is begun."""
    victim = next(backup.glob(part))
    whole = victim.read_bytes()
    if harm == "gone":
        victim.unlink()
    else:
        victim.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
    place = fresh(tmp_path, desk)
    if part.startswith("snapshots") and harm == "gone":
        assert [] == check_backup(backup)  # a snapshot only saves time
        return

    with pytest.raises(BadBackup):
        await restore(backup, place)

    assert ["desk.keys"] == [file.name for file in place.data.iterdir()]


async def test_an_unfinished_backup_is_none(desk: Path, backup: Path, tmp_path: Path) -> None:
    """What says that a backup is whole is written last."""
    (backup / "backup.json").rename(backup / "backup.json.unfinished")

    with pytest.raises(BadBackup, match="the backup is not whole"):
        await restore(backup, fresh(tmp_path, desk))


async def test_nothing_is_restored_over_anything(desk: Path, backup: Path, tmp_path: Path) -> None:
    """A folder with a desk in it, one without the key file, a backup's folder that is used: each is told and left."""
    with pytest.raises(JournalError, match="is not empty"):
        await restore(backup, Place(desk))
    with pytest.raises(JournalError, match=r"put your copy of desk\.keys into"):
        await restore(backup, Place(tmp_path / "nowhere"))
    with pytest.raises(JournalError, match="is not empty"):
        await back_up(Place(desk), backup)
    with pytest.raises(JournalError, match="there is no desk in"):
        await back_up(Place(tmp_path / "nowhere"), tmp_path / "other")


async def test_half_a_restore_is_never_served(
    desk: Path, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended before its last step, a restored store refuses to be a desk, and to be restored into."""
    place = fresh(tmp_path, desk)

    def killed(name: str) -> None:
        if name == "before meta":
            raise Killed

    monkeypatch.setattr(fail_points, "hook", killed)
    with pytest.raises(Killed):
        await restore(backup, place)
    monkeypatch.setattr(fail_points, "hook", None)

    with pytest.raises(ServiceError, match="its meta hash is gone"):
        async with desk_in(place.data):
            pass
    with pytest.raises(JournalError, match="is not empty"):
        await restore(backup, place)


async def test_what_was_erased_since_stays_erased(desk: Path, backup: Path, tmp_path: Path) -> None:
    """With the list of erasures, an older backup is restored without their keys; or they are taken out of it."""
    place = fresh(tmp_path, desk)
    await restore(backup, place, erased={11, 99})

    async with desk_in(place.data) as service:
        assert ["", ""] == heard(service, 11)
        assert ["another topic"] == heard(service, 12)
    assert 1 == forget(backup, {11, 99})
    assert 0 == forget(backup, {11})
    assert [] == check_backup(backup)
    assert [12] == [json.loads(line)["contact"] for line in (backup / "keys.jsonl").read_bytes().splitlines()]


async def test_a_desk_starts_from_its_archive(desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What left the store is folded from the archive: the same state, the same words; without it nothing starts."""
    monkeypatch.setattr("router.journal.archiver.SEGMENT_ENTRIES", 3)
    shutil.rmtree(desk / "snapshots")
    await export_desk(Place(desk), tmp_path / "before.jsonl")
    last, first = await archive_desk(Place(desk), 0)
    await export_desk(Place(desk), tmp_path / "after.jsonl")

    assert (6, 7) == (last, first)
    assert (tmp_path / "before.jsonl").read_bytes() == (tmp_path / "after.jsonl").read_bytes()
    async with desk_in(desk) as service:
        assert ["canary-topic", "canary-text"] == heard(service, 11)
    assert [] == (await verify(Place(desk))).faults
    (desk / "archive").rename(tmp_path / "elsewhere")
    with pytest.raises(ServiceError, match="neither in the store nor in the archive"):
        async with desk_in(desk):
            pass
    found = await verify(Place(desk))
    assert ["the entries 1 to 6 are neither in the store nor in the archive"] == found.faults


async def test_a_running_desk_has_its_journal_archived(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the journal takes more than it may, a process beside the desk archives and trims it; else none does."""
    monkeypatch.setattr("router.service.archiving.LOOK_AGAIN_S", 0.02)
    looked: list[bool] = []

    async def archive(self: Archiving) -> None:
        looked.append(True)

    monkeypatch.setattr(Archiving, "_archive", archive)
    async with desk_in(desk, keep_bytes=1):
        await until(lambda: looked)
    looked.clear()
    async with desk_in(desk) as service:
        extent = service._parts.journal.extent

        async def told() -> Extent:
            seen.append(True)
            return await extent()

        seen: list[bool] = []
        service._parts.archiving._journal.extent = told  # type: ignore[method-assign]
        await until(lambda: len(seen) > 2)

    assert [] == looked


async def test_verify_compares_store_and_archive(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry that is not the same in both is named."""
    monkeypatch.setattr("router.journal.archiver.SEGMENT_ENTRIES", 3)
    await archive_desk(Place(desk), 2**40)
    assert [] == (await verify(Place(desk))).faults
    place = Place(desk)
    segments = place.archive.segments()
    entries = [list(place.archive.load(segment)) for segment in segments]
    entries[1][1].actor = "somebody else"
    shutil.rmtree(desk / "archive")
    for each in entries:
        place.archive.write(each, segments[0].epoch, 1)

    assert ["the entry 5 is another one in the archive than in the store"] == (await verify(place)).faults


async def test_a_dump_is_verified_by_its_offsets(desk: Path, tmp_path: Path) -> None:
    """A line that is missing from a dump is told by its number."""
    file = tmp_path / "dump.jsonl"
    await export_desk(Place(desk), file)
    assert [] == (await verify(Place(file))).faults
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:2] + lines[3:]))

    assert [f"{file}, line 3: it holds the entry 4"] == (await verify(Place(file))).faults
