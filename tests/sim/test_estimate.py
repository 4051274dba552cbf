"""Intervals: known values, and coverage where the truth is known."""

import numpy as np
import pytest

from sim.estimate import NOTHING, Estimate, mean_of, ratio_of


def test_mean_has_the_textbook_interval() -> None:
    """1..5: mean 3, deviation 1.5811, t(.975; 4) = 2.7764, half-width 1.9632."""
    estimate = mean_of([1.0, 2.0, 3.0, 4.0, 5.0])

    assert estimate == Estimate(3.0, pytest.approx(1.03676, abs=1e-5), pytest.approx(4.96324, abs=1e-5))


def test_one_run_has_no_interval() -> None:
    """With one replication the spread is unknown, and nothing pretends otherwise."""
    assert (mean_of([7.0]), ratio_of([3.0], [4.0])) == (Estimate(7.0, None, None), Estimate(0.75, None, None))


def test_nothing_observed_has_no_value() -> None:
    """No runs, or nothing to divide by, give no number: neither 0 nor a crash."""
    assert (mean_of([]), ratio_of([], []), ratio_of([0.0, 0.0], [0.0, 0.0])) == (NOTHING, NOTHING, NOTHING)


def test_a_ratio_is_of_sums() -> None:
    """A quiet day and a busy day count by their customers, not as two equal shares."""
    assert ratio_of([1.0, 50.0], [1.0, 100.0]).mean == pytest.approx(51 / 101)


def test_unequal_lengths_are_refused() -> None:
    """Numerators and denominators come in pairs."""
    with pytest.raises(ValueError, match="do not pair"):
        ratio_of([1.0], [1.0, 2.0])


def holds(estimate: Estimate, truth: float) -> bool:
    """Whether the interval has the truth in it."""
    return (estimate.low or 0) <= truth <= (estimate.high or 0)


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    """Of 2,000 experiments of 30 replications about 95 % of the intervals hold the true mean and the true ratio."""
    random = np.random.default_rng(20)
    covered_mean = covered_ratio = 0
    for _ in range(2_000):
        offered = random.poisson(100, 30)
        served = random.binomial(offered, 0.8)
        mean, ratio = mean_of(offered.tolist()), ratio_of(served.tolist(), offered.tolist())
        covered_mean += holds(mean, 100)
        covered_ratio += holds(ratio, 0.8)

    assert 0.93 <= covered_mean / 2_000 <= 0.97
    assert 0.93 <= covered_ratio / 2_000 <= 0.97
