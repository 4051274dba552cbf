"""Intervals of means, ratios and differences: known values, and coverage where the truth is known."""

from collections.abc import Callable

import numpy as np
import pytest

from sim.statistics import NOTHING, Estimate, mean_of, ratio_of
from sim.statistics.moments import sample_of
from sim.statistics.ratios import UNKNOWN, Difference, ratio_difference

EXPERIMENTS = 1_500
RUNS = 30


def test_mean_has_the_textbook_interval() -> None:
    """1..5: mean 3, deviation 1.5811, t(.975; 4) = 2.7764, half-width 1.9632."""
    estimate = mean_of([1.0, 2.0, 3.0, 4.0, 5.0])

    assert estimate == Estimate(3.0, pytest.approx(1.03676, abs=1e-5), pytest.approx(4.96324, abs=1e-5))


def test_one_run_has_no_interval() -> None:
    """With one replication the spread is unknown, and nothing pretends otherwise."""
    assert (mean_of([7.0]), ratio_of([3.0], [4.0])) == (Estimate(7.0, None, None), Estimate(0.75, None, None))


def test_nothing_observed_has_no_value() -> None:
    """No runs, or nothing to divide by, give no number: neither 0 nor a crash."""
    nothing = sample_of([1.0, 2.0], [0.0, 0.0], [1.0, 2.0], [1.0, 1.0])

    assert (mean_of([]), ratio_of([], []), ratio_of([0.0, 0.0], [0.0, 0.0])) == (NOTHING, NOTHING, NOTHING)
    assert ratio_difference(nothing) == UNKNOWN


def test_a_ratio_is_of_sums() -> None:
    """A quiet day and a busy day count by their customers, not as two equal shares."""
    assert ratio_of([1.0, 50.0], [1.0, 100.0]).mean == pytest.approx(51 / 101)


def test_unequal_lengths_are_refused() -> None:
    """Numerators and denominators come in pairs."""
    with pytest.raises(ValueError, match="do not pair"):
        ratio_of([1.0], [1.0, 2.0])


def coverage(experiment: Callable[[np.random.Generator], tuple[Estimate, float]], seed: int = 20) -> float:
    """How many of many experiments have the truth in their interval."""
    random = np.random.default_rng(seed)
    hits = 0
    for _ in range(EXPERIMENTS):
        estimate, truth = experiment(random)
        hits += (estimate.low or 0) <= truth <= (estimate.high or 0)
    return hits / EXPERIMENTS


def a_ratio(random: np.random.Generator) -> tuple[list[float], list[float]]:
    """Thirty days with a served share of 0.8; busy days are worse days, as they are in life."""
    busyness = random.gamma(20, 1 / 20, RUNS)
    offered = random.poisson(100 * busyness)
    share = 0.8 - 0.1 * (busyness - 1.05)  # E[busyness * (busyness - 1.05)] = 0: the ratio of means stays 0.8.
    return random.binomial(offered, share).tolist(), offered.tolist()


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    """About 95 % of the intervals of 30 replications hold the true mean, and the true ratio of correlated counts."""
    of_mean = coverage(lambda random: (mean_of(random.poisson(100, RUNS).tolist()), 100))
    of_ratio = coverage(lambda random: (ratio_of(*a_ratio(random)), 0.8))

    assert 0.93 <= of_mean <= 0.97
    assert 0.93 <= of_ratio <= 0.97


def test_the_coverage_check_finds_a_wrong_formula() -> None:
    """Planted: taking top and bottom for independent makes intervals that nearly always hold the truth."""

    def independent(random: np.random.Generator) -> tuple[Estimate, float]:
        tops, bottoms = a_ratio(random)
        random.shuffle(bottoms)
        return ratio_of(tops, bottoms), 0.8

    assert coverage(independent) > 0.985


def compared(random: np.random.Generator, linked: bool) -> tuple[Difference, float]:
    """Two plans with shares 0.75 and 0.8, on the same customers or on others."""
    offered = random.poisson(200, RUNS)
    luck = random.normal(0, 0.04, RUNS)
    others = (offered, luck) if linked else (random.poisson(200, RUNS), random.normal(0, 0.04, RUNS))
    base = random.binomial(offered, 0.75 + luck)
    other = random.binomial(others[0], 0.8 + others[1])
    return ratio_difference(sample_of(base.tolist(), offered.tolist(), other.tolist(), others[0].tolist())), 0.05


def test_differences_cover_the_truth_and_pairing_narrows_them() -> None:
    """95 % of the intervals hold the true difference, with common customers and without; common ones narrow them."""
    widths: dict[bool, list[float]] = {True: [], False: []}
    removed: dict[bool, list[float]] = {True: [], False: []}

    def experiment(random: np.random.Generator, linked: bool) -> tuple[Estimate, float]:
        difference, truth = compared(random, linked)
        widths[linked].append(difference.estimate.half_width or 0)
        removed[linked].append(difference.removed or 0)
        return difference.estimate, truth

    for linked in (True, False):
        assert 0.93 <= coverage(lambda random, linked=linked: experiment(random, linked)) <= 0.97  # type: ignore[misc]
    assert np.mean(widths[True]) < 0.75 * np.mean(widths[False])
    # What is said to be removed is what was: the ratio of the squared widths, and nothing without common customers.
    assert np.mean(removed[True]) == pytest.approx(
        1 - np.mean(widths[True]) ** 2 / np.mean(widths[False]) ** 2, abs=0.05
    )
    assert np.mean(removed[False]) == pytest.approx(0, abs=0.02)
    assert min(removed[False]) < 0


def test_a_plan_compared_with_itself_differs_by_nothing() -> None:
    """The same numbers twice: exactly 0, with no width, and not told apart."""
    tops, bottoms = [7.0, 80.0, 41.0], [10.0, 100.0, 60.0]

    difference = ratio_difference(sample_of(tops, bottoms, tops, bottoms))

    assert (difference.estimate.mean, difference.told) == (0.0, False)
    assert difference.estimate.half_width == pytest.approx(0, abs=1e-9)
    assert difference.removed == pytest.approx(1)
