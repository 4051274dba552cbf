"""
The tests are tested: each bug is planted in the desk, and some random days must find it.

A bug that is found here is one that the laws, the model, the slower clock or the record of repetitions would find.
`python -m tests.core.test_planted_bugs` (or `make mutants`) says which of them did.
"""

import sys
from collections.abc import Callable

import pytest

from router.core.errors import Broken
from tests.core.planted import BUGS
from tests.core.planted_rules import RULE_BUGS
from tests.core.world import random_day

Patch = pytest.MonkeyPatch
ALL_BUGS = (*BUGS, *RULE_BUGS)
DAYS = 130
STEPS = 150


def finder(days: int = DAYS, steps: int = STEPS) -> str:
    """What goes wrong in the first of these random days that does, "" if none; the days are the same every time."""
    for number in range(days):
        try:
            random_day(number, steps)
        except (AssertionError, Broken, LookupError) as error:
            return f"day {number}: {type(error).__name__}: {str(error).strip().splitlines()[0] if str(error) else ''}"
    return ""


@pytest.mark.parametrize("bug", ALL_BUGS, ids=lambda bug: bug.__name__)
def test_every_planted_bug_is_found(bug: Callable[[Patch], None], monkeypatch: Patch):
    """No bug of the kinds that routers are known for gets past the laws and the model."""
    bug(monkeypatch)

    assert finder()


def test_without_a_bug_nothing_is_found():
    """The same days pass on the desk as it is, so that what is found is the bug."""
    assert not finder()


def main() -> int:
    """Print each bug with what found it; 1 when one was not found."""
    lost = 0
    for bug in ALL_BUGS:
        with pytest.MonkeyPatch.context() as patch:
            bug(patch)
            found = finder()
        lost += not found
        print(f"{bug.__name__:32} {found[:110] or 'NOT FOUND'}", flush=True)
    print(f"{len(ALL_BUGS) - lost} of {len(ALL_BUGS)} planted bugs found")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
