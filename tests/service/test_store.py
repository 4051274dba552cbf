"""The guardian of the embedded store does not give up, whatever keeps the store from starting."""

import os
import signal
from pathlib import Path

import pytest

from router.journal.embedded import EmbeddedServer
from router.journal.server_files import Lock
from router.service.store import StoreGuard
from tests.service.desk import until


async def test_a_store_that_cannot_write_is_started_once_it_can(tmp_path: Path):
    """A full disk ends the store and keeps it from starting: the guard goes on trying, and says so meanwhile."""
    server = EmbeddedServer(tmp_path / "store")
    guard = StoreGuard(server)
    await guard.start()
    in_the_way = tmp_path / "store" / "store.conf.new"  # writing the configuration fails, as without room
    in_the_way.mkdir()
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    await until(lambda: "does not start" in guard.trouble)
    in_the_way.rmdir()
    await until(lambda: not guard.trouble)

    assert (1, True) == (guard.restarts, server.alive)
    await guard.stop()


def test_a_lock_that_cannot_be_noted_is_not_kept(tmp_path: Path, monkeypatch):
    """Otherwise the next try would take our own lock for a living server, and wait for it for ever."""

    def no_room(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", no_room)
        with pytest.raises(OSError, match="No space"):
            Lock(tmp_path / "lock").take()
    other = Lock(tmp_path / "lock")

    assert other.take()
    other.release()
