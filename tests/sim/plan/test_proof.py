"""A proof that may be looked at after every trial errs no more often than it says."""

import numpy as np
import pytest

from sim.plan.proof import limits, log_odds, log_odds_against, proved, refuted


def test_a_plan_that_is_not_good_enough_is_seldom_proved() -> None:
    """Of plans that keep their targets on just the wanted share of days at most one in twenty is ever proved."""
    days = np.random.default_rng(11).random((400, 400)) < 0.9

    ever = 0
    for one in days.cumsum(axis=1):
        ever += any(proved(int(kept), number, 0.9, 0.95) for number, kept in enumerate(one, 1) if kept > 0.9 * number)

    assert ever / len(days) <= 0.05


def test_a_good_plan_is_proved_after_some_dozens_of_days() -> None:
    """One that never misses is proved after 43 days, for 90 % at 95 %; an ordinary test with one look needs 29."""
    first = next(days for days in range(1, 1_000) if proved(days, days, 0.9, 0.95))

    assert 43 == first
    assert not proved(300, 330, 0.9, 0.95)
    assert refuted(10, 20, 0.9, 0.95)
    assert not refuted(18, 20, 0.9, 0.95)


@pytest.mark.parametrize("wanted", [0.5, 0.8, 0.95])
def test_the_odds_are_fair_where_the_probability_is_as_wanted(wanted: float) -> None:
    """Under it, each trial leaves the odds what they are on average: so no stopping rule can raise them."""
    for odds in (log_odds, log_odds_against):
        before = np.exp(odds(6, 9, wanted))
        after = wanted * np.exp(odds(7, 10, wanted)) + (1 - wanted) * np.exp(odds(6, 10, wanted))

        assert after == pytest.approx(before)


def test_an_interval_of_a_share() -> None:
    """Clopper and Pearson: 0 of 10 is 0 to 30.85 %, 81 of 263 is 25.27 to 36.76 % (R, binom.test)."""
    assert pytest.approx((0.0, 0.3085), abs=1e-4) == limits(0, 10)
    assert pytest.approx((0.2527, 0.3676), abs=1e-3) == limits(81, 263)
