"""The desk that is tormented: the real program in a process of its own on a fixed port, and its store's process."""

import asyncio
import json
import os
import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from router.service.auth import Person, Tokens
from router.wire.sealing import DeskKeys
from tests.chaos.victim import POINT_FILE
from tests.service.desk import ORIGIN, until
from tests.service.process import DeskProcess

RULES = {
    "products": ["expense", "travel"], "languages": ["en", "de"],
    "offer_timeout": "1 s", "no_answer_back_off": "300 ms", "decline_back_off": "100 ms", "busy_back_off": "300 ms",
    "max_no_answer": 3, "agent_grace": "2 s", "asc_grace": "3 s", "wrap_up": "5 s",
    "callbacks": {"retries": {"no_answer": ["500 ms", "1 s"], "busy": ["500 ms"]}},
}  # fmt: skip
"""Short times, so that each kind of deadline is met by some kill."""


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Desk(DeskProcess):
    """A desk on `folder`; it comes back at the same address."""

    program = "tests.chaos.victim"
    within_s = 60.0
    """A machine may be busy with other things; what is slow is seen in the report."""

    def __init__(self, folder: Path) -> None:
        self._point = folder / "point"
        super().__init__(folder, **{POINT_FILE: str(self._point)})
        self.policy.write_text(json.dumps(RULES))
        self.port = _free_port()
        self.url = f"ws://127.0.0.1:{self.port}/ws"
        self._tokens: Tokens | None = None

    async def begin(self) -> None:
        """Start it, or start it again."""
        await self.start("--port", str(self.port), "--origin", ORIGIN)

    async def begin_and_die(self, after_s: float) -> None:
        """Start it and kill it before it is up."""
        self.process = self._run(
            "serve", "--data", str(self.data), "--policy", str(self.policy), "--check", "--port", str(self.port)
        )
        await asyncio.sleep(after_s)
        await self.kill()

    def token(self, person: Person, expires_s: int) -> str:
        """A token for somebody."""
        if self._tokens is None:
            self._tokens = Tokens(DeskKeys.load(self.data / "desk.keys").token_key)
        return self._tokens.issue(person, expires_s)

    async def kill(self) -> None:
        """Kill -9 of the server."""
        await self.end(signal.SIGKILL)

    async def kill_at(self, point: str, within_s: float = 3.0) -> bool:
        """Let the server kill itself at a fail point; kill it where it is, if it does not come there."""
        assert self.process is not None
        self._point.write_text(point)
        self.process.send_signal(signal.SIGUSR1)
        try:
            await asyncio.wait_for(asyncio.to_thread(self.process.wait, within_s), within_s + 1)
            reached = True
        except (subprocess.TimeoutExpired, TimeoutError):
            reached = False
        await self.kill()
        return reached

    @property
    def store_folder(self) -> Path:
        """Where the store keeps its data."""
        return self.data / "store"

    def signal_store(self, number: signal.Signals) -> None:
        """Send the store's process a signal, if it runs."""
        with suppress(ProcessLookupError, ValueError):
            os.kill(self.store_pid(), number)

    async def kill_store(self) -> None:
        """Kill -9 of the store, and wait for its end."""
        pid = self.store_pid()
        self.signal_store(signal.SIGKILL)
        await until(lambda: not _runs(pid))

    async def no_store(self) -> None:
        """See that no store is left: a node that dies after its store may have started another in between."""
        # Its command line names the configuration at first, and its socket as soon as it serves.
        marks = [os.fsencode(self.store_folder / "store.conf"), os.fsencode(self.socket_path())]
        while left := [pid for pid in _processes() if any(mark in _command_line(pid) for mark in marks)]:
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            await until(lambda left=left: not any(_runs(pid) for pid in left))

    def append_only_file(self) -> Path:
        """The file that the store writes now."""
        files = list((self.store_folder / "journal").glob("*.incr.aof"))
        return max(files, key=lambda file: int(file.name.split(".")[-3]))

    def socket_path(self) -> Path:
        """Where the store listens."""
        return Path(json.loads((self.store_folder / "access.json").read_text())["socket"])

    def admin(self) -> Redis:
        """A connection to the store that may do everything."""
        found = json.loads((self.store_folder / "access.json").read_text())
        return Redis(unix_socket_path=found["socket"], username="admin", password=found["admin_password"])

    async def well(self, within_s: float = 20.0) -> dict[str, Any]:
        """Wait until it says that it is well. Raises TimeoutError."""
        async with asyncio.timeout(within_s):
            while True:
                with suppress(OSError, ValueError, TimeoutError):
                    found = await self.health()
                    if found["status"] == "ok":
                        return found
                await asyncio.sleep(0.05)


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _runs(pid: int) -> bool:
    """Whether a process lives; one that is dead and not yet collected by its parent does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
