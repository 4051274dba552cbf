"""
Quantiles of waits with intervals, by sectioning.

The waits within a replication depend on each other, so no order statistic of all of them gives an interval. Sectioning
takes each replication for a section: the point is the quantile of all waits together, and the spread of the sections'
own quantiles *round that point* gives its variance, sum (q_i - q)^2 / (n - 1) / n, with Student's t of n - 1 degrees of
freedom (S. Asmussen and P. W. Glynn, *Stochastic Simulation*, 2007, III.5a; M. K. Nakayama, "Confidence intervals for
quantiles using sectioning when applying variance-reduction techniques", ACM TOMACS 24 (2014)). Batching, which centres
on the mean of the q_i, inherits their bias, which is large where a section holds few waits; a section's bias makes
sectioning's interval wider instead.
"""

from collections.abc import Sequence

import numpy as np

from sim.statistics.estimate import NOTHING, Estimate, around
from sim.statistics.moments import Sample, sample_of
from sim.statistics.ratios import UNKNOWN, Difference


def quantile_of(pooled: float | None, sections: Sequence[float]) -> Estimate:
    """The quantile of everything, `pooled`, with its interval from the quantiles of the sections."""
    return sectioned(pooled, sample_of(list(sections)) if len(sections) else None)


def sectioned(pooled: float | None, sections: Sample | None) -> Estimate:
    """The same from a cell of one column, the sections' quantiles; one section gives no interval."""
    if pooled is None or sections is None:
        return NOTHING
    return around(pooled, _spread(pooled, sections) / max(sections.n, 1), sections.n - 1)


def sectioned_difference(base: float | None, other: float | None, sections: Sample) -> Difference:
    """
    Other less base under common random numbers, from a cell of (base, other) quantiles of each section.

    The sections' differences are taken round the difference of the pooled quantiles.
    """
    if base is None or other is None:
        return UNKNOWN
    contrast = np.array([-1.0, 1.0])
    n, centre = sections.n, other - base
    bias = float(contrast @ sections.mean) - centre
    together = float(contrast @ sections.covariance @ contrast)
    apart = float(np.trace(sections.covariance))
    variance = together + bias**2 * n / max(n - 1, 1)
    removed = 1.0 - together / apart if n > 1 and apart > 0 else None
    return Difference(around(centre, variance / max(n, 1), n - 1), removed)


def _spread(pooled: float, sections: Sample) -> float:
    """sum (q_i - q)^2 / (n - 1), from the sections' mean and variance."""
    n = sections.n
    return float(sections.covariance[0, 0]) + (float(sections.mean[0]) - pooled) ** 2 * n / max(n - 1, 1)
