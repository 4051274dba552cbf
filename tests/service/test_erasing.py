"""Who was erased is unreadable for good, everywhere, and nothing else changes; unused keys go by themselves."""

import asyncio
from dataclasses import fields
from hashlib import sha256
from pathlib import Path

import pytest

from router.journal.memory import MemoryJournal, MemoryStore
from router.journal.port import JournalError, Uncertain
from router.service.erasing import ERASED, Erasures, erase_in_desk
from router.service.folder import Place
from router.service.replay import export_desk, load, replay
from router.service.unused_keys import BRINGS_A_KEY
from tests.service.desk import DANA, MINA, OMAR, open_chat, policy, real_clock, running_desk, until
from tests.service.whole import desk_in, heard, open_contact, say, words


async def dumped(folder: Path, name: str) -> Path:
    """The journal of a desk in a file."""
    file = folder.parent / name
    await export_desk(Place(folder), file)
    return file


def found(folder: Path, key: bytes) -> list[str]:
    """The files of a desk's folder that hold ten bytes in a row of a key."""
    parts = [key[start : start + 10] for start in range(len(key) - 10)]
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file.name for file in files if any(part in file.read_bytes() for part in parts)]


async def test_an_erased_contact_is_gone_from_a_running_desk(tmp_path: Path) -> None:
    """At once for whoever looks, from memory and from every file; other contacts and the replay are as before."""
    folder = tmp_path / "desk"
    async with desk_in(folder) as service:
        await open_contact(service, 11, 1001, "canary-topic")
        await say(service, 11, 1001, "canary +49 30 901820")
        await open_contact(service, 12, 1002, "another topic")
        wrapped = (await service._parts.journal.load_keys([11]))[11]

        await service.erase([11])

        assert ["", ""] == heard(service, 11)
        assert b"" == words(service).seal(11, {"text": "x"})
        assert ["another topic"] == heard(service, 12)
        assert {12} == set(await service._parts.journal.load_keys([11, 12]))
        assert "" == await open_contact(service, 13, 1003, "after")
        await until(lambda: not found(folder, wrapped))
        for word in (b"canary", b"901820", b"asc 1001"):
            assert [] == [file for file in folder.rglob("*") if file.is_file() and word in file.read_bytes()]
        file = await dumped(folder, "after.jsonl")
        assert sha256(service.node.state_bytes()).hexdigest() == replay(load(file)).state
    async with desk_in(folder) as service:
        assert ["", ""] == heard(service, 11)


async def test_erasing_changes_no_entry(tmp_path: Path) -> None:
    """The journal of a desk is the same to the byte before and after, and so is what it comes to."""
    folder = tmp_path / "desk"
    async with desk_in(folder) as service:
        await open_contact(service, 11, 1001, "topic")
    before = await dumped(folder, "before.jsonl")

    assert [11] == await erase_in_desk(Place(folder), [11])

    assert before.read_bytes() == (await dumped(folder, "after.jsonl")).read_bytes()


async def test_all_contacts_of_a_person_are_found(tmp_path: Path) -> None:
    """Open or over, whatever the person ever opened is erased, and others' contacts are not."""
    folder = tmp_path / "desk"
    async with desk_in(folder) as service:
        await open_contact(service, 11, 1001, "topic")
        await open_contact(service, 12, 1002, "topic")
        assert "already_open" == await open_contact(service, 13, 1001, "topic")
        with pytest.raises(JournalError, match="is running: stop it first"):
            await erase_in_desk(Place(folder), [], asc_id=1001)

    assert [11] == await erase_in_desk(Place(folder), [], asc_id=1001)
    assert [11, 12] == await erase_in_desk(Place(folder), [12], asc_id=1001)
    assert [] == await erase_in_desk(Place(folder), [], asc_id=7)
    assert {11, 12} == Erasures(folder / ERASED).contacts()
    async with desk_in(folder) as service:
        assert ([""], [""]) == (heard(service, 11), heard(service, 12))


async def test_a_crash_between_list_and_deletion_is_made_good(tmp_path: Path) -> None:
    """The list is written first; what is on it and still has a key loses it when the desk starts."""
    folder = tmp_path / "desk"
    async with desk_in(folder) as service:
        await open_contact(service, 11, 1001, "topic")
    Erasures(folder / ERASED).add([11])

    async with desk_in(folder) as service:
        assert {} == await service._parts.journal.load_keys([11])
        assert [""] == heard(service, 11)


def test_a_list_that_is_none_is_told(tmp_path: Path) -> None:
    """A list is read whole or not at all; without one nobody was erased."""
    erasures = Erasures(tmp_path / ERASED)
    assert frozenset() == erasures.contacts()
    erasures.add([1, 2])
    erasures.add([2, 3])
    assert {1, 2, 3} == erasures.contacts()
    with erasures.path.open("a") as file:
        file.write("four\n")

    with pytest.raises(JournalError, match="is no list of erased contacts"):
        erasures.contacts()


async def test_the_key_of_a_refused_request_is_deleted() -> None:
    """A chat that never came to be leaves no key, in the store or in memory; those that did keep theirs."""
    async with running_desk(document=policy(routing={"queue_limit": 1})) as desk:
        dana, omar, mina = await desk.join(DANA), await desk.join(OMAR), await desk.join(MINA)
        contact = await open_chat(dana)
        again = await dana.ask("chat.request", product="expense", language="en", topic="canary")
        full = await omar.ask("chat.request", product="expense", language="en", topic="canary")
        await omar.say({"t": "chat.request", "id": 9, "product": "expense", "language": "en", "topic": "canary"})
        gap = await omar.answer(9)

        assert ["already_open", "queue_full", "op_gap"] == [each["code"] for each in (again, full, gap)]
        await until(lambda: set(desk.store.keys) == {contact})
        assert {contact} == set(desk.transcripts._keys)
        assert contact == await talk_on(dana, mina, contact)


async def talk_on(dana, mina, contact):
    """The contact that was there goes on as if nothing had been."""
    await mina.ask("agent.sign_in", products=["expense"], languages=["en"], capacity=1)
    said = await dana.ask("msg.send", contact=contact, text="hello")
    return said["contact"]


async def test_the_key_of_any_contact_that_never_came_to_be_is_deleted() -> None:
    """Whatever opens a contact brings a key, and the table of such commands names the field of its id."""
    assert all(field in {each.name for each in fields(kind)} for kind, field in BRINGS_A_KEY.items())
    async with running_desk() as desk:
        dana = await desk.join(DANA)
        refused = await dana.ask("callback.ask", product="expense", language="en", topic="canary", number="12")

        assert "bad_value" == refused["code"]
        await until(lambda: not desk.store.keys)


async def test_the_key_of_a_request_asked_twice_at_once_is_deleted() -> None:
    """Of one operation that came in twice before it was folded, the second's key is of no use."""
    async with running_desk() as desk:
        dana = await desk.join(DANA)
        request = {"t": "chat.request", "id": 1, "product": "expense", "language": "en", "topic": "x"}
        await asyncio.gather(dana.say(request), dana.say(request))
        first, second = await dana.answer(1), await dana.answer(1)

        assert first == second
        await until(lambda: set(desk.store.keys) == {first["contact"]})


class Deaf(MemoryJournal):
    """A journal that does not get around to deleting keys while it is told not to."""

    deaf = True

    async def drop_keys(self, ids):
        if self.deaf:
            await asyncio.sleep(0)
            raise Uncertain("no answer")
        await super().drop_keys(ids)


async def test_unused_keys_are_deleted_when_the_store_answers_again_or_at_the_next_start() -> None:
    """A store that is away is asked again; what a crash has left is found while the journal is folded."""
    store = MemoryStore(real_clock)
    async with running_desk(store) as desk:
        dana = await desk.join(DANA)
        desk.unused_keys._journal = journal = Deaf(store)
        contact = await open_chat(dana)
        await dana.ask("chat.request", product="expense", language="en", topic="x")
        assert 2 == len(store.keys)
        journal.deaf = False
        await until(lambda: set(store.keys) == {contact})
        journal.deaf = True
        await dana.ask("chat.request", product="expense", language="en", topic="x")
        assert 2 == len(store.keys)
    async with running_desk(store):
        await until(lambda: set(store.keys) == {contact})
