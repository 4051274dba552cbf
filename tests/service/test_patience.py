"""A connection that never gets to the end of a request does not stay, and errors tell nothing about the inside."""

import asyncio
import gzip

import pytest
from aiohttp import web

from router.service.patience import PatientRunner
from tests.service.desk import PATIENCE_S


@pytest.fixture
async def port(monkeypatch):
    monkeypatch.setattr("router.service.patience.FIRST_REQUEST_S", 0.1)
    monkeypatch.setattr("router.service.patience.BODY_S", 0.1)

    async def slow(_request):
        await asyncio.sleep(0.3)
        return web.Response(text="done")

    async def take(request):
        return web.Response(text=str(len(await request.read())))

    async def fail(_request):
        raise RuntimeError("canary")

    app = web.Application()
    app.add_routes([web.get("/", slow), web.post("/", take), web.get("/fail", fail)])
    runner = PatientRunner(app, access_log=None, shutdown_timeout=0.1, keepalive_timeout=0.2)
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


async def ask(port, *parts):
    """Send the parts of a request, each when the one before was answered; all that came back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = []
    async with asyncio.timeout(PATIENCE_S):
        for part in parts:
            writer.write(part)
            try:
                head = await reader.readuntil(b"\r\n\r\n")
                size = int(head.lower().split(b"content-length: ")[1].split()[0])
                answers.append(head + await reader.readexactly(size))
            except asyncio.IncompleteReadError as end:
                answers.append(end.partial)
    writer.close()
    return answers


@pytest.mark.parametrize(
    "body", [b"Content-Length: 9\r\n\r\nhalf", b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n5\r\n"]
)
async def test_a_body_that_does_not_end_is_given_up(port, body):
    """A request whose body stops half way is not waited for."""
    assert [b""] == await ask(port, b"POST / HTTP/1.1\r\nHost: x\r\n" + body)


@pytest.mark.parametrize("second", [b"", b"POST / HT"])
async def test_an_idle_connection_is_closed(port, second):
    """After an answer, neither silence nor half a request keeps a connection."""
    first, last = await ask(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody", second)

    assert first.endswith(b"4")
    assert b"" == last


async def test_what_is_packed_is_not_unpacked(port):
    """A body arrives as it was sent: a few bytes cannot become millions."""
    packed = gzip.compress(bytes(10_000_000))
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)

    assert (await ask(port, head + packed))[0].endswith(b"%d" % len(packed))


@pytest.mark.parametrize(
    ("request_line", "expected"),
    [(b"GET / canary", b"Bad Request.\n"), (b"GET /fail HTTP/1.1", b"Internal Server Error.\n")],
)
async def test_errors_say_nothing_about_the_inside(port, request_line, expected):
    """Neither a request that cannot be read nor a handler that fails is answered with what went on inside."""
    answer = (await ask(port, request_line + b"\r\nHost: x\r\n\r\n"))[0]

    assert answer.endswith(b"\r\n\r\n" + expected)
    for word in (b"canary", b"aiohttp", b"Python", b"Traceback"):
        assert word not in answer
