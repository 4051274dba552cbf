"""The tests are tested: some of the bugs of `tests.core.bugs` are planted, and some random days must find them."""

import pytest

from tests.core.bugs import BUGS, found_by
from tests.core.bugs.plant import Bug, Patch

DAYS = 40
SLICE = (
    "one_too_many", "rings_in_an_outage", "taken_twice", "refusal_leaves_a_trace", "asked_again", "works_until_the_end",
    "waits_for_nobody", "levels_ignored", "waits_for_who_left", "cases_in_turn", "half_an_agent", "never_drained",
    "windows_ignored", "any_number_in_flight", "dialled_after_closing", "rings_for_ever", "nobody_is_sent_away",
    "works_at_night", "everybody_is_heard",
)  # fmt: skip
"""One of each kind, all found within some days; `make mutants` plants every one."""


@pytest.mark.parametrize("bug", [bug for bug in BUGS if bug.__name__ in SLICE], ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found(bug: Bug, monkeypatch: Patch):
    """No bug of the kinds that routers are known for gets past the laws and the model."""
    bug(monkeypatch)

    assert found_by(DAYS)


def test_without_a_bug_nothing_is_found():
    """The same days pass on the desk as it is, so that what is found is the bug."""
    assert not found_by(DAYS)


def test_every_bug_is_another_one():
    """Each planted bug has a name of its own and says what is wrong."""
    names = [bug.__name__ for bug in BUGS]

    assert sorted(set(names)) == sorted(names)
    assert set(SLICE) <= set(names)
    assert all((bug.__doc__ or "").endswith(".") for bug in BUGS)


@pytest.mark.long
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_every_planted_bug_is_found(bug: Bug, monkeypatch: Patch):
    """All of them, however long it takes."""
    bug(monkeypatch)

    assert found_by(1_000)
