"""Closed contacts over HTTP: who may look, what is found, and that pages join without a gap."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from router.core import commands as cmd
from router.core.ids import AgentId, ContactId, OfferId
from router.records.database import address
from router.records.reading import RecordReader
from router.service.auth import Person
from router.service.folder import KEYS, Place
from router.service.history import AT_ONCE, History
from router.service.recording import mark, record_desk
from router.service.server import DeskService
from router.wire.sealing import DeskKeys
from tests.service.desk import DANA, MINA, SUE, THEO
from tests.service.test_recording import HOSTILE, call_back, serve_contact
from tests.service.whole import desk_in, open_contact

SWITCH = Person(role="switch", id=3, name="Switch")
CONTACTS = "/records/contacts"


class Asked:
    """A desk with records, and people who ask it."""

    def __init__(self, service: DeskService, folder: Path, history: History, client: "TestClient[Any, Any]") -> None:
        self.service = service
        self.folder = folder
        self.history = history
        self._client = client

    async def get(self, person: Person | None, path: str = CONTACTS, **query: Any) -> tuple[int, dict[str, Any]]:
        """Status and answer."""
        headers = {}
        if person is not None:
            headers["Authorization"] = f"Bearer {self.service.tokens.issue(person, int(time.time()) + 60)}"
        async with self._client.get(path, params=query, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def found(self, **query: Any) -> list[int]:
        """The contacts that a supervisor finds."""
        status, told = await self.get(SUE, **query)
        assert 200 == status, told
        return [each["contact"] for each in told["contacts"]]

    async def record(self) -> None:
        """Bring the records up to date."""
        await record_desk(Place(self.folder), "")


@asynccontextmanager
async def asked(folder: Path) -> AsyncIterator[Asked]:
    """Three closed contacts of two ASCs, and one that is open."""
    async with desk_in(folder) as service:
        keys = DeskKeys.load(folder / KEYS)
        reader = RecordReader(address(folder, ""), mark(keys))
        history = History(reader, service._parts.journal, keys, service.tokens, service.node.desk.state)
        app = web.Application()
        app.add_routes(history.routes())
        async with TestClient(TestServer(app)) as client:
            desk = Asked(service, folder, history, client)
            await serve_contact(service, 11, 1001, HOSTILE)
            await call_back(service, 12, 1001, "+4930901820", agent=8)
            await serve_contact(service, 13, 1002, ["hello"])
            await desk.record()
            yield desk
        await history.close()


async def hold(service: DeskService, contact: int, asc: int, agent: int = 7) -> None:
    """The agent talks to this ASC now."""
    await service.node.submit(cmd.SignIn(AgentId(agent), ("expense",), ("en",), 1))
    assert "" == await open_contact(service, contact, asc, "again")
    offer = next(iter(service.node.desk.state.offers.values()))
    assert (contact, agent) == (offer.contact_id, offer.agent_id)
    assert "" == (await service.node.submit(cmd.AcceptOffer(AgentId(agent), OfferId(offer.id)))).code


async def test_a_supervisor_finds_contacts_and_sees_them_whole(tmp_path: Path) -> None:
    """By each thing that can be asked for, the latest first; the words as they were written, the number masked."""
    async with asked(tmp_path / "desk") as desk:
        assert [13, 12, 11] == await desk.found()
        assert [12, 11] == await desk.found(asc=1001)
        assert [12] == await desk.found(agent=8)
        assert [] == await desk.found(company=2)
        assert [13, 12, 11] == await desk.found(company=1, line="expense/en", outcome="served")
        assert [] == await desk.found(outcome="abandoned")
        _, told = await desk.get(SUE)
        closed = [each["closed_at"] for each in told["contacts"]]
        assert [each for each, at in zip([13, 12, 11], closed, strict=True) if at >= closed[1]] == await desk.found(
            since=closed[1]
        )
        assert [] == await desk.found(until=closed[2])

        status, chat = await desk.get(SUE, f"{CONTACTS}/11")
        assert 200 == status
        assert HOSTILE == [each["text"] for each in chat["said"]]
        assert ("canary-topic", "asc 1001", 7) == (chat["topic"], chat["asc"]["name"], chat["agent"])
        assert [(7, "canary-agent")] == [(turn["agent"], turn["name"]) for turn in chat["turns"]]
        _, rest = await desk.get(SUE, f"{CONTACTS}/11", after=chat["said"][-2]["o"])
        assert HOSTILE[-1:] == [each["text"] for each in rest["said"]]
        _, callback = await desk.get(SUE, f"{CONTACTS}/12")
        assert callback["number"].startswith("+49")
        assert "0901820" not in callback["number"]
        assert ["reached"] == [dial["result"] for dial in callback["dials"]]


async def test_pages_join_without_a_gap(tmp_path: Path) -> None:
    """Following the ends of pages, each contact comes once, also where several closed in the same millisecond."""
    async with asked(tmp_path / "desk") as desk:
        for limit in (1, 2, 3):
            seen: list[int] = []
            after: dict[str, str] = {}
            while True:
                _, told = await desk.get(SUE, limit=limit, **after)
                seen += [each["contact"] for each in told["contacts"]]
                if told["after"] is None:
                    break
                after = {"after": told["after"]}
            assert [13, 12, 11] == seen


async def test_only_those_may_look_who_have_a_reason(tmp_path: Path) -> None:
    """Nobody without a token, no ASC, no switch; an agent only at those whom they talk to, and only while they do."""
    async with asked(tmp_path / "desk") as desk:
        for who, status in ((None, 401), (DANA, 403), (SWITCH, 403), (MINA, 403), (SUE, 200)):
            assert status == (await desk.get(who))[0]
        assert [404, 404] == [(await desk.get(MINA, f"{CONTACTS}/{each}"))[0] for each in (11, 99)]

        await hold(desk.service, 21, 1001)
        status, told = await desk.get(MINA, asc=1001)
        assert (200, [12, 11]) == (status, [each["contact"] for each in told["contacts"]])
        assert 200 == (await desk.get(MINA, f"{CONTACTS}/12"))[0]
        for query in ({}, {"asc": 1002}, {"asc": 1001, "company": 2}, {"company": 1}):
            assert 403 == (await desk.get(MINA, **query))[0]
        assert 404 == (await desk.get(MINA, f"{CONTACTS}/13"))[0]
        assert 403 == (await desk.get(THEO, asc=1001))[0]

        await desk.service.node.submit(cmd.CloseContact(AgentId(7), ContactId(21)))
        await desk.service.node.submit(cmd.FinishWrapUp(AgentId(7), ContactId(21)))
        assert 403 == (await desk.get(MINA, asc=1001))[0]


async def test_an_expired_or_forged_token_opens_nothing(tmp_path: Path) -> None:
    """What does not let anybody in at the socket does not here."""
    async with asked(tmp_path / "desk") as desk:
        good = desk.service.tokens.issue(SUE, int(time.time()) + 60)
        old = desk.service.tokens.issue(SUE, int(time.time()) - 1)
        for value in ("", good, f"Basic {good}", f"Bearer {old}", f"Bearer {good[:-2]}"):
            async with desk._client.get(CONTACTS, headers={"Authorization": value}) as answer:
                assert 401 == answer.status
                assert good not in await answer.text()


async def test_a_query_that_is_none_is_told(tmp_path: Path) -> None:
    """What cannot be meant is refused by name, and never reaches the database."""
    async with asked(tmp_path / "desk") as desk:
        for name, value in (
            ("asc", "0"), ("asc", "1 OR 1=1"), ("line", "x'; DROP TABLE contacts"), ("outcome", "lost"),
            ("limit", "101"), ("after", "1"), ("after", "1-²"), ("after", "9" * 40 + "-1"), ("since", "-1"),
            ("unknown", "1"),
        ):  # fmt: skip
            status, told = await desk.get(SUE, **{name: value})
            assert (422, name) == (status, told["detail"].partition(":")[0])
        assert [13, 12, 11] == await desk.found()


async def test_an_erased_contact_is_shown_without_words(tmp_path: Path) -> None:
    """That there was one and how long it took stays; who said what is gone at once."""
    async with asked(tmp_path / "desk") as desk:
        await desk.service.erase([11])

        status, chat = await desk.get(SUE, f"{CONTACTS}/11")

        assert (200, True) == (status, chat["erased"])
        assert {""} == {each["text"] + each["name"] for each in chat["said"]}
        assert ("", "", "") == (chat["topic"], chat["asc"]["name"], chat["turns"][0]["name"])
        assert "served" == chat["outcome"]


async def test_questions_beyond_what_is_answered_at_once_come_again(tmp_path: Path) -> None:
    """The database never has more to do than a few questions, and a broken one does not hurt the desk."""
    async with asked(tmp_path / "desk") as desk:
        desk.history._answering = AT_ONCE
        assert 503 == (await desk.get(SUE))[0]
        desk.history._answering = 0
        (desk.folder / "records.sqlite").write_bytes(b"nonsense" * 1_000)
        await desk.history._reader.close()  # so that it is opened anew
        status, told = await desk.get(SUE)

        assert (503, "the records cannot be read now; ask again") == (status, told["detail"])
        assert "ok" == desk.service.health()["status"]
