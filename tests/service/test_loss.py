"""A store that loses what it acknowledged: clients notice by the number that the desk expects, and repair it."""

import asyncio
import random
from contextlib import asynccontextmanager

import pytest

from router.journal.memory import MemoryStore
from sim.client.client import Client, Refusal
from tests.service.desk import DANA, ORIGIN, PATIENCE_S, TOKENS, open_chat, real_clock, running_desk

FOREVER = 4_000_000_000


@asynccontextmanager
async def program():
    """A client that connects to wherever `to` says."""
    client = Client("", ORIGIN, lambda: TOKENS.issue(DANA, FOREVER), random.Random(1))
    running = None

    def to(desk):
        nonlocal running
        client._url = f"ws://127.0.0.1:{desk.port}/ws"
        running = running or asyncio.create_task(client.run())

    async with asyncio.timeout(4 * PATIENCE_S):
        yield client, to
        client.stop()
        await running


def said(desk, contact):
    """What stands in a transcript."""
    return [desk.transcripts.open(contact, sealed)["text"] for *_, sealed in desk.transcripts.find(contact).messages]


@pytest.mark.parametrize("epoch", ["life1", "restored"])
async def test_acknowledged_messages_that_were_lost_are_said_again(epoch, monkeypatch):
    """After a failover to a late replica, or a restore, they are there once, in order, and the session goes on."""
    monkeypatch.setattr("sim.client.client.LONGEST_BACK_OFF_S", 0.05)
    store = MemoryStore(real_clock)
    async with program() as (client, to):
        async with running_desk(store) as desk:
            to(desk)
            ack = await client.send({"t": "chat.request", "product": "expense", "language": "en", "topic": ""})
            contact = ack["contact"]
            await client.send({"t": "msg.send", "contact": contact, "text": "kept"})
            kept = desk.node.applied
            for text in ("lost", "lost too"):
                await client.send({"t": "msg.send", "contact": contact, "text": text})
            with pytest.raises(Refusal):
                await client.send({"t": "chat.leave", "contact": 4_711})
        store.lose(store.last - kept)
        store.epoch = epoch
        async with running_desk(store) as desk:
            to(desk)
            await client.send({"t": "msg.send", "contact": contact, "text": "after"})
            await client.until(lambda view: len(view.contacts[contact]["messages"]) == 4)

            assert ["kept", "lost", "lost too", "after"] == said(desk, contact)
            assert ["kept", "lost", "lost too", "after"] == [
                message["text"] for message in client.view.contacts[contact]["messages"]
            ]


async def test_more_was_lost_than_a_client_keeps(monkeypatch):
    """The last sixteen are said again; the session goes on instead of waiting for a number that nobody has."""
    monkeypatch.setattr("sim.client.client.LONGEST_BACK_OFF_S", 0.05)
    store = MemoryStore(real_clock)
    async with program() as (client, to):
        async with running_desk(store) as desk:
            dana = await desk.join(DANA)
            contact = await open_chat(dana)
            to(desk)
            await client.until(lambda view: contact in view.contacts)
            kept = desk.node.applied
            for number in range(20):
                await client.send({"t": "msg.send", "contact": contact, "text": str(number)})
        store.lose(store.last - kept)
        async with running_desk(store) as desk:
            to(desk)
            await client.send({"t": "msg.send", "contact": contact, "text": "after"})

            assert [*map(str, range(4, 20)), "after"] == said(desk, contact)
