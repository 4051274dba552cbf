"""
From replications to a number with its interval: means, and ratios of sums.

Replications are independent and identically distributed, so Student's t applies to their means; a ratio such as a
service level is the ratio of the sums, never the mean of the ratios, and gets its interval by the delta method.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import stdtrit  # type: ignore[import-untyped]  # scipy ships no types

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A point and its 95 % interval. Nothing observed: all None; one run only: no interval."""

    mean: float | None
    low: float | None
    high: float | None


NOTHING = Estimate(None, None, None)


def _around(centre: float, variance: float, runs: int) -> Estimate:
    half = float(stdtrit(runs - 1, (1 + CONFIDENCE) / 2)) * math.sqrt(variance / runs)
    return Estimate(centre, centre - half, centre + half)


def mean_of(values: Sequence[float]) -> Estimate:
    """The mean of one value per replication, with Student's t interval (n - 1 degrees of freedom)."""
    runs = len(values)
    if runs == 0:
        return NOTHING
    mean = math.fsum(values) / runs
    if runs == 1:
        return Estimate(mean, None, None)
    variance = math.fsum((value - mean) ** 2 for value in values) / (runs - 1)
    return _around(mean, variance, runs)


def ratio_of(tops: Sequence[float], bottoms: Sequence[float]) -> Estimate:
    """
    The ratio of two sums, from one pair per replication, with the delta-method interval.

    Its variance is that of (top - ratio * bottom) / mean bottom: A. M. Law, *Simulation Modeling and Analysis*, on the
    ratio estimator. The interval is symmetric, so for a share near 0 or 1 it is cut there by whoever prints it.
    """
    runs = len(tops)
    if runs != len(bottoms):
        raise ValueError(f"{runs} numerators do not pair with {len(bottoms)} denominators")
    below = math.fsum(bottoms)
    if runs == 0 or below == 0:
        return NOTHING
    ratio = math.fsum(tops) / below
    if runs == 1:
        return Estimate(ratio, None, None)
    errors = math.fsum((top - ratio * bottom) ** 2 for top, bottom in zip(tops, bottoms, strict=True))
    return _around(ratio, errors / (runs - 1) / (below / runs) ** 2, runs)
