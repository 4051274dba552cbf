"""Servers and worlds for the journal's tests; a server is shared by a whole run, each test has a desk of its own."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from router.journal.embedded import EmbeddedServer
from router.journal.server_binary import find_server_binary
from tests.journal.worlds import MemoryWorld, StoreWorld, World

Servers = Callable[[str], EmbeddedServer]


def server_program(kind: str) -> Path:
    """Return the server program of this kind, or skip: Debian's Redis 7.0 is not everywhere."""
    if kind == "valkey":
        return find_server_binary()
    found = shutil.which("redis-server")
    if found is None or "v=7.0" not in subprocess.run([found, "--version"], capture_output=True, text=True).stdout:
        pytest.skip("redis-server 7.0 is not installed")
    return Path(found)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Start a server of a kind when it is first asked for, and stop them all at the end."""
    running: dict[str, EmbeddedServer] = {}

    def of_kind(kind: str) -> EmbeddedServer:
        if kind not in running:
            server = EmbeddedServer(tmp_path_factory.mktemp(kind), program=server_program(kind))
            asyncio.run(server.start())
            running[kind] = server
        return running[kind]

    yield of_kind
    for server in running.values():
        asyncio.run(server.stop())


@pytest.fixture(params=["valkey", "redis"])
def server(request: pytest.FixtureRequest, servers: Servers) -> EmbeddedServer:
    """A running server of each kind."""
    return servers(request.param)


@pytest.fixture
async def store(server: EmbeddedServer) -> AsyncIterator[StoreWorld]:
    """A fresh desk on a real server."""
    made = StoreWorld(server)
    yield made
    await made.close()


@pytest.fixture(params=["memory", "valkey", "redis"])
def place(request: pytest.FixtureRequest, servers: Servers) -> EmbeddedServer | None:
    """Where the contract is tested: None for memory."""
    return None if request.param == "memory" else servers(request.param)


@pytest.fixture
async def world(place: EmbeddedServer | None) -> AsyncIterator[World]:
    """A fresh desk in memory or on a real server."""
    made: World = MemoryWorld() if place is None else StoreWorld(place)
    yield made
    await made.close()
