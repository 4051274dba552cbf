"""Plain data comes back as the record it was, or not at all."""

from typing import Any

import pytest

from router.core.plain import plain, reader
from router.core.policy import EMPTY_POLICY, Policy


def test_a_policy_comes_back() -> None:
    """Every field of every record inside it, in its type."""
    assert EMPTY_POLICY == reader(Policy)(plain(EMPTY_POLICY))


@pytest.mark.parametrize(
    ("hint", "value", "told"),
    [
        (int, True, "True is not int"),
        (tuple[int, ...], (1,), "is not an array"),
        (tuple[int, int], [1], "is not an array of 2"),
        (tuple[str, ...], [1], "1 is not str"),
        (Policy, [], "Policy needs the fields"),
        (Policy, {**plain(EMPTY_POLICY), "callbacks": {**plain(EMPTY_POLICY.callbacks), "mode": "loud"}}, "none of"),
    ],
)
def test_what_does_not_fit_is_refused(hint: Any, value: Any, told: str) -> None:
    """Nothing is guessed and nothing is converted."""
    with pytest.raises((TypeError, ValueError), match=told):
        reader(hint)(value)


def test_only_what_has_a_plain_form_is_read() -> None:
    """A field of another type is noticed when the program starts, not when a file is read."""
    with pytest.raises(TypeError, match="may not have a field of"):
        reader(int | None)
