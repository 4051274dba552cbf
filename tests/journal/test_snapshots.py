"""A snapshot counts once two folds agree on it and while every bit of it is as it was; else an older one does."""

import random
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from router.journal import fail_points
from router.journal.sealed_head import head, unsealed
from router.journal.snapshots import Snapshot, SnapshotRefused, Snapshots, load


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path / "snapshots")


@pytest.fixture
def killed_at() -> Iterator[list[str]]:
    """Ends the process, as far as the code can tell, at the points that a test puts in here."""
    points: list[str] = []

    def hook(name: str) -> None:
        if name in points:
            raise Killed

    fail_points.hook = hook
    yield points
    fail_points.hook = None


def at(offset: int, core_version: int = 1) -> Snapshot:
    state = b"[%d]" % offset + random.Random(offset).randbytes(200)
    return Snapshot(offset, "9f2c61d0", core_version, state, b"beside %d" % offset)


def keep(snapshots: Snapshots, *offsets: int) -> None:
    """Save and verify."""
    for offset in offsets:
        snapshots.save(at(offset))
        snapshots.approve(offset, at(offset).hash)


def test_a_snapshot_comes_back_as_it_was(snapshots: Snapshots) -> None:
    """Offset, epoch, version of the rules and every byte of the state; its hash is that of the state alone."""
    keep(snapshots, 7)

    assert at(7) == snapshots.latest(1, 7)
    assert sha256(at(7).state).hexdigest() == at(7).hash
    assert [] == snapshots.faults()


def test_what_nobody_verified_does_not_count(snapshots: Snapshots) -> None:
    """A state that only its own writer came to is not loaded."""
    keep(snapshots, 7)
    snapshots.save(at(9))

    assert at(7) == snapshots.latest(1, 100)


def test_when_two_folds_differ_the_snapshot_goes(snapshots: Snapshots) -> None:
    """A fold that came to another state is told with both hashes, and the file is removed."""
    written = snapshots.save(at(9))

    with pytest.raises(SnapshotRefused, match=f"came to {at(8).hash}, not to {at(9).hash}"):
        snapshots.approve(9, at(8).hash)

    assert not written.exists()
    assert snapshots.latest(1, 100) is None
    with pytest.raises(SnapshotRefused, match="cannot be read"):
        snapshots.approve(9, at(9).hash)


def test_the_rules_and_the_end_of_the_journal_must_fit(snapshots: Snapshots) -> None:
    """Other rules go on from their own snapshots only; a state from beyond the journal's end is of another past."""
    keep(snapshots, 3, 7)
    snapshots.save(at(9, core_version=2))
    snapshots.approve(9, at(9).hash)

    assert at(7) == snapshots.latest(1, 100)
    assert at(3) == snapshots.latest(1, 6)
    assert at(9, core_version=2) == snapshots.latest(2, 9)
    assert snapshots.latest(3, 100) is None
    assert snapshots.latest(1, 2) is None


def test_why_one_is_passed_over_is_told(snapshots: Snapshots) -> None:
    """Rules, reach and format each have a sentence; another program's format is no damage."""
    keep(snapshots, 3, 7)
    snapshots.save(at(5, core_version=2))
    snapshots.approve(5, at(5).hash)
    newest = snapshots.verified()[-1]
    said, body = unsealed(newest.read_bytes())
    newest.write_bytes(head({**said, "format": 1}) + body)
    told: list[str] = []

    assert [at(3)] == list(snapshots.newest_first(1, 100, told.append))

    assert 2 == len(told)
    assert told[0].endswith("its format is 1, this program reads 2")
    assert told[1].endswith("it is by version 2 of the rules, these are 1")
    assert [] == snapshots.faults()
    assert [] == list(snapshots.newest_first(1, 2, told.append))
    assert told[-1].endswith("the journal ends before it, at 2")


def test_the_barrier_between_rules_stays(snapshots: Snapshots) -> None:
    """The newest one, by older rules and at the journal's end, has a name of its own and stays when newer ones come."""
    keep(snapshots, 3, 7)

    assert snapshots.set_barrier(2, 8) is None
    assert at(7) == snapshots.set_barrier(2, 7)
    for offset in (9, 11, 13, 15):
        snapshots.save(at(offset, core_version=2))
        snapshots.approve(offset, at(offset).hash)

    assert at(7) == snapshots.barrier(2, 15)
    assert snapshots.barrier(2, 6) is None
    assert snapshots.barrier(3, 15) is None
    assert ["0000000000000007.rules-2"] == [path.name for path in snapshots.barriers()]


def test_three_are_kept(snapshots: Snapshots) -> None:
    """Older ones go once a newer one is verified, and so does what was never verified before it."""
    snapshots.save(at(2))
    keep(snapshots, 1, 3, 5, 7)
    snapshots.save(at(9))
    keep(snapshots, 8)

    assert [5, 7, 8] == [load(path).offset for path in snapshots.verified()]
    assert [9] == [load(path).offset for path in snapshots.folder.glob("*.unverified")]


@pytest.mark.parametrize("harm", ["flipped", "cut", "empty", "renamed"])
def test_a_damaged_snapshot_is_passed_over_and_told(snapshots: Snapshots, harm: str) -> None:
    """Any flipped bit, a cut file, one under another name: the older one is loaded, and the fault names the file."""
    keep(snapshots, 3, 7)
    victim = snapshots.verified()[-1]
    whole = victim.read_bytes()
    if harm == "renamed":
        victim = victim.rename(victim.with_name(f"{9:016d}.verified"))
    for position in range(0, len(whole), 3) if harm == "flipped" else (0,):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << position % 8
        victim.write_bytes({"flipped": bytes(damaged), "cut": whole[:-1], "empty": b"", "renamed": whole}[harm])

        assert at(3) == snapshots.latest(1, 100)
        assert [str(victim)] == [fault.partition(": ")[0] for fault in snapshots.faults()]


@pytest.mark.parametrize(
    "point",
    [
        "file begun",
        "file half written",
        "file written",
        "file flushed",
        "file renamed",
        "folder flushed",
        "before approval",
        "approved",
    ],
)
def test_a_kill_leaves_the_older_one_or_the_newer_one(snapshots: Snapshots, killed_at: list[str], point: str) -> None:
    """At whatever point the process ends, what is loaded next is whole and verified; the next run goes on."""
    keep(snapshots, 3)
    killed_at.append(point)
    with pytest.raises(Killed):
        keep(snapshots, 7)
    killed_at.clear()

    found = snapshots.latest(1, 100)
    assert found in (at(3), at(7))
    assert (found == at(7)) == (point == "approved")
    assert [] == snapshots.faults()
    keep(snapshots, 7)
    assert at(7) == snapshots.latest(1, 100)
    assert [] == list(snapshots.folder.glob("*.unfinished"))
