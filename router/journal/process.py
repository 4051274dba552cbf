"""
A server process that we watch: a child of ours, or an orphan that an earlier life of ours has left behind.

No knowledge of the store enters here. A process is held by a descriptor where the system has them, so that a signal
never reaches a stranger who was given the same number later.
"""

import asyncio
import contextlib
import os
import select
import signal
import subprocess
import sys
from typing import Final

LOOK_AGAIN_S: Final = 0.05


class Process:
    """The process `pid`; `child` if it is our own, so that it can be reaped."""

    def __init__(self, pid: int, child: "subprocess.Popen[bytes] | None" = None) -> None:
        self.pid = pid
        self._child = child
        self._fd: int | None = None
        if sys.platform == "linux":
            self._fd = os.pidfd_open(pid)

    @property
    def alive(self) -> bool:
        """Say whether it still runs."""
        if self._child is not None:
            return self._child.poll() is None
        if self._fd is not None:
            return not select.select([self._fd], [], [], 0)[0]
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    @property
    def exit_code(self) -> int | None:
        """Its exit code (negative: the signal that ended it); None while it runs, and always for an orphan."""
        return None if self._child is None else self._child.poll()

    def send(self, number: signal.Signals) -> None:
        """Send it a signal; nothing happens if it is gone."""
        with contextlib.suppress(ProcessLookupError):
            if self._child is not None:
                self._child.send_signal(number)
            elif sys.platform == "linux" and self._fd is not None:
                signal.pidfd_send_signal(self._fd, number)
            else:
                os.kill(self.pid, number)

    async def wait(self) -> None:
        """Return when it has ended."""
        if sys.platform == "linux" and self._fd is not None:
            await _readable(self._fd)
        while self.alive:  # no descriptor on this system
            await asyncio.sleep(LOOK_AGAIN_S)

    def close(self) -> None:
        """Stop watching."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


async def _readable(fd: int) -> None:
    """Return when the descriptor can be read, as a process's can once it has ended."""
    loop = asyncio.get_running_loop()
    own = os.dup(fd)  # the loop knows one reader to a descriptor
    ended = asyncio.Event()
    loop.add_reader(own, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(own)
        os.close(own)
