"""A connection that never gets to its first request does not stay."""

import asyncio

import pytest
from aiohttp import web

from router.service.patience import PatientRunner
from tests.service.desk import PATIENCE_S


@pytest.fixture
async def port(monkeypatch):
    monkeypatch.setattr("router.service.patience.FIRST_REQUEST_S", 0.1)

    async def slow(_request):
        await asyncio.sleep(0.3)
        return web.Response(text="done")

    app = web.Application()
    app.add_routes([web.get("/", slow)])
    runner = PatientRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


@pytest.mark.parametrize("said", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\n"])
async def test_silence_and_half_requests_are_cut_off(port, said):
    """Nothing, or the beginning of a request, is given up after the deadline."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    async with asyncio.timeout(PATIENCE_S):
        try:
            answer = await reader.read()
        except ConnectionResetError:
            answer = b""
    writer.close()

    assert b"" == answer


async def test_a_request_that_came_is_served_however_long_it_takes(port):
    """The deadline is for the first request to arrive, not for its answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    async with asyncio.timeout(PATIENCE_S):
        answer = await reader.read()
    writer.close()

    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"done")
