"""
What a chat message costs the serving process, beside what it costs a relay that does nothing else.

Three servers take turns in one run, each in a process of its own, loaded by the same clients from this process until
it is saturated:

- `bare`: an aiohttp relay; what one side of a chat sends is sent to the other side. Nothing is kept.
- `durable`: the same, but each message is appended to a Valkey with `appendfsync always` before it is passed on and
  acknowledged; one function call for each batch, the next batch waits for it.
- `real`: the desk: validated, sealed, journalled, folded, acknowledged, told to the other side.

Run `python -m benchmarks.chat_path`; it prints one JSON object. `us` is CPU of the serving process for each message
(user and system time; the store's own process is not counted), `rate` messages a second by the wall clock, `busy` the
share of one core that the serving process took (clients and store need the rest of the machine). A ratio is the relay's
cost divided by the desk's: 0.25 means that the desk costs four relays.
"""

import argparse
import asyncio
import base64
import contextlib
import json
import logging
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import WSMsgType, web
from redis.asyncio import Redis

from router.journal.embedded import EmbeddedServer
from router.service.auth import Person, Tokens
from router.service.connection import Limits
from router.service.logs import set_up_logs
from router.service.server import BACKLOG, DeskService, ServiceSettings, start_service
from router.wire.frames import PROTOCOL
from router.wire.policy import PolicyDocument
from router.wire.sealing import DeskKeys

CHATS = 64
WINDOW = 16
"""Messages that each side of a chat has under way: as many as the protocol allows."""
TEXT = "I cannot attach the receipt of my last trip, it says error."
RELAY = b"""#!lua name=relay_1
redis.register_function('relay_append', function(keys, args)
  for _, message in ipairs(args) do redis.call('XADD', keys[1], '*', 'm', message) end
  return #args
end)
"""
SERVICE = web.AppKey("service", DeskService)
Converse = Callable[[web.Application], Awaitable[None]]


# --- the servers


async def bare(_folder: Path) -> web.Application:
    """A relay: sockets are paired in the order in which they come."""
    waiting: list[web.WebSocketResponse] = []
    peers: dict[web.WebSocketResponse, web.WebSocketResponse] = {}

    async def handle(request: web.Request) -> web.WebSocketResponse:
        socket = await _paired(request, waiting, peers)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await peers[socket].send_str(message.data)
        return socket

    return _app(handle)


async def durable(folder: Path) -> web.Application:
    """A relay that appends each message to a store before it acknowledges it and passes it on."""
    server = EmbeddedServer(folder / "store")
    await server.start()
    client: Any = Redis.from_url(server.url)
    await client.execute_command("FUNCTION", "LOAD", "REPLACE", RELAY)
    waiting: list[web.WebSocketResponse] = []
    peers: dict[web.WebSocketResponse, web.WebSocketResponse] = {}
    inbox: list[tuple[web.WebSocketResponse, str]] = []
    wake = asyncio.Event()

    async def append() -> None:
        while True:
            await wake.wait()
            wake.clear()
            while inbox:
                batch = inbox[:]
                inbox.clear()
                await client.execute_command("FCALL", "relay_append", 1, "relay", *[text for _, text in batch])
                for socket, text in batch:
                    with contextlib.suppress(ConnectionError):
                        await socket.send_str('{"t":"ack"}')
                        await peers[socket].send_str(text)

    async def handle(request: web.Request) -> web.WebSocketResponse:
        socket = await _paired(request, waiting, peers)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                inbox.append((socket, message.data))
                wake.set()
        return socket

    app = _app(handle)
    task = asyncio.create_task(append())

    async def close(_app: web.Application) -> None:
        task.cancel()
        await client.aclose()
        await server.stop()

    app.on_cleanup.append(close)
    return app


async def real(folder: Path) -> web.Application:
    """The desk, without the limits that no person would reach."""
    limits = Limits(asc_rate=1e6, asc_burst=1_000_000, asc_minute=1_000_000_000, agent_rate=1e6, agent_burst=1_000_000)
    policy = PolicyDocument(products=["expense"], languages=["en"], message_limit=100_000)
    service = await start_service(ServiceSettings(folder, policy, machines=True, limits=limits))
    app = web.Application()
    app[SERVICE] = service
    app.add_routes(service.routes())

    async def close(_app: web.Application) -> None:
        await service.stop()

    app.on_cleanup.append(close)
    return app


async def _paired(
    request: web.Request,
    waiting: list[web.WebSocketResponse],
    peers: dict[web.WebSocketResponse, web.WebSocketResponse],
) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(compress=False, protocols=(PROTOCOL,))
    await socket.prepare(request)
    if waiting:
        peer = waiting.pop()
        peers[socket], peers[peer] = peer, socket
    else:
        waiting.append(socket)
    return socket


def _app(handle: Any) -> web.Application:
    app = web.Application()
    app.add_routes([web.get("/ws", handle)])
    return app


SERVERS: dict[str, Callable[[Path], Any]] = {"bare": bare, "durable": durable, "real": real}


async def serve(name: str, folder: Path, port: int = 0, converse: Converse | None = None) -> None:
    """Serve one variant until stdin ends; the first line on stdout is the port. `converse` may read stdin instead."""
    set_up_logs(logging.CRITICAL)  # At the end of a measurement sockets break in the middle of things.
    app = await SERVERS[name](folder)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, backlog=BACKLOG)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await (asyncio.to_thread(sys.stdin.read) if converse is None else converse(app))
    await runner.cleanup()


# --- the clients: as little work as possible, so that the server is what saturates


class Side(asyncio.Protocol):
    """One side of a chat: writes masked frames, reads frames, and sends anew for each message that got through."""

    def __init__(self) -> None:
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.loaded = False
        self.make: Callable[[int], bytes] = lambda _number: b""
        self.number = 0
        self.done = 0
        self.mark = b""
        """What a frame that lets the next message go begins with."""
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {PROTOCOL}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        data = self._data + data if self._data else data
        if not self.open.done():
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._data = head
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self.open.set_result(None)
        position, size, go = 0, len(data), 0
        while size - position >= 4:
            length = data[position + 1]
            start = position + 2
            if length == 126:
                length = data[position + 2] << 8 | data[position + 3]
                start += 2
            if start + length > size:
                break
            if not self.loaded:
                self.inbox.put_nowait(json.loads(data[start : start + length]))
            elif data.startswith(self.mark, start):
                go += 1
            position = start + length
        self._data = data[position:]
        if go:
            self.done += go
            self.got(go)

    def got(self, count: int) -> None:
        """So many messages got through."""
        self.transport.write(b"".join(self.next() for _ in range(count)))

    def next(self) -> bytes:
        self.number += 1
        return self.make(self.number)

    def connection_lost(self, error: Exception | None) -> None:
        if self.loaded and error is not None:
            print("a client lost its connection", error, file=sys.stderr)

    def say(self, **frame: Any) -> None:
        self.transport.write(masked(json.dumps(frame).encode()))

    async def hear(self, kind: str) -> dict[str, Any]:
        while True:
            async with asyncio.timeout(10):
                frame = await self.inbox.get()
            if frame["t"] == kind:
                return frame
            if frame["t"] == "nack":
                raise RuntimeError(frame)

    def load(self, mark: bytes) -> None:
        """Begin to send: `WINDOW` messages at once, and one more for each that got through."""
        self.loaded, self.mark = True, mark
        self.transport.write(b"".join(self.next() for _ in range(WINDOW)))


S = TypeVar("S", bound=Side)


def masked(payload: bytes) -> bytes:
    """A client's frame; the mask is zero, which is a mask like any other."""
    size = len(payload)
    head = b"\x81" + (bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2))
    return head + b"\0\0\0\0" + payload


def message(contact: int) -> Callable[[int], bytes]:
    text = json.dumps(TEXT).encode()
    return lambda number: masked(b'{"t":"msg.send","id":%d,"contact":%d,"text":%b}' % (number, contact, text))


async def connect(port: int, kind: type[S]) -> S:
    _, side = await asyncio.get_running_loop().create_connection(kind, "127.0.0.1", port)
    await side.open
    return side


async def join_relay(port: int, kind: type[S]) -> list[S]:
    """The sides of `CHATS` chats, those of one chat one after the other."""
    sides = [await connect(port, kind) for _ in range(2 * CHATS)]
    for side in sides:
        side.make = message(5_521_000_000_000)
    return sides


async def join_desk(port: int, folder: Path, kind: type[S]) -> list[S]:
    """The same on the desk: `CHATS` chats are brought up to *connected*, each with an agent of its own."""
    tokens = Tokens(DeskKeys.load(folder / "desk.keys").token_key)
    expires = int(time.time()) + 3_600
    sides = []
    for number in range(1, CHATS + 1):
        agent, asc = await connect(port, kind), await connect(port, kind)
        agent.say(t="auth", token=tokens.issue(Person(role="agent", id=number, name="Mina"), expires))
        await agent.hear("ready")
        person = Person(role="asc", id=number, name="Dana", company="Acme", company_id=5)
        asc.say(t="auth", token=tokens.issue(person, expires))
        await asc.hear("ready")
        agent.say(t="agent.sign_in", id=1, products=["expense"], languages=["en"], capacity=1)
        await agent.hear("ack")
        asc.say(t="chat.request", id=1, product="expense", language="en", topic="")
        contact = (await asc.hear("ack"))["contact"]
        while not (offers := (await agent.hear("st"))["d"].get("offers")):
            pass
        agent.say(t="offer.accept", id=2, offer=offers[0]["offer"])
        await agent.hear("ack")
        asc.number, agent.number = 1, 2
        asc.make = agent.make = message(contact)
        sides += [asc, agent]
    return sides


# --- measuring


def cpu_s(pid: int) -> float:
    """User and system time that a process has used, seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Served:
    """A server in a process of its own."""

    folder: Path
    port: int
    process: asyncio.subprocess.Process

    async def ask(self, question: str) -> str:
        """Write it a line and read one."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(question.encode() + b"\n")
        return (await self.process.stdout.readline()).decode()


async def start(module: str, *options: str) -> asyncio.subprocess.Process:
    """A module of this folder as a process that speaks with us."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"benchmarks.{module}", *options, stdin=-1, stdout=-1
    )


@asynccontextmanager
async def serving(name: str, module: str = "chat_path") -> AsyncIterator[Served]:
    """One variant; its first line on stdout is its port, and it ends when its stdin does."""
    with tempfile.TemporaryDirectory(prefix="ringback-bench-") as kept:
        process = await start(module, "--serve", name, "--folder", kept)
        assert process.stdout is not None
        assert process.stdin is not None
        yield Served(Path(kept), int(await process.stdout.readline()), process)
        process.stdin.close()
        await process.wait()


MARKS: dict[str, bytes] = {"bare": b'{"t":"msg.send"', "durable": b'{"t":"ack"', "real": b'{"t":"ack"'}
"""What a frame that lets the next message go begins with."""


async def measure(name: str, seconds: float) -> tuple[float, float]:
    """(CPU us for each message, messages a second) of one variant at saturation."""
    async with serving(name) as served:
        port, server = served.port, served.process
        sides = await (join_desk(port, served.folder, Side) if name == "real" else join_relay(port, Side))
        for side in sides:
            side.load(MARKS[name])
        await asyncio.sleep(1)
        before, cpu, clock = sum(side.done for side in sides), cpu_s(server.pid), time.perf_counter()
        await asyncio.sleep(seconds)
        count = sum(side.done for side in sides) - before
        cpu, wall = cpu_s(server.pid) - cpu, time.perf_counter() - clock
        for side in sides:
            side.transport.abort()
        return 1e6 * cpu / count, count / wall


async def compare(seconds: float, rounds: int) -> dict[str, Any]:
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in SERVERS}
    for _ in range(rounds):
        for name, results in found.items():
            results.append(await measure(name, seconds))
    us = {name: statistics.median(us for us, _ in results) for name, results in found.items()}
    rate = {name: statistics.median(rate for _, rate in results) for name, results in found.items()}
    return {
        "chats": CHATS,
        "in_flight": 2 * CHATS * WINDOW,
        "rounds": rounds,
        "seconds": seconds,
        "us": {name: round(value, 1) for name, value in us.items()},
        "rate": {name: round(value) for name, value in rate.items()},
        "busy": {name: round(us[name] * rate[name] / 1e6, 2) for name in SERVERS},
        "ratio_bare_relay": round(us["bare"] / us["real"], 3),
        "goal_bare_relay": 0.33,
        "ratio_durable_relay": round(us["durable"] / us["real"], 3),
        "goal_durable_relay": 0.55,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4.0, help="measured time of each variant and round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", choices=SERVERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        asyncio.run(serve(chosen.serve, chosen.folder))
    else:
        print(json.dumps(asyncio.run(compare(chosen.seconds, chosen.rounds)), indent=1))


if __name__ == "__main__":
    main()
