"""Control variates and strata: unbiased, honest intervals, and variance removed as often as they say."""

import numpy as np
import pytest
from scipy.special import gammainc, gammaincinv  # type: ignore[import-untyped]  # scipy ships no types

from sim.statistics.controls import Reduced, controlled
from sim.statistics.moments import Moments, Sample, sample_of
from sim.statistics.strata import post_stratified

EXPERIMENTS, RUNS = 500, 40
ALPHA = 30
"""Busyness of a day: gamma with mean 1 and this shape."""


def days(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(served in time, offered, busyness) of many days: the busier, the worse."""
    busyness = random.gamma(ALPHA, 1 / ALPHA, RUNS)
    offered = random.poisson(300 * busyness)
    # E[b (1 - b)] = -1/30, so that the ratio of means is .8 + .5/30.
    served = random.binomial(offered, np.clip(0.8 - 0.5 * (busyness - 1 - 1 / ALPHA), 0, 1))
    return served, offered, busyness


TRUTH = 0.8


def outcome(reduced: list[Reduced]) -> tuple[float, float, float, float]:
    """Mean of the estimates, coverage, true share of variance removed, and the mean share that was said."""
    points = np.array([[one.plain.mean, one.reduced.mean] for one in reduced], dtype=float)
    hits = [(one.reduced.low or 0) <= TRUTH <= (one.reduced.high or 0) for one in reduced]
    variances = points.var(axis=0)
    said = float(np.mean([one.removed or 0 for one in reduced]))
    return float(points[:, 1].mean()), float(np.mean(hits)), 1 - variances[1] / variances[0], said


def test_a_control_removes_what_it_says() -> None:
    """Arrivals explain most of a service level: unbiased, covered, and the share that is said is the true one."""
    random = np.random.default_rng(12)
    reduced = []
    for _ in range(EXPERIMENTS):
        served, offered, _busyness = days(random)
        reduced.append(controlled("arrivals", sample_of(*map(list, (served, offered, offered))), [300.0]))  # type: ignore[arg-type]
    mean, covered, removed, said = outcome(reduced)

    assert mean == pytest.approx(TRUTH, abs=0.002)
    assert 0.92 <= covered <= 0.975
    assert removed > 0.7
    assert said == pytest.approx(removed, abs=0.06)


def test_a_control_with_a_wrong_expectation_is_found_out() -> None:
    """Planted: an expectation that is 3 % off shifts every estimate, and the intervals miss."""
    random = np.random.default_rng(12)
    reduced = []
    for _ in range(100):
        served, offered, _busyness = days(random)
        reduced.append(controlled("arrivals", sample_of(*map(list, (served, offered, offered))), [309.0]))  # type: ignore[arg-type]

    assert outcome(reduced)[1] < 0.75


def noise(random: np.random.Generator, runs: int) -> Sample:
    """A measure, and two controls that have nothing to do with it."""
    return sample_of(*(random.normal(1, 0.1, runs).tolist() for _ in range(4)))


def test_a_useless_control_adds_variance_and_says_so() -> None:
    """Two controls without any connection cost degrees of freedom: below 0 in the mean; then the plain one is best."""
    random = np.random.default_rng(13)
    reduced = [controlled("noise", noise(random, 12), [1.0, 1.0]) for _ in range(200)]
    worse = [one for one in reduced if one.removed is not None and one.removed < 0]

    assert np.mean([one.removed for one in reduced if one.removed is not None]) < 0
    assert worse
    assert all(one.best == one.plain for one in worse)
    assert all(one.best == one.reduced for one in reduced if one not in worse)


def test_controls_that_repeat_each_other_or_never_move_do_no_harm() -> None:
    """The same control twice is one control; a constant is none; too few runs leave the plain estimate."""
    random = np.random.default_rng(14)
    served, offered, _busyness = (column.astype(float).tolist() for column in days(random))
    once = controlled("arrivals", sample_of(served, offered, offered), [300.0])
    twice = controlled("arrivals", sample_of(served, offered, offered, offered), [300.0, 300.0])
    still = controlled("nothing", sample_of(served, offered, [5.0] * RUNS), [5.0])
    few = controlled("few", sample_of(served[:2], offered[:2], offered[:2]), [300.0])

    assert twice.reduced.mean == pytest.approx(once.reduced.mean)
    assert still.reduced.mean == pytest.approx(still.plain.mean)
    assert (few.removed, few.reduced) == (None, few.plain)


def stratified(random: np.random.Generator, weights: list[float]) -> Reduced:
    """Days put into five strata of busyness, whose true weights are equal."""
    served, offered, busyness = days(random)
    edges = gammaincinv(ALPHA, np.arange(1, 5) / 5) / ALPHA
    strata = [Moments(1, 2) for _ in range(5)]
    for top, bottom, stratum in zip(served, offered, np.searchsorted(edges, busyness), strict=True):
        strata[stratum].add(np.array([[top, bottom]], dtype=float))
    return post_stratified("busyness", strata, weights)


def test_strata_remove_what_they_say() -> None:
    """Five strata of busyness: unbiased, covered, most of the variance gone, and as much as is said."""
    random = np.random.default_rng(15)
    mean, covered, removed, said = outcome([stratified(random, [0.2] * 5) for _ in range(EXPERIMENTS)])

    assert gammainc(ALPHA, gammaincinv(ALPHA, 0.2)) == pytest.approx(0.2)
    assert mean == pytest.approx(TRUTH, abs=0.002)
    assert 0.91 <= covered <= 0.975
    assert removed > 0.5
    assert said == pytest.approx(removed, abs=0.1)


def test_wrong_weights_are_found_out() -> None:
    """Planted: strata that count as if quiet days were twice as likely shift the estimate, and the intervals miss."""
    random = np.random.default_rng(15)

    assert outcome([stratified(random, [0.4, 0.3, 0.1, 0.1, 0.1]) for _ in range(100)])[1] < 0.5


def test_thin_strata_are_joined_and_weights_must_sum_to_one() -> None:
    """A stratum with one day has no spread of its own: it goes with its neighbour, at either end."""
    thin = [Moments(1, 2) for _ in range(3)]
    for stratum, count in zip(thin, (1, 20, 1), strict=True):
        for day in range(count):
            stratum.add(np.array([[day % 3, 1.0]]))

    reduced = post_stratified("busyness", thin, [0.3, 0.4, 0.3])

    assert reduced.reduced.mean == pytest.approx(reduced.plain.mean)  # One stratum is left.
    with pytest.raises(ValueError, match="sum to 1"):
        post_stratified("busyness", thin, [0.5, 0.4, 0.3])
