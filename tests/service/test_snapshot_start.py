"""A desk that starts from a snapshot is the one that folded everything; a snapshot that does not fit harms nobody."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from router.core.commands import LeaveContact
from router.core.desk import Desk, Entry, Folded
from router.core.ids import AscId, ContactId
from router.core.version import CORE_VERSION
from router.journal.port import StoredEntry
from router.journal.snapshots import Snapshots
from router.service import snapshotting
from router.service.archiving import archive_desk
from router.service.backup import back_up
from router.service.folder import Place, looking_into
from router.service.node import Node
from router.service.past import Past
from router.service.server import DeskService, ServiceError
from router.service.snapshotting import fold_to, snapshot_desk
from router.wire.codec import state_bytes
from tests.service.desk import Follower
from tests.service.whole import desk_in, heard, open_contact, say, words


class Counter:
    """A read model that counts what the desk folds."""

    name = "counter"

    def __init__(self) -> None:
        self.entries = 0
        self.version = b"1:"

    def on_entry(self, _stored: StoredEntry, _entry: Entry, _folded: Folded) -> None:
        """One more."""
        self.entries += 1

    def on_settled(self) -> None:
        """Nothing waits."""

    def keep(self) -> bytes:
        """The number."""
        return self.version + b"%d" % self.entries

    def take(self, kept: bytes) -> None:
        """Go on from a number."""
        if kept and not kept.startswith(self.version):
            raise ValueError("another version counted")
        self.entries = int(kept[len(self.version) :] or 0)


async def _make(folder: Path) -> None:
    """Two contacts with words, one of them over; a snapshot; then more of both."""
    async with desk_in(folder) as service:
        await open_contact(service, 11, 1001, "first topic")
        await say(service, 11, 1001, "first words")
        await open_contact(service, 12, 1002, "second topic")
        await leave(service, 12, 1002)
    await snapshot_desk(Place(folder), kept={"counter": b"1:%d" % await last_of(folder)})
    async with desk_in(folder) as service:
        await say(service, 11, 1001, "later words")
        await open_contact(service, 13, 1003, "third topic")


async def leave(service: DeskService, contact: int, asc: int) -> None:
    """The ASC goes."""
    assert "" == (await service.node.submit(LeaveContact(ContactId(contact), AscId(asc)))).code


async def last_of(folder: Path) -> int:
    async with looking_into(Place(folder)) as found:
        return found.opened.last


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk's folder; copy it."""
    folder = tmp_path_factory.mktemp("made") / "desk"
    asyncio.run(_make(folder))
    return folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "desk")


def started_from(logs: list[dict[str, object]]) -> object:
    """The offset of the snapshot that a start went on from, None if it folded everything."""
    offsets = [log["offset"] for log in logs if log["event"] == "the desk goes on from a snapshot"]
    return offsets[-1] if offsets else None


def passed_over(logs: list[dict[str, object]]) -> list[str]:
    """Why snapshots were not used."""
    return [str(log["reason"]) for log in logs if log["event"] == "a snapshot is passed over"]


async def check_desk(folder: Path, counter: Counter | None = None) -> list[dict[str, object]]:
    """Start it and hold it against a desk that folds everything, words included; what was logged."""
    with capture_logs() as logs:
        async with desk_in(folder, listeners=(counter,) if counter else ()) as service:
            assert ["first topic", "first words", "later words"] == heard(service, 11)
            assert ["third topic"] == heard(service, 13)
            ended = words(service).latest_ended(lambda _: True, 10)
            assert [(12, "abandoned", 2)] == [(one.contact.id, one.contact.state, len(one.times)) for one in ended]
            assert ["second topic"] == heard(service, 12)
            assert counter is None or counter.entries == service.node.applied
            state, source = service.node.state_bytes(), service.node.policy_source
            applied = service.node.applied
    async with looking_into(Place(folder)) as found:
        past = Past()
        await fold_to(found.whole, past, applied)
        assert state == state_bytes(past.desk.snapshot())
        assert source == past.policy_source
    return logs


async def test_a_start_goes_on_from_the_snapshot(desk: Path) -> None:
    """The same state, policy, words and counts as from the beginning; only what came after the snapshot is folded."""
    logs = await check_desk(desk, Counter())

    assert load_offset(desk) == started_from(logs)
    assert [] == passed_over(logs)


def load_offset(desk: Path) -> int:
    return int(Place(desk).snapshots.verified()[-1].stem)


@pytest.mark.parametrize("harm", ["damaged", "newer rules", "other entry"])
async def test_a_snapshot_that_does_not_fit_is_passed_over(
    desk: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log says which and why; the older one, or the journal from its beginning, serves instead."""
    file = Place(desk).snapshots.verified()[-1]
    if harm == "damaged":
        content = bytearray(file.read_bytes())
        content[-1] ^= 1
        file.write_bytes(content)
    elif harm == "newer rules":
        monkeypatch.setattr("router.service.past.CORE_VERSION", 0)
    else:
        monkeypatch.setattr("router.service.past._name_of", lambda entry: str(entry.offset))

    logs = await check_desk(desk)

    assert started_from(logs) is None
    (why,) = passed_over(logs)
    assert {"damaged": "not as it was written", "newer rules": f"version {CORE_VERSION} of the rules, these are 0"}.get(
        harm, "another entry there"
    ) in why


async def test_a_read_model_that_needs_its_past_gets_it(desk: Path) -> None:
    """One that cannot take what was kept makes the desk fold everything, and counts each entry once."""
    other = Counter()
    other.version = b"2:"

    logs = await check_desk(desk, other)

    assert [log for log in logs if "a read model cannot go on" in str(log["event"])]


async def test_a_follower_that_keeps_nothing_sees_every_entry(desk: Path) -> None:
    """A plain listener follows from the first entry on: no snapshot is used for it, and none is written."""
    follower = Follower()

    with capture_logs() as logs:
        async with desk_in(desk, listeners=(follower,)) as service:
            assert len(follower.entries) == service.node.applied

    assert started_from(logs) is None


async def test_whoever_holds_the_desk_holds_the_restored_one(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was given the node's desk before it was restored, such as the heartbeat, looks at the restored state."""
    held: list[tuple[Desk, Past]] = []

    async def opened(node: Node, *arguments: Any) -> Past:
        held.append((node.desk, await open_node(node, *arguments)))
        return held[-1][1]

    open_node = Node.open
    monkeypatch.setattr(Node, "open", opened)
    async with desk_in(desk) as service:
        ((before, past),) = held
        assert load_offset(desk) == past.offset
        assert before is service.node.desk
        assert before.state is past.desk.state


async def test_a_running_desk_has_its_snapshots_written(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many entries a process beside the desk writes one, with what read models counted; the desk goes on."""
    monkeypatch.setattr(snapshotting, "LOOK_AGAIN_S", 0.01)
    counter, before = Counter(), load_offset(desk)
    async with desk_in(desk, listeners=(counter,), snapshot_every=10) as service:
        async with asyncio.timeout(20):
            while load_offset(desk) == before:
                await say(service, 13, 1003, "more")
                await asyncio.sleep(0.05)
        counted = counter.entries
    with capture_logs() as logs:
        async with desk_in(desk, listeners=(again := Counter(),)) as service:
            assert again.entries == service.node.applied > counted
    assert started_from(logs) > before  # type: ignore[operator]


async def test_after_a_trim_the_snapshot_is_enough(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the oldest entries in the archive the start is the same; with all before the snapshot gone it still is."""
    monkeypatch.setattr("router.journal.archiver.SEGMENT_ENTRIES", 3)
    offset = load_offset(desk)
    await archive_desk(Place(desk), keep_bytes=0)
    logs = await check_desk(desk, Counter())
    assert offset == started_from(logs)

    async with looking_into(Place(desk)) as found:
        assert offset < (await found.store.extent()).first
    shutil.rmtree(Place(desk).archive.folder)
    with pytest.raises(ServiceError, match="neither in the store nor in the archive"):
        async with desk_in(desk):
            pass


async def test_without_an_archive_only_this_life_counts(desk: Path) -> None:
    """Where the entry at a snapshot is gone, the journal's epoch says whether the snapshot is of this journal."""
    offset = load_offset(desk)
    async with looking_into(Place(desk)) as found:
        await found.store.trim(offset + 1)

    with capture_logs() as logs:
        async with desk_in(desk) as service:
            assert ["first topic", "first words", "later words"] == heard(service, 11)
    assert offset == started_from(logs)


NEXT = CORE_VERSION + 1


async def test_new_rules_begin_where_the_old_ones_ended(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Stopped with a snapshot at its last entry, a desk goes on from it by other rules, at every later start as well.

    What the old rules decided is not decided again; read models begin anew at the barrier, which is never removed.
    """
    last = await last_of(desk)
    await snapshot_desk(Place(desk))
    for module in ("past", "entries", "node"):
        monkeypatch.setattr(f"router.service.{module}.CORE_VERSION", NEXT)
    counters = Counter(), Counter()
    with capture_logs() as logs:
        for counter in counters:
            async with desk_in(desk, listeners=(counter,)) as service:
                await say(service, 11, 1001, "by new rules")
                assert counter.entries == service.node.applied - last
        async with desk_in(desk, listeners=(Follower(),)) as service:
            assert ["first topic", "first words", "later words", *["by new rules"] * 2] == heard(service, 11)

    assert [(last, CORE_VERSION, NEXT)] == [
        (log["offset"], log["old"], log["new"]) for log in logs if log["event"] == "the rules change"
    ]
    assert [last] * 3 == [log["offset"] for log in logs if log["event"] == "the desk goes on from a snapshot"]
    (barrier,) = Place(desk).snapshots.barriers()
    await back_up(Place(desk), desk.parent / "backup")
    assert [barrier.name] == [path.name for path in Snapshots(desk.parent / "backup" / "snapshots").barriers()]

    barrier.write_bytes(barrier.read_bytes()[:-1])
    with pytest.raises(ServiceError, match="not as it was written"):
        async with desk_in(desk):
            pass


@pytest.mark.parametrize(
    ("rules", "advice"),
    [
        (NEXT, "go back to the program before, stop the desk, take a snapshot"),
        (CORE_VERSION - 1, "start the newer program"),
    ],
)
@pytest.mark.parametrize("snapshot", ["in the middle", "none"])
async def test_rules_do_not_change_in_the_middle(
    desk: Path, rules: int, advice: str, snapshot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    What other rules decided is not decided again: without a snapshot at its end a start is refused with advice.

    The journal stays as it is, so the program before can still do that.
    """
    last = await last_of(desk)
    if snapshot == "none":
        shutil.rmtree(Place(desk).snapshots.folder)
    with monkeypatch.context() as patched:
        for module in ("past", "entries", "node"):
            patched.setattr(f"router.service.{module}.CORE_VERSION", rules)
        with pytest.raises(ServiceError, match=advice):
            async with desk_in(desk):
                pass

    assert last == await last_of(desk)
    assert [] == Place(desk).snapshots.barriers()
    await check_desk(desk)
