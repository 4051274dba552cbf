"""One `ringback serve` for all tests that throw bytes at it; it must be well whatever the one before has done."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from router.service.auth import Tokens
from router.wire.sealing import DeskKeys
from tests.service.raw import Endpoint, Witness
from tests.web.desk import DeskProcess

MEMORY = Path("/dev/shm")


@pytest.fixture(scope="session")
def quick_folder() -> Iterator[Path]:
    """A folder in memory where there is such a thing: what is tested on it is not the disk."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def served(quick_folder: Path) -> Iterator[DeskProcess]:
    """The process."""
    desk = DeskProcess(quick_folder / "served", "--demo-tokens").start()
    yield desk
    desk.end()


@pytest.fixture(scope="session")
def endpoint(served: DeskProcess) -> Endpoint:
    """Its port, for raw clients."""
    return Endpoint(served.port, Tokens(DeskKeys.load(served.data / "desk.keys").token_key))


@pytest.fixture(scope="session")
def witness(endpoint: Endpoint) -> Iterator[Witness]:
    """Another client, signed in before all that happens."""
    made = Witness(endpoint)
    yield made
    made.leave()
