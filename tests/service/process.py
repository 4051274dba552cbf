"""A desk in a process of its own, which a test may kill."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import websockets

from router.journal.embedded import EmbeddedServer
from router.service.auth import Person, Tokens
from router.wire.sealing import DeskKeys
from tests.service.desk import PATIENCE_S, Client

ROOT = Path(__file__).parents[2]
POLICY = {"products": ["expense"], "languages": ["en"], "offer_timeout": "20 s", "no_answer_back_off": "10 s"}


class DeskProcess:
    """`python -m router.service serve` on a folder."""

    program = "router.service"
    """The module that is run."""
    within_s = 15.0
    """A start or an end that takes longer has failed."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.data = folder / "data"
        self.policy = folder / "policy.json"
        self.policy.write_text(json.dumps(POLICY))
        self.log = folder / "log"
        self.environment = {**os.environ, **environment}
        self.process: subprocess.Popen[str] | None = None
        self.port = 0
        self.clients: list[Client] = []

    async def start(self, *arguments: str) -> None:
        """Start it and wait until it can be reached."""
        self.process = self._run("serve", "--data", str(self.data), "--policy", str(self.policy), "--check", *arguments)
        assert self.process.stdout is not None
        line = await asyncio.wait_for(asyncio.to_thread(self.process.stdout.readline), self.within_s)
        assert line.startswith("http://"), self.log.read_text()
        self.port = int(line.rpartition(":")[2])

    def _run(self, *arguments: str) -> "subprocess.Popen[str]":
        with self.log.open("a") as log:
            return subprocess.Popen(
                [sys.executable, "-m", self.program, *arguments],
                cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True,
                start_new_session=True,  # Ctrl-C reaches the tests, which stop it in order
            )  # fmt: skip

    async def end(self, number: int) -> int:
        """Send a signal and wait for the end; the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return await self.ended()

    async def ended(self) -> int:
        """Wait for the end; the exit code."""
        assert self.process is not None
        code = await asyncio.wait_for(asyncio.to_thread(self.process.wait), self.within_s)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    async def run(self, *arguments: str) -> tuple[int, str]:
        """Run another command of the same program; exit code and output."""
        process = self._run(*arguments)
        output, _ = await asyncio.wait_for(asyncio.to_thread(process.communicate), 2 * self.within_s)
        return process.returncode, output

    def store_pid(self) -> int:
        """The process that holds the store's lock."""
        return int((self.data / "store" / "server.lock").read_text())

    async def join(self, person: Person, session: int | None = None) -> Client:
        """A client that is signed in."""
        tokens = Tokens(DeskKeys.load(self.data / "desk.keys").token_key)
        client = Client(
            await websockets.connect(f"ws://127.0.0.1:{self.port}/ws", subprotocols=["ringback.v1"], compression=None)
        )
        self.clients.append(client)
        token = tokens.issue(person, int(time.time()) + 600)
        await client.hear("hello")
        await client.say({"t": "auth", "token": token} | ({"session": session} if session is not None else {}))
        client.ready = await client.hear("ready")
        client.number = client.ready["next"] - 1
        return client

    async def health(self) -> dict[str, Any]:
        """What `/healthz` says."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        async with asyncio.timeout(PATIENCE_S):
            answer = await reader.read()
        writer.close()
        found: dict[str, Any] = json.loads(answer.partition(b"\r\n\r\n")[2])
        return found

    async def tidy(self) -> None:
        """Leave nothing running and nothing open."""
        for client in self.clients:
            client.socket.transport.abort()
        if self.process is not None and self.process.poll() is None:
            await self.end(signal.SIGTERM)
        if (self.data / "store").exists():
            # A killed server leaves its store running: adopt it, then stop it in order.
            async with EmbeddedServer(self.data / "store"):
                pass
