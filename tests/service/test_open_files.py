"""A desk may have as many sockets open as the system allows it."""

import resource
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from router.service.open_files import raise_open_files


@pytest.fixture
def limits() -> Iterator[tuple[int, int]]:
    """The limits of this process, which the test may lower and which are put back."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield before
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_the_soft_limit_is_raised_to_the_hard_one(limits: tuple[int, int]) -> None:
    """A system's usual 1,024 does not cut a desk off from its clients."""
    soft, hard = limits
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft - 1, hard))

    assert hard == raise_open_files()
    assert (hard, hard) == resource.getrlimit(resource.RLIMIT_NOFILE)


def test_too_low_a_hard_limit_is_said(limits: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator learns at the start, and not from clients, that there is room for few sockets only."""
    monkeypatch.setattr("router.service.open_files.MAX_SOCKETS", limits[1])
    with capture_logs() as said:
        raise_open_files()

    assert ["warning"] == [each["log_level"] for each in said]
