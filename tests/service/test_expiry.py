"""A token lets in for as long as it says, and not for as long as a connection lasts."""

import asyncio
import random
import time

from router.service import connection
from router.service.auth import Person
from sim.client.client import Client as Program
from tests.service.desk import DANA, MINA, ORIGIN, PATIENCE_S, TOKENS, Client, running_desk


async def test_a_connection_ends_with_its_token(monkeypatch):
    """Whoever came in by a token that ends now is sent for a new one; others stay."""
    monkeypatch.setattr("router.service.gateway.TICK_S", 0.02)
    async with running_desk() as desk:
        mina, dana = await desk.join(MINA), Client(await desk.connect())
        await dana.hear("hello")
        await dana.say({"t": "auth", "token": TOKENS.issue(DANA, int(time.time()) + 1)})
        await dana.hear("ready")

        assert connection.UNKNOWN_PERSON == await dana.closed()
        await mina.say({"t": "beat"})
        assert await mina.hear("beat")


async def test_a_program_goes_on_with_the_next_token(monkeypatch):
    """A client gets a new token and goes on in its session; one whose new token is no good stops."""
    monkeypatch.setattr("router.service.gateway.TICK_S", 0.02)
    monkeypatch.setattr("sim.client.client.FIRST_BACK_OFF_S", 0.01)
    asked = []

    def token() -> str:
        asked.append(time.time())
        return TOKENS.issue(DANA, int(time.time()) + 1) if len(asked) < 3 else "no token"

    async with running_desk() as desk, asyncio.TaskGroup() as group, asyncio.timeout(PATIENCE_S):
        program = Program(f"ws://127.0.0.1:{desk.port}/ws", ORIGIN, token, random.Random(1))
        running = group.create_task(program.run())
        ack = await program.send({"t": "chat.request", "product": "expense", "language": "en", "topic": ""})
        session = program.session
        await program.until(lambda view: len(asked) == 2 and program.connected)

        assert session == program.session
        assert ack["contact"] in program.view.contacts
        await running
        assert 3 == len(asked)
        assert program.stopped


def test_a_token_says_until_when() -> None:
    """Whoever checks a token learns both, who it is and for how long."""
    known: tuple[Person, int] = TOKENS.verify_until(TOKENS.issue(DANA, 2_000), 1_000.0)

    assert (DANA, 2_000) == known
