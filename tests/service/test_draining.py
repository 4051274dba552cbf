"""A node that is told to end lets everybody know when, and ends them one after the other, in a bounded time."""

import asyncio
import json
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import websockets

from tests.service.desk import DANA, MINA, OMAR, Client, open_chat, running_desk, talk, until
from tests.service.process import DeskProcess


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[DeskProcess]:
    process = DeskProcess(tmp_path)
    yield process
    await process.tidy()


async def ends(client: Client) -> tuple[int, int, float]:
    """(what `drain` said, ms; the close code; seconds until the close from now)."""
    begun = time.monotonic()
    told = await client.hear("drain")
    return told["after_ms"], await client.closed(), time.monotonic() - begun


async def test_everybody_is_told_and_closed_on_schedule() -> None:
    """Each gets its time, evenly spread, and a 1012 then; who talks is served until then; nobody new comes in."""
    async with running_desk() as service:
        dana, mina, omar = await service.join(DANA), await service.join(MINA), await service.join(OMAR)
        contact = await talk(dana, mina)
        never = asyncio.get_running_loop().create_future()
        draining = asyncio.create_task(service.gateway.drain(0.6, never))
        told = await mina.hear("drain")
        assert "ack" == (await mina.ask("msg.send", contact=contact, text="one moment"))["t"]
        with pytest.raises(websockets.InvalidStatus, match="503"):
            await service.connect()
        code = await mina.closed()
        (first, first_code, _), (last, last_code, _) = await ends(dana), await ends(omar)
        await draining

        assert ([0, 200, 400], [1012] * 3) == ([first, told["after_ms"], last], [first_code, code, last_code])
        assert 0 == service.gateway.sockets
        assert service.follower.commands().count("DisconnectSession") == 3


async def test_a_client_that_does_not_go_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is bounded: one that does not answer the close is left to the stop."""
    monkeypatch.setattr("router.service.draining.OVERTIME_S", 0.1)
    async with running_desk() as service:
        dana = await service.join(DANA)
        dana.socket.transport.pause_reading()
        never = asyncio.get_running_loop().create_future()

        async with asyncio.timeout(0.8):
            await service.gateway.drain(0.1, never)


async def test_haste_cuts_it_short() -> None:
    """When somebody cannot wait, nobody is waited for."""
    async with running_desk() as service:
        await service.join(DANA)
        await service.join(OMAR)
        hurry = asyncio.get_running_loop().create_future()
        draining = asyncio.create_task(service.gateway.drain(3_600, hurry))
        await until(lambda: service.gateway.draining)
        hurry.set_result(None)

        async with asyncio.timeout(1):
            await draining


async def test_sigterm_drains_and_the_last_entry_says_so(desk: DeskProcess) -> None:
    """Everybody is told and closed; `NodeStopped` last; exit 0 in time."""
    await desk.start("--drain", "0.5")
    dana, mina = await desk.join(DANA), await desk.join(MINA)
    await open_chat(dana)
    assert desk.process is not None
    desk.process.send_signal(signal.SIGTERM)
    told = [await dana.hear("drain"), await mina.hear("drain")]
    codes = [await dana.closed(), await mina.closed()]
    begun = time.monotonic()

    assert 0 == await desk.ended()
    assert time.monotonic() - begun < 10
    assert ([0, 250], [1012, 1012]) == ([each["after_ms"] for each in told], codes)
    await desk.run("export", "--data", str(desk.data), str(desk.data / "all.jsonl"))
    last = json.loads((desk.data / "all.jsonl").read_text().splitlines()[-1])
    assert "NodeStopped" == last["command"][0]


async def test_a_second_signal_ends_the_wait(desk: DeskProcess) -> None:
    """The node is not ready from the first moment on; an operator who sends SIGTERM again does not wait for an hour."""
    await desk.start("--drain", "3600")
    dana, mina = await desk.join(DANA), await desk.join(MINA)
    assert desk.process is not None
    desk.process.send_signal(signal.SIGTERM)
    await mina.hear("drain")

    assert b"503" in await status_of(desk, "/readyz")
    assert 0 == await desk.end(signal.SIGTERM)
    assert [1012, 1012] == [await dana.closed(), await mina.closed()]


async def status_of(desk: DeskProcess, path: str) -> bytes:
    """The first line of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.readline()
    writer.close()
    return answer
