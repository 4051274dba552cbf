"""Laws of a rehearsal's client at a real desk."""

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest

from sim.client.client import MOST_UNANSWERED, Client, Refusal
from tests.web.desk import DeskProcess, token_of

WITHIN_S = 20


def client_of(desk: DeskProcess, role: str, ident: int) -> Client:
    url = f"{desk.address.replace('http', 'ws', 1)}/ws"
    return Client(url, desk.address, token_of(desk, role, ident), random.Random(1))


async def ended(*clients: tuple[Client, asyncio.Task[None]]) -> None:
    for client, running in clients:
        client.stop()
        await running


async def in_conversation(desk: DeskProcess) -> tuple[Client, Client, int, list[tuple[Client, asyncio.Task[None]]]]:
    """An ASC and an agent who talk, and the contact."""
    asc, agent = client_of(desk, "asc", 900_000_001), client_of(desk, "agent", 900_000_002)
    running = [(asc, asyncio.create_task(asc.run())), (agent, asyncio.create_task(agent.run()))]
    await agent.send({"t": "agent.sign_in", "products": ["expense"], "languages": ["en"], "capacity": 2})
    ack = await asc.send({"t": "chat.request", "product": "expense", "language": "en", "topic": ""})
    await agent.until(lambda view: bool(view.agent and view.agent["offers"]))
    assert agent.view.agent is not None
    await agent.send({"t": "offer.accept", "offer": agent.view.agent["offers"][0]["offer"]})
    contact = int(ack["contact"])
    await asc.until(lambda view: contact in view.contacts and view.contacts[contact]["state"] == "connected")
    return asc, agent, contact, running


def texts(client: Client, contact: int) -> list[str]:
    return [message["text"] for message in client.view.contacts[contact]["messages"]]


async def test_nothing_is_lost_or_doubled_over_a_kill(tmp_path: Path) -> None:
    """Messages under way while server and store are killed arrive once each, in order, on both sides."""
    desk = DeskProcess(tmp_path / "desk", "--demo-tokens").start()
    try:
        async with asyncio.timeout(WITHIN_S):
            asc, agent, contact, running = await in_conversation(desk)
            said = [f"message {i}" for i in range(12)]
            sending = [
                asyncio.create_task(asc.send({"t": "msg.send", "contact": contact, "text": text})) for text in said
            ]
            await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.to_thread(desk.kill)
            await asyncio.to_thread(desk.start)
            acks = await asyncio.gather(*sending)
            await agent.until(lambda view: len(view.contacts[contact]["messages"]) == len(said))

            assert said == texts(agent, contact) == texts(asc, contact)
            assert sorted({ack["o"] for ack in acks}) == [ack["o"] for ack in acks]
            await ended(*running)
    finally:
        desk.end()


async def test_a_refusal_is_heard_and_the_session_goes_on(tmp_path: Path) -> None:
    """What the desk says no to raises with its code; the next operation is taken."""
    desk = DeskProcess(tmp_path / "desk", "--demo-tokens").start()
    try:
        async with asyncio.timeout(WITHIN_S):
            asc = client_of(desk, "asc", 900_000_001)
            running = asyncio.create_task(asc.run())
            await asc.send({"t": "chat.request", "product": "expense", "language": "en", "topic": ""})
            with pytest.raises(Refusal) as refused:
                await asc.send({"t": "chat.request", "product": "expense", "language": "en", "topic": ""})
            ack = await asc.send({"t": "chat.request", "product": "travel", "language": "en", "topic": ""})

            assert ("already_open", True) == (refused.value.code, "contact" in ack)
            await ended((asc, running))
    finally:
        desk.end()


async def test_more_than_sixteen_operations_wait_their_turn(tmp_path: Path) -> None:
    """Whoever asks for more than may be unanswered waits for room; all are answered, in order."""
    desk = DeskProcess(tmp_path / "desk", "--demo-tokens").start()
    try:
        async with asyncio.timeout(WITHIN_S):
            _asc, agent, contact, running = await in_conversation(desk)
            said = [f"line {i}" for i in range(2 * MOST_UNANSWERED + 3)]
            ask: list[Any] = [agent.send({"t": "msg.send", "contact": contact, "text": text}) for text in said]
            await asyncio.gather(*ask)

            assert said == texts(agent, contact)
            await ended(*running)
    finally:
        desk.end()


async def test_a_stopped_client_tells_whoever_waits(tmp_path: Path) -> None:
    """After `stop` nobody waits for ever: pending and later operations raise."""
    desk = DeskProcess(tmp_path / "desk", "--demo-tokens").start()
    try:
        client = client_of(desk, "asc", 900_000_001)
    finally:
        desk.end()
    running = asyncio.create_task(client.run())
    pending = asyncio.create_task(client.send({"t": "chat.leave", "contact": 1}))
    await asyncio.sleep(0)
    client.stop()

    async with asyncio.timeout(WITHIN_S):
        for waiting in (pending, client.send({"t": "chat.leave", "contact": 1}), client.until(lambda view: False)):
            with pytest.raises(Refusal, match="stopped"):
                await waiting
        await running
