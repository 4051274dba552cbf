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
from typing import Any

from aiohttp import WSMsgType, web
from redis.asyncio import Redis

from benchmarks.sides import CHATS, WINDOW, Side, join_desk, join_relay
from router.journal.embedded import EmbeddedServer
from router.service.limits import Limits
from router.service.logs import set_up_logs
from router.service.server import BACKLOG, DeskService, ServiceSettings, start_service
from router.wire.frames import PROTOCOL
from router.wire.policy import PolicyDocument

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
    limits = Limits(
        asc_rate=1e6, asc_burst=1_000_000, asc_minute=10**9, company_minute=10**9, agent_rate=1e6, agent_burst=1_000_000
    )  # fmt: skip
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
