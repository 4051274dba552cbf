"""A short day, always the same, at a desk in this process: the sound evidence in which tests plant their bugs."""

import asyncio
import random
import time
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from router.service.auth import Person
from tests.chaos.client import Frame, RecordedClient, Refusal
from tests.chaos.evidence import Evidence, gather
from tests.chaos.final import note_views, settled
from tests.chaos.history import History, read
from tests.service.desk import KEYS, TOKENS, Service, policy, running_desk

ASCS = {1001: 5, 1002: 6, 1003: 5, 1004: 6, 1005: 5}
"""Customer -> company."""
NUMBER = "+12125550123"
HELD = ("connected", "dialling")


class Day:
    """The people of the short day, connected."""

    def __init__(self, service: Service, history: History, stack: AsyncExitStack) -> None:
        self.history = history
        self.clients: dict[str, RecordedClient] = {}
        self._service = service
        self._stack = stack

    async def join(self, role: str, ident: int, fresh: bool = False) -> RecordedClient:
        """Connect somebody; `fresh`: only make the client."""
        company = ASCS.get(ident, 0)
        person = Person(role=role, id=ident, name=f"{role} {ident}", company=f"company {company}", company_id=company)
        url = f"ws://127.0.0.1:{self._service.port}/ws"
        client = RecordedClient(
            self.history, person.actor, company, url,
            lambda: TOKENS.issue(person, int(time.time()) + 600), random.Random(ident),
        )  # fmt: skip
        if not fresh:
            self.clients[person.actor] = client
            await self._stack.enter_async_context(_running(client))
            await client.until(lambda view: bool(view.me))
        return client

    async def accept(self, agent: RecordedClient, contact: int) -> None:
        """Take the offer of a contact as it comes."""
        await agent.until(lambda view: view.agent is not None and _offer(view.agent, contact) is not None)
        await agent.send({"t": "offer.accept", "offer": _offer(agent.view.agent or {}, contact)})
        await agent.until(lambda view: view.contacts.get(contact, {}).get("state") in HELD)

    async def finish(self, agent: RecordedClient, contact: int) -> None:
        """Close a contact and wrap up."""
        await agent.send({"t": "contact.close", "contact": contact})
        await agent.send({"t": "wrapup.finish", "contact": contact})


@asynccontextmanager
async def _running(client: RecordedClient):
    run = asyncio.create_task(client.run())
    try:
        yield
    finally:
        client.stop()
        await run


def _offer(agent: Frame, contact: int) -> int | None:
    return next((offer["offer"] for offer in agent["offers"] if offer["contact"] == contact), None)


async def short_day(folder: Path) -> Evidence:
    """Live the day; what was written down and what the journal holds."""
    path = folder / "history.jsonl"
    history = History(path, "short day")
    rules = policy(agent_grace="300 ms", decline_back_off="50 ms", products=["expense", "travel"])
    async with running_desk(machines=True, document=rules) as service, AsyncExitStack() as stack:
        day = Day(service, history, stack)
        await _live(day)
        await settled(list(day.clients.values()), lambda: True)
        for client in list(day.clients.values()):
            role, _, ident = client.who.partition(":")
            await note_views(history, client, await day.join(role, int(ident), fresh=True))
        entries = [stored for stored, _, _ in service.follower.entries]
        state = service.node.state_bytes()
    history.close()
    return gather(
        read([path]), entries, KEYS,
        hashes={"live": str(hash(state)), "replay": str(hash(state))}, papers={"log": b"desk started"},
        numbers=frozenset({NUMBER}),
    )  # fmt: skip


async def _live(day: Day) -> None:
    mina = await day.join("agent", 7)
    theo = await day.join("agent", 8)
    ascs = {ident: await day.join("asc", ident) for ident in ASCS}
    await mina.send({"t": "agent.sign_in", "products": ["expense"], "languages": ["en"], "capacity": 2})
    contacts = {}
    for ident, asc in ascs.items():
        ask = {
            "t": "chat.request",
            "product": "expense",
            "language": "en",
            "topic": f"T{asc.company}|asc:{ident}|000000|0",
        }
        contacts[ident] = (await asc.send(ask))["contact"]
    await day.accept(mina, contacts[1001])
    await day.accept(mina, contacts[1002])
    for number in range(1, 4):
        for who, asc in ((1001, ascs[1001]), (1002, ascs[1002])):
            text = f"T{asc.company}|asc:{who}|{number:06d}|0"
            await asc.send({"t": "msg.send", "contact": contacts[who], "text": text})
            text = f"T{asc.company}|agent:7|{number:06d}|{who}"
            await mina.send({"t": "msg.send", "contact": contacts[who], "text": text})
    await ascs[1003].send({"t": "callback.request", "contact": contacts[1003], "number": NUMBER})
    # Somebody who passes, is gone for longer than the grace, and somebody whose connection breaks and comes back.
    await theo.send({"t": "agent.sign_in", "products": ["expense"], "languages": ["en"], "capacity": 1})
    await day.accept(theo, contacts[1003])
    attempt = theo.view.contacts[contacts[1003]]["attempt"]
    await theo.send({"t": "dial.reached", "contact": contacts[1003], "attempt": attempt})
    await day.finish(theo, contacts[1003])
    await day.accept(theo, contacts[1004])
    theo.stop()
    ascs[1001].cut()
    await day.finish(mina, contacts[1001])
    await day.accept(mina, contacts[1005])
    await day.finish(mina, contacts[1005])
    await day.accept(mina, contacts[1004])
    await ascs[1001].until(lambda view: ascs[1001].connected)
    await mina.send({"t": "agent.status", "status": "break", "reason": "lunch"})
    await ascs[1002].send({"t": "msg.send", "contact": contacts[1002], "text": "T6|asc:1002|000009|0"})
    with pytest.raises(Refusal, match="no longer yours"):
        await mina.send({"t": "offer.accept", "offer": 1})
    del day.clients["agent:8"]
