"""One `ringback serve` for all tests that throw bytes at it; it must be well whatever the one before has done."""

from collections.abc import Iterator

import pytest

from router.service.auth import Tokens
from router.wire.sealing import DeskKeys
from tests.service.raw import Endpoint, Witness
from tests.web.desk import DeskProcess


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    """The process."""
    desk = DeskProcess(tmp_path_factory.mktemp("served") / "desk", "--demo-tokens").start()
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
