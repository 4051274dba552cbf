"""What the ASC of a callback is promised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.core.estimates.promises import FORGIVEN_MS, PromiseRules, promise_range

MIN = 60_000
RULES = PromiseRules(unit_ms=5 * MIN, least_ms=15 * MIN)


def test_a_promise_is_told_in_five_minutes() -> None:
    """At 10:02 a wait of 11 to 31 minutes becomes "between 10:15 and 10:35"."""
    now = 602 * MIN

    assert (615 * MIN, 635 * MIN) == promise_range(now, 11 * MIN, 31 * MIN, RULES)


def test_edges_on_the_clock_stay() -> None:
    """What already lies on a multiple is not pushed on."""
    assert (10 * MIN, 30 * MIN) == promise_range(0, 10 * MIN, 30 * MIN, RULES)


def test_a_promise_has_a_least_width() -> None:
    """Nobody is promised a moment."""
    assert (5 * MIN, 20 * MIN) == promise_range(MIN, MIN, 2 * MIN, RULES)


def test_a_coarse_lower_edge_is_not_late() -> None:
    """With half-hour units a dial at P10 would be early by more than is forgiven: the edge is rounded down instead."""
    rules = PromiseRules(unit_ms=30 * MIN, least_ms=30 * MIN)

    assert (30 * MIN, 90 * MIN) == promise_range(10 * MIN, 25 * MIN, 60 * MIN, rules)
    assert (31 * MIN, 90 * MIN) == promise_range(31 * MIN, 2 * MIN, 35 * MIN, rules)


@given(
    st.integers(0, 10**13),
    st.integers(0, 10**8),
    st.integers(0, 10**8),
    st.integers(1, 60 * MIN),
    st.integers(0, 10**7),
)
def test_a_promise_covers_the_wait(now: int, early_ms: int, width_ms: int, unit_ms: int, least_ms: int) -> None:
    """A dial between P10 and P90 keeps it; it is wide enough, and ends by less than a unit later than needed."""
    late_ms = early_ms + width_ms
    begin, end = promise_range(now, early_ms, late_ms, PromiseRules(unit_ms, least_ms))

    assert now <= begin <= now + early_ms + FORGIVEN_MS
    assert now + late_ms <= end < max(now + late_ms, begin + least_ms) + unit_ms
    assert end - begin >= least_ms
    assert 0 == end % unit_ms


@pytest.mark.parametrize(("early_ms", "late_ms", "unit_ms"), [(2, 1, 1), (-1, 1, 1), (1, 2, 0)])
def test_nonsense_is_no_promise(early_ms: int, late_ms: int, unit_ms: int) -> None:
    """A range upside down or in the past, and a unit of nothing, are errors that name the numbers."""
    with pytest.raises(ValueError, match=f"not {early_ms}, {late_ms}, .*unit_ms={unit_ms}"):
        promise_range(0, early_ms, late_ms, PromiseRules(unit_ms=unit_ms))
