"""A real desk for tests: the `ringback serve` process, its pages and its tokens."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

DEADLINE_S = 20.0
STEP_S = 0.02


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: str, true: Callable[[], Any], deadline_s: float = DEADLINE_S) -> Any:
    """The first thing `true` gives that is not false. Fails when the deadline passes."""
    ends = time.monotonic() + deadline_s
    while True:
        found = true()
        if found:
            return found
        assert time.monotonic() < ends, f"{what} did not happen within {deadline_s:g} s"
        time.sleep(STEP_S)  # a step between two looks, never what a test relies on


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a GET; (0, {}, b"") when nobody answers."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=5) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()
    except OSError:
        return 0, {}, b""


def token_of(desk: "DeskProcess", role: str, ident: int) -> Callable[[], str]:
    """A function that gives a visitor's token, always the same: the server need not be there when it is called."""
    body = json.dumps({"role": role, "id": ident}).encode()
    request = urllib.request.Request(
        f"{desk.address}/demo/token", body, {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        token = str(json.loads(answer.read())["token"])
    return lambda: token


class DeskProcess:
    """A `ringback` command that serves, in a process of its own, with everything it keeps in `data`."""

    def __init__(self, data: Path, *arguments: str, command: str = "serve") -> None:
        self.data = data
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._arguments = (command, "--data", str(data), "--port", str(self.port), *arguments)
        self.process: subprocess.Popen[str] | None = None

    @classmethod
    def demo(cls, data: Path, *arguments: str) -> "DeskProcess":
        """A `ringback demo`."""
        return cls(data, *arguments, command="demo")

    def start(self) -> "DeskProcess":
        """Start, and wait until it is well."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "web", *self._arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
            # What most tests are about is not recorded, and a process for it would be of no use to them.
            env={"RINGBACK_RECORDS": "none", **os.environ},
        )
        wait_for("the desk's start", lambda: get(f"{self.address}/healthz")[0] == 200)
        return self

    def health(self) -> dict[str, Any]:
        """What the desk says of itself."""
        return dict(json.loads(get(f"{self.address}/healthz")[2]))

    def kill(self, store_too: bool = True) -> None:
        """Kill the process, and the store it started, as a power cut would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self._close()
        if store_too:
            self._kill_store()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; returns its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(DEADLINE_S)
        self._close()
        return code

    def end(self) -> None:
        """Make sure that nothing is left running."""
        if self.process is not None and self.process.poll() is None:
            self.kill()
        else:
            self._kill_store()

    def _close(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _kill_store(self) -> None:
        for number in self._store_processes():
            os.kill(number, signal.SIGKILL)
        wait_for("the store's end", lambda: not self._store_processes())

    def _store_processes(self) -> list[int]:
        """Processes whose command line names this desk's store."""
        mark = str(self.data / "store").encode()
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    line = (folder / "cmdline").read_bytes()
                except OSError:
                    continue
                if b"valkey-server" in line and mark in line:
                    found.append(int(folder.name))
        return found
