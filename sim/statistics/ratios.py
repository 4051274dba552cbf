"""
Means, ratios of sums, and differences of both under common random numbers, each with its interval.

Replications are independent and identically distributed, so Student's t applies to means. A ratio such as a service
level is the ratio of the sums, never the mean of the ratios. It is a smooth function of means, and its variance comes
from the delta method: gradient' covariance gradient / n (S. Asmussen and P. W. Glynn, *Stochastic Simulation*, 2007,
III.3; for the ratio this is the variance of (top - ratio * bottom) / mean bottom of A. M. Law, *Simulation Modeling and
Analysis*). Two plans that met the same customers are compared replication by replication: the covariance between them
enters the gradient's sandwich and narrows the interval (Law, 10.2.1, paired t; 11.2, common random numbers).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.statistics.estimate import NOTHING, Estimate, around
from sim.statistics.moments import Floats, Sample, sample_of


def mean_of(values: Sequence[float]) -> Estimate:
    """The mean of one value per replication, with Student's t interval (n - 1 degrees of freedom)."""
    return NOTHING if not len(values) else mean(sample_of(list(values)))


def ratio_of(tops: Sequence[float], bottoms: Sequence[float]) -> Estimate:
    """The ratio of two sums, from one pair per replication, with the delta-method interval."""
    if len(tops) != len(bottoms):
        raise ValueError(f"{len(tops)} numerators do not pair with {len(bottoms)} denominators")
    return NOTHING if not len(tops) else ratio(sample_of(list(tops), list(bottoms)))


def mean(sample: Sample) -> Estimate:
    """The mean of a cell of one column."""
    return NOTHING if not sample.n else _smooth(float(sample.mean[0]), np.ones(1), sample)


def ratio(sample: Sample) -> Estimate:
    """The ratio of a cell's columns (top, bottom); nothing where every bottom was 0."""
    gradient = _gradient(sample)
    return NOTHING if gradient is None else _smooth(float(sample.mean[0] / sample.mean[1]), gradient, sample)


@dataclass(frozen=True, slots=True)
class Difference:
    """
    Other less base, paired.

    `removed` is the share of the difference's variance that pairing has taken away against two independent experiments
    of the same size, measured on these very numbers: 1 - Var(paired) / (Var(other) + Var(base)). Below 0 pairing has
    added variance. None where there is no variance at all or no second replication.
    """

    estimate: Estimate
    removed: float | None

    @property
    def told(self) -> bool:
        """Whether the interval leaves 0 out: the two are told apart."""
        low, high = self.estimate.low, self.estimate.high
        return low is not None and high is not None and (low > 0 or high < 0)


UNKNOWN = Difference(NOTHING, None)


def ratio_difference(sample: Sample) -> Difference:
    """Of a cell's columns (top, bottom) of the base and (top, bottom) of the other: other ratio - base ratio."""
    base, other = _gradient(sample.part(0, 1)), _gradient(sample.part(2, 3))
    if base is None or other is None:
        return UNKNOWN
    centre = float(sample.mean[2] / sample.mean[3] - sample.mean[0] / sample.mean[1])
    paired = _smooth(centre, np.concatenate((-base, other)), sample)
    apart = _variance(base, sample.part(0, 1)) + _variance(other, sample.part(2, 3))
    together = _variance(np.concatenate((-base, other)), sample)
    return Difference(paired, 1.0 - together / apart if sample.n > 1 and apart > 0 else None)


def _gradient(sample: Sample) -> Floats | None:
    """Of top / bottom at the means; None where it has no value."""
    if not sample.n or not sample.mean[1]:
        return None
    top, bottom = sample.mean
    return np.array([1.0 / bottom, -top / bottom**2])


def _variance(gradient: Floats, sample: Sample) -> float:
    """Of one replication's contribution to the smooth function with this gradient."""
    return float(gradient @ sample.covariance @ gradient)


def _smooth(centre: float, gradient: Floats, sample: Sample) -> Estimate:
    return around(centre, _variance(gradient, sample) / sample.n, sample.n - 1)
