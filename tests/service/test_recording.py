"""Closed contacts in SQL, written by a process beside the desk: whole, once, late at worst, unreadable once erased."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from router.core import commands as cmd
from router.core.ids import AgentId, AscId, CompanyId, ContactId, LineKey, OfferId
from router.core.version import CORE_VERSION
from router.journal.archiver import archive_journal
from router.journal.segments import Archive
from router.journal.snapshots import Snapshot
from router.records.database import FILE, NotReady, RecordsError, address, connect, migrate
from router.records.reading import RecordReader, Whole
from router.records.store import RecordStore
from router.records.tables import metadata
from router.service.erasing import ERASED, Erasures
from router.service.folder import ARCHIVE, KEYS, Place, looking_into
from router.service.recording import mark, past_of, record_desk
from router.service.replay import load, replay
from router.service.retention import DAY_MS, Retention
from router.service.server import DeskService
from router.service.snapshotting import snapshot_desk
from router.wire.sealing import DeskKeys
from tests.service.desk import PATIENCE_S, until
from tests.service.test_erasing import dumped, found
from tests.service.whole import desk_in, open_contact, say, words

PROCESS_S = 30.0
"""How long a process may take to begin where many others want the processor."""

HOSTILE = [
    "a\0b",
    "\u202egnp.exe\u202c",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 e\u0301",
    "'; DROP TABLE contacts; --",
    '\ufeff \\ " % _ \r\n\t\x1b[31m',
    "\U0001f600" * 4_096,
]
"""NUL, right-to-left, joined emoji, SQL, control characters, 16 KiB."""


async def submit(service: DeskService, command: cmd.Command, sealed: bytes = b"") -> None:
    """Have the desk do something that it accepts."""
    assert "" == (await service.node.submit(command, sealed=sealed)).code


async def serve_contact(service: DeskService, contact: int, asc: int, texts: list[str], agent: int = 7) -> None:
    """A chat from its first word to its end."""
    transcripts = words(service)
    held = ContactId(contact)
    await submit(service, cmd.SignIn(AgentId(agent), ("expense",), ("en",), 1))
    assert "" == await open_contact(service, contact, asc, "canary-topic")
    offer = next(iter(service.node.desk.state.offers))
    name = transcripts.seal(contact, {"name": "canary-agent"})
    await submit(service, cmd.AcceptOffer(AgentId(agent), OfferId(offer)), name)
    for text in texts:
        await say(service, contact, asc, text)
    await submit(service, cmd.CloseContact(AgentId(agent), held))
    await submit(service, cmd.FinishWrapUp(AgentId(agent), held, "billing", "solved"))
    await submit(service, cmd.SetStatus(AgentId(agent), "offline", ""))


async def call_back(service: DeskService, contact: int, asc: int, number: str, agent: int = 7) -> None:
    """A callback that is reached at the first dial."""
    transcripts = words(service)
    key = transcripts.new_key(contact)
    held, number_ref = ContactId(contact), transcripts._desk_keys.number_ref(number)
    sealed = transcripts.seal(contact, {"name": "canary-asc", "company": "canary-co", "topic": "t", "number": number})
    ask = cmd.RequestCallback(held, AscId(asc), CompanyId(1), LineKey("expense/en"), number_ref)
    assert "" == (await service.node.submit(ask, sealed=sealed, keys=(key,))).code
    await submit(service, cmd.SignIn(AgentId(agent), ("expense",), ("en",), 1))
    offer = next(iter(service.node.desk.state.offers))
    await submit(service, cmd.AcceptOffer(AgentId(agent), OfferId(offer)))
    attempt = service.node.desk.state.contacts[held].attempt
    await submit(service, cmd.ReportReached(AgentId(agent), held, attempt))
    await submit(service, cmd.CloseContact(AgentId(agent), held))
    await submit(service, cmd.FinishWrapUp(AgentId(agent), held))
    await submit(service, cmd.SetStatus(AgentId(agent), "offline", ""))


@asynccontextmanager
async def reading(folder: Path) -> AsyncIterator[RecordReader]:
    """The records in a desk's folder."""
    reader = RecordReader(address(folder, ""), mark(DeskKeys.load(folder / KEYS)))
    try:
        yield reader
    finally:
        await reader.close()


async def whole(folder: Path, contact: int) -> Whole | None:
    """One contact as it is recorded."""
    async with reading(folder) as reader:
        return await reader.whole(contact)


async def test_a_served_chat_is_recorded_whole(tmp_path: Path) -> None:
    """Who asked, who served, how long, what was said by whom, how it ended; hostile words come back as they were."""
    folder = tmp_path / "desk"
    async with desk_in(folder) as service:
        await serve_contact(service, 11, 1001, HOSTILE)
        await open_contact(service, 12, 1002, "still open")
        await record_desk(Place(folder), "")

        found = await whole(folder, 11)
        assert found is not None
        transcripts = words(service)
        said = [transcripts.open(11, message["sealed"])["text"] for message in found.messages]

    assert HOSTILE == said
    row = found.contact
    assert (1001, 1, "expense/en", "en", "chat", 7) == tuple(
        row[name] for name in ("asc_id", "company_id", "line", "language", "channel", "agent_id")
    )
    assert ("served", "billing", "solved") == (row["outcome"], row["stated_reason"], row["stated_outcome"])
    assert row["closed_at"] - row["opened_at"] == row["waited_ms"] + row["talked_ms"] + row["wrapped_ms"]
    assert [7] == [turn["agent_id"] for turn in found.turns]
    assert await whole(folder, 12) is None


async def rows(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is recorded, without the position."""
    engine = connect(address(folder, ""), writes=False)
    async with engine.connect() as connection:
        found = {
            name: sorted(map(tuple, (await connection.execute(select(table))).all()))
            for name, table in metadata.tables.items()
            if name != "position"
        }
    await engine.dispose()
    return found


async def test_a_callback_is_recorded_with_its_dial_and_its_promise(tmp_path: Path) -> None:
    """The dial and how it ended, the promise and that it was kept; the number can be opened with the key alone."""
    folder = tmp_path / "desk"
    async with desk_in(folder) as service:
        await call_back(service, 11, 1001, "+4930901820")
        await record_desk(Place(folder), "")
        kept = await whole(folder, 11)
        assert kept is not None
        assert "+4930901820" == words(service).open(11, kept.contact["number"])["number"]

    row = kept.contact
    assert ("callback", "served", 0) == (row["channel"], row["outcome"], row["punctuality_ms"])
    assert row["promise_from"] <= row["dialled_at"] <= row["promise_to"]
    assert [("reached", 7)] == [(dial["result"], dial["agent_id"]) for dial in kept.attempts]
    assert [row["dialled_at"]] == [turn["from_at"] for turn in kept.turns]


async def test_recording_again_changes_nothing_and_making_anew_comes_to_the_same(tmp_path: Path) -> None:
    """What is in the records is not written twice, whoever records; with nothing left, the journal makes it again."""
    folder = tmp_path / "desk"
    async with desk_in(folder) as service:
        await serve_contact(service, 11, 1001, ["one"])
        first = await record_desk(Place(folder), "")
        await serve_contact(service, 12, 1002, ["two", "three"])
        second = await record_desk(Place(folder), "")
        before = await rows(folder)
        assert second == await record_desk(Place(folder), "")
        assert before == await rows(folder)

        assert second <= await record_desk(Place(folder), "", anew=True)

        assert first < second
        assert [11, 12] == [row[0] for row in before["contacts"]]
        assert before == await rows(folder)


async def begins_after(place: Place, recorded: int) -> int:
    """After which entry recording goes on to fold."""
    async with looking_into(place) as found:
        return (await past_of(found, recorded)).offset


async def test_recording_begins_at_a_snapshot_before_what_is_recorded(tmp_path: Path) -> None:
    """Not at entry 1: what is open at the snapshot comes out whole, and to the row what a fold from entry 1 records."""
    folder = tmp_path / "desk"
    place = Place(folder)
    async with desk_in(folder) as service:
        await serve_contact(service, 11, 1001, ["one"])
        await open_contact(service, 12, 1002, "open")
        await say(service, 12, 1002, "before")
        await snapshot_desk(place)
        recorded = await record_desk(place, "")
        await say(service, 12, 1002, "after")
        await submit(service, cmd.LeaveContact(ContactId(12), AscId(1002)))
        begins = [await begins_after(place, 0), await begins_after(place, recorded)]
        await record_desk(place, "")
        before = await rows(folder)
        await record_desk(place, "", anew=True)

        assert [0, int(place.snapshots.verified()[-1].stem)] == begins
        assert [11, 12] == [row[0] for row in before["contacts"]]
        assert before == await rows(folder)


async def test_records_go_on_where_the_rules_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was recorded by the old rules stays, what is open then is recorded whole, and nothing is made anew."""
    folder = tmp_path / "desk"
    place = Place(folder)
    async with desk_in(folder) as service:
        await serve_contact(service, 11, 1001, ["one"])
        await open_contact(service, 12, 1002, "open")
        await say(service, 12, 1002, "before")
        await record_desk(place, "")
    await snapshot_desk(place)
    last = int(place.snapshots.verified()[-1].stem)
    for module in ("past", "entries", "node", "recording"):
        monkeypatch.setattr(f"router.service.{module}.CORE_VERSION", CORE_VERSION + 1)
    async with desk_in(folder) as service:
        await say(service, 12, 1002, "after")
        await submit(service, cmd.LeaveContact(ContactId(12), AscId(1002)))
        assert [last, last] == [await begins_after(place, 0), await begins_after(place, last)]
        await record_desk(place, "")
        kept = await rows(folder)
        assert ([11, 12], 3) == ([row[0] for row in kept["contacts"]], len(kept["messages"]))
        with pytest.raises(RecordsError, match="only the program that had them"):
            await record_desk(place, "", anew=True)
        assert kept == await rows(folder)


async def test_another_desks_records_are_not_touched(tmp_path: Path) -> None:
    """A database that holds records of another desk is refused, for writing and for reading, and they stay."""
    mine, other = tmp_path / "mine", tmp_path / "other"
    async with desk_in(mine) as service:
        await serve_contact(service, 11, 1001, ["one"])
        await record_desk(Place(mine), "")
    before = await rows(mine)
    async with desk_in(other):
        with pytest.raises(RecordsError, match="another desk's"):
            await record_desk(Place(other), f"sqlite:///{mine / FILE}", anew=True)
        reader = RecordReader(address(mine, ""), mark(DeskKeys.load(other / KEYS)))
        with pytest.raises(RecordsError, match="another desk's"):
            await reader.whole(11)
        await reader.close()

    assert before == await rows(mine)


async def test_records_of_a_journal_that_is_no_more_are_made_anew(tmp_path: Path) -> None:
    """Of another life of the journal nothing is kept: its offsets mean other entries."""
    folder = tmp_path / "desk"
    async with desk_in(folder) as service:
        await serve_contact(service, 11, 1001, ["one"])
        await record_desk(Place(folder), "")
    keys = (folder / KEYS).read_bytes()
    (folder / "store").rename(tmp_path / "away")
    async with desk_in(folder) as service:
        assert keys == (folder / KEYS).read_bytes()
        await serve_contact(service, 12, 1002, ["two"])
        await record_desk(Place(folder), "")

    assert [12] == [row[0] for row in (await rows(folder))["contacts"]]


async def test_the_desk_goes_on_whatever_happens_to_its_records(tmp_path: Path) -> None:
    """
    A database that is away makes records late, and that is said; once it is there nothing is missing.

    Killed, the process begins again by itself, and the records are those of somebody who was never killed.
    """
    folder, away = tmp_path / "desk", tmp_path / "away"
    url = f"sqlite:///{away / FILE}"
    async with desk_in(folder, records=url) as service:
        assert service._parts.records is not None
        recorder = service._parts.records.recorder
        await until(lambda: "cannot be written" in recorder.trouble, PROCESS_S)
        await serve_contact(service, 11, 1001, ["one"])
        shown = service.health()
        assert ("ok", 0) == (shown["status"], shown["records"]["applied"])
        assert shown["records"]["behind"] >= 6
        away.mkdir()
        await until(lambda: recorder.applied >= 6 and not recorder.trouble, PROCESS_S)
        assert 0o600 == (away / FILE).stat().st_mode & 0o777

        assert recorder.process is not None
        os.kill(recorder.process.pid, signal.SIGKILL)
        await serve_contact(service, 12, 1002, ["two"])
        await until(lambda: recorder.applied >= service.node.applied - 1 and not recorder.trouble, PROCESS_S)
    late = await rows(away)
    assert [11, 12] == [row[0] for row in late["contacts"]]
    await record_desk(Place(folder), url, anew=True)

    assert late == await rows(away)


async def test_nothing_of_an_erased_person_can_be_read_anywhere(tmp_path: Path) -> None:
    """
    Neither text nor number, name or key is in any byte of any file: journal, segments, snapshots, SQL and its logs.

    The journal is the same to the byte, and its replay comes to the same state.
    """
    folder = tmp_path / "desk"
    async with desk_in(folder) as service:
        await serve_contact(service, 11, 1001, ["canary-text \u260e +49 30 901820"])
        await record_desk(Place(folder), "")
        reader = RecordReader(address(folder, ""), mark(DeskKeys.load(folder / KEYS)))
        assert await reader.whole(11)
        await call_back(service, 12, 1001, "+4930901820")
        await serve_contact(service, 13, 1002, ["kept"])
        await record_desk(Place(folder), "")
        assert (folder / f"{FILE}-wal").stat().st_size, "while somebody reads, SQL has a log of its own"
        state = Snapshot(service.node.applied, service.node.epoch, CORE_VERSION, service.node.state_bytes())
        Place(folder).snapshots.save(state)
        journal = service._parts.journal
        assert 0 < await archive_journal(journal, service.node.epoch, Archive(folder / ARCHIVE), 1, whole=True)
        wrapped = await journal.load_keys([11, 12])
        keys = [*wrapped.values(), *(words(service)._key(each) or b"" for each in wrapped)]
        before, recorded = await dumped(folder, "before.jsonl"), await rows(folder)
        assert 4 == len(keys)
        assert found(folder, keys[0])

        await service.erase([11, 12])

        await until(lambda: not any(found(folder, key) for key in keys))
        for canary in ("canary", "901820", "asc 1001", "+4930"):
            for code in ("utf-8", "utf-16-le"):
                word = canary.encode(code)
                assert [] == [file for file in folder.rglob("*") if file.is_file() and word in file.read_bytes()]
        entries = Archive(folder / ARCHIVE).read(0, 1_000)  # a segment is packed
        assert [] == [entry for entry in entries if b"canary" in entry.sealed or b"901820" in entry.sealed]
        await reader.close()
        after = await dumped(folder, "after.jsonl")
        assert before.read_bytes() == after.read_bytes()[: before.stat().st_size]
        assert sha256(service.node.state_bytes()).hexdigest() == replay(load(after)).state
        await record_desk(Place(folder), "", anew=True)
        assert recorded == await rows(folder)
        spoken = await whole(folder, 13)
        assert spoken is not None
        assert "kept" == words(service).open(13, spoken.messages[0]["sealed"])["text"]


async def test_before_anything_is_recorded_a_reader_says_so(tmp_path: Path) -> None:
    """Without file, tables or a beginning there is nothing to read yet, which is no fault of the database."""
    reader = RecordReader(address(tmp_path, ""), "desk")
    with pytest.raises(NotReady):
        await reader.whole(1)
    assert not (tmp_path / FILE).exists()
    engine = connect(address(tmp_path, ""), writes=True)
    await migrate(engine)
    await engine.dispose()
    with pytest.raises(NotReady):
        await reader.whole(1)
    await reader.close()


async def test_contacts_are_kept_as_long_as_is_said(tmp_path: Path) -> None:
    """What closed longer ago is erased and removed, also after records were made anew; what is younger stays."""
    folder = tmp_path / "desk"
    async with desk_in(folder) as service:
        await serve_contact(service, 11, 1001, ["old"])
        await serve_contact(service, 12, 1002, ["young"])
        await record_desk(Place(folder), "")
        journal = service._parts.journal
        store = RecordStore(address(folder, ""), mark(DeskKeys.load(folder / KEYS)))
        async with reading(folder) as reader:
            young = await reader.whole(12)
            assert young is not None
            now_ms = young.contact["closed_at"] + 30 * DAY_MS
            kept = Retention(30, journal, reader, store, service.erase, lambda: now_ms)
            assert [1, 0] == [await kept.let_go(), await kept.let_go()]
            assert {12} == set(await journal.load_keys([11, 12]))
            assert [12] == [row[0] for row in (await rows(folder))["contacts"]]
            await record_desk(Place(folder), "", anew=True)
            assert [11, 12] == [row[0] for row in (await rows(folder))["contacts"]]
            kept.start()  # the running desk looks by itself
            async with asyncio.timeout(PATIENCE_S):
                while len((await rows(folder))["contacts"]) > 1:
                    await asyncio.sleep(0.002)
            assert frozenset({11}) == Erasures(folder / ERASED).contacts()
            await kept.stop()
