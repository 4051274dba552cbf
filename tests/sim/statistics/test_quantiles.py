"""Quantiles by sectioning: known numbers, and coverage where the quantile is known."""

import math

import numpy as np
import pytest

from sim.statistics import NOTHING, Estimate
from sim.statistics.moments import sample_of
from sim.statistics.quantiles import quantile_of, sectioned_difference
from sim.statistics.ratios import UNKNOWN

EXPERIMENTS = 1_000
RUNS, WAITS = 30, 120
MIXED = 2.43943
"""90th percentile of exp(N(0, .3)) times a unit exponential: E[exp(-q / S)] = .1, by Gauss-Hermite quadrature."""


def test_the_spread_is_round_the_pooled_quantile() -> None:
    """Sections 1, 2, 6 round 4: (9 + 4 + 4) / 2 / 3, t(.975; 2) = 4.3027: 4 +- 7.2423."""
    estimate = quantile_of(4.0, [1.0, 2.0, 6.0])

    assert (estimate.mean, estimate.half_width) == (4.0, pytest.approx(4.302653 * math.sqrt(17 / 6)))


def test_without_waits_or_sections_there_is_nothing() -> None:
    """No waits: no quantile. One section: no interval."""
    assert (quantile_of(None, []), quantile_of(5.0, [5.0]).low) == (NOTHING, None)
    assert sectioned_difference(None, 4.0, sample_of([1.0], [2.0])) == UNKNOWN


def holds(estimate: Estimate, truth: float) -> bool:
    """Whether the interval has the truth in it."""
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low <= truth <= estimate.high


def waits(random: np.random.Generator) -> np.ndarray:
    """Days of waits whose 90th percentile over all days is known: exponential, each day with the same law."""
    return random.exponential(60.0, (RUNS, WAITS))


def test_intervals_of_p90_cover_it() -> None:
    """About 95 % of the intervals hold the true 90th percentile of exponential waits, ln(10) means."""
    random = np.random.default_rng(8)
    truth, hits = 60 * math.log(10), 0
    for _ in range(EXPERIMENTS):
        sample = waits(random)
        pooled = float(np.quantile(sample, 0.9, method="inverted_cdf"))
        sections = np.quantile(sample, 0.9, axis=1, method="inverted_cdf")
        estimate = quantile_of(pooled, sections.tolist())
        hits += holds(estimate, truth)

    assert 0.93 <= hits / EXPERIMENTS <= 0.97


def test_taking_waits_for_independent_is_found_out() -> None:
    """Planted: days that differ make waits alike within a day; an order-statistic interval misses far too often."""
    random = np.random.default_rng(9)
    by_order = by_section = 0
    rank = math.ceil(1.96 * math.sqrt(RUNS * WAITS * 0.9 * 0.1))
    truth = 60 * MIXED
    for _ in range(400):
        sample = waits(random) * np.exp(random.normal(0, 0.3, (RUNS, 1)))
        ordered = np.sort(sample, axis=None)
        place = int(0.9 * len(ordered))
        by_order += ordered[place - rank] <= truth <= ordered[place + rank]
        sections = np.quantile(sample, 0.9, axis=1, method="inverted_cdf").tolist()
        estimate = quantile_of(float(ordered[place]), sections)
        by_section += holds(estimate, truth)

    assert by_order / 400 < 0.75
    assert 0.92 <= by_section / 400 <= 0.985


def test_paired_sections_narrow_a_difference() -> None:
    """Two plans on the same days: the difference of their P90 has a narrower interval than either, and covers."""
    random = np.random.default_rng(10)
    hits = 0
    for _ in range(400):
        days = waits(random) * np.exp(random.normal(0, 0.3, (RUNS, 1)))
        base, other = days, 0.8 * days
        pooled = [float(np.quantile(one, 0.9, method="inverted_cdf")) for one in (base, other)]
        sections = [np.quantile(one, 0.9, axis=1, method="inverted_cdf").tolist() for one in (base, other)]
        difference = sectioned_difference(*pooled, sample_of(*sections))
        estimate = difference.estimate
        hits += holds(estimate, -0.2 * 60 * MIXED)
        assert (difference.removed or 0) > 0.9

    assert 0.90 <= hits / 400 <= 0.985
