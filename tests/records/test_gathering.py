"""What records tell of days that nobody would think of, and that interruptions of any kind leave no trace in them."""

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import from_json, to_json
from sqlalchemy import select

from router.core.commands import Command
from router.core.desk import Desk
from router.core.events import CONTACT_BEGINS
from router.core.snapshot import restore
from router.journal.port import StoredEntry
from router.records.database import address, connect
from router.records.gathering import OUTCOMES, Gathering, Record
from router.records.store import Overtaken, RecordStore
from router.records.tables import metadata
from router.wire.codec import state_bytes
from tests.core.world import World, random_day

SERVED_BY_STATE = {
    "closed": {"served"},
    "abandoned": {"abandoned", "short_abandon"},
    "blocked": {"blocked"},
    "cancelled": {"cancelled"},
    "expired": {"expired"},
    "unreachable": {"unreachable"},
}


def stored(offset: int, now: int, _command: Command) -> StoredEntry:
    """The entry as the journal holds it; each has sealed bytes of its own."""
    return StoredEntry(offset, now * 1000, 1, "left", "", b"", "", b"", b"sealed %d" % offset, 0, 2)


class Day:
    """A random day, gathered; `ended` has the records of each entry."""

    def __init__(self, world: World) -> None:
        self.desk = Desk()
        gathering = Gathering(self.desk.state)
        self.begun: list[int] = []
        self.ended: list[list[Record]] = []
        for offset, entry in enumerate(world.entries, 1):
            folded = self.desk.fold(entry)
            self.begun += [each.contact_id for each in folded.events if each.__class__ in CONTACT_BEGINS]  # type: ignore[union-attr]
            self.ended.append(gathering.follow(stored(offset, entry.now, entry.command), entry, folded))

    @property
    def records(self) -> list[Record]:
        return [record for ended in self.ended for record in ended]


@pytest.fixture(scope="module")
def days() -> list[Day]:
    """Days that between them end contacts in every way."""
    return [Day(random_day(number, 220)) for number in range(30)]


@pytest.mark.parametrize("number", range(4))
def test_gathering_goes_on_from_what_another_kept(number: int, days: list[Day]) -> None:
    """Kept as JSON beside a snapshot at any entry, what is open then becomes the record that it would have been."""
    world, whole = random_day(number, 220), days[number]
    for cut in (40, 110, 170):
        desk = Desk()
        gathering = Gathering(desk.state)
        for offset, entry in enumerate(world.entries, 1):
            if offset == cut:
                kept = to_json(gathering.plain())
                desk = Desk(restore(from_json(state_bytes(desk.snapshot()))))
                gathering = Gathering(desk.state)
                gathering.take(from_json(kept))
            ended = gathering.follow(stored(offset, entry.now, entry.command), entry, desk.fold(entry))
            assert [rows_of(each) for each in whole.ended[offset - 1]] == [rows_of(each) for each in ended]


def rows_of(record: Record) -> list[Any]:
    """All that is written of a contact."""
    return [record.row(), record.turns, record.messages, record.attempts]


def test_what_is_kept_of_another_state_is_not_taken(days: list[Day]) -> None:
    """Open records and state belong together: neither more nor less is open in the one than in the other."""
    world = random_day(0, 220)
    desk = Desk()
    gathering = Gathering(desk.state)
    for offset, entry in enumerate(world.entries, 1):
        gathering.follow(stored(offset, entry.now, entry.command), entry, desk.fold(entry))
    plain = gathering.plain()
    assert plain
    with pytest.raises(ValueError, match="not those of the contacts"):
        gathering.take(plain[1:])


def test_each_contact_that_is_over_has_one_record(days: list[Day]) -> None:
    """Whatever began is open on the desk or recorded, once; and the record says how it ended as the desk does."""
    for day in days:
        over = [record.contact.id for record in day.records]
        assert sorted(day.begun) == sorted([*over, *day.desk.state.contacts])
        for record in day.records:
            assert record.outcome in SERVED_BY_STATE[record.contact.state]
    seen = {record.outcome for day in days for record in day.records}
    assert set(OUTCOMES) == seen, "the days show every outcome"


def test_times_and_counts_of_a_record_agree(days: list[Day]) -> None:
    """Turns follow one another within the contact, talk lies within turns, dials end, and no message is missing."""
    results = Counter[str]()
    for record in (record for day in days for record in day.records):
        row = record.row()
        assert row["opened_at"] <= row["closed_at"]
        edges = [edge for turn in record.turns for edge in (turn["from_at"], turn["to_at"])]
        assert [row["opened_at"], *edges, row["closed_at"]] == sorted([row["opened_at"], *edges, row["closed_at"]])
        held_ms = sum(turn["to_at"] - turn["from_at"] for turn in record.turns)
        assert row["talked_ms"] + row["wrapped_ms"] <= held_ms
        assert (row["waited_ms"] is None) <= (row["talked_ms"] == 0)
        assert row["outcome"] != "served" or row["waited_ms"] is not None
        assert record.contact.messages == row["messages"] == len(record.messages)
        assert all(dial["from_at"] <= dial["to_at"] and dial["result"] for dial in record.attempts)
        results.update(dial["result"] for dial in record.attempts)
        assert (row["promise_from"] is None) or row["number"]
        assert (row["punctuality_ms"] is None) == (row["dialled_at"] is None or row["promise_from"] is None)
    assert len(results) > 2
    assert results["reached"]


async def rows(folder: Path) -> dict[str, list[Any]]:
    """Everything in the database."""
    engine = connect(address(folder, ""), writes=False)
    async with engine.connect() as connection:
        found = {
            name: sorted(map(tuple, (await connection.execute(select(table))).all()))
            for name, table in metadata.tables.items()
        }
    await engine.dispose()
    return found


async def test_however_recording_is_interrupted_the_rows_are_the_same(days: list[Day], tmp_path: Path) -> None:
    """Written in one piece, or in pieces with repeats, two writers and fresh starts between them: the same rows."""
    chance = random.Random(7)
    ended = days[0].ended
    total = len(ended)
    (tmp_path / "whole").mkdir()
    store = RecordStore(address(tmp_path / "whole", ""), "desk")
    await store.begin("epoch", total)
    await store.write(days[0].records, total, 1)
    await store.close()

    stores = [RecordStore(address(tmp_path, ""), "desk") for _ in range(2)]
    reached = [(await each.begin("epoch", total)).applied for each in stores]
    while min(reached) < total:
        one = chance.randrange(2)
        until = min(total, reached[one] + chance.randrange(1, 60))
        piece = [record for records in ended[reached[one] : until] for record in records]
        await stores[one].write(piece, until, 1)
        reached[one] = until
        if chance.random() < 0.2:
            await stores[one].close()
            stores[one] = RecordStore(address(tmp_path, ""), "desk")
            reached[one] = (await stores[one].begin("epoch", total)).applied

    assert await rows(tmp_path / "whole") == await rows(tmp_path)
    await stores[0].clear()
    with pytest.raises(Overtaken):
        await stores[1].write([], total, 1)
    for each in stores:
        await each.close()
