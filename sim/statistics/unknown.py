"""
How much of an interval is due to numbers that are not known exactly.

Every replication drew them anew, each from a standard normal of its own. What a measure owes to them is found by
regression on these normals, and what is left is the luck of the day. More replications average the luck away, but not
what is not known: the one number that is true stays as far from the file's as it is. So the whole interval has the
variance of the plain one, and on top of it the variance that the regression gives to the unknown numbers, less what the
coefficients would have by chance alone. (R. R. Barton, B. L. Nelson and W. Xie, "Quantifying input uncertainty via
simulation confidence intervals", INFORMS Journal on Computing 26 (2014), with a linear metamodel; the delta method for
ratios as in `sim.statistics.ratios`.)
"""

import math
from dataclasses import dataclass

import numpy as np

from sim.statistics.estimate import NOTHING, Estimate, around
from sim.statistics.moments import Sample
from sim.statistics.ratios import ratio


@dataclass(frozen=True, slots=True)
class Split:
    """
    One measure. `luck` is the interval that chance alone leaves, `whole` the one with what is not known.

    `share` of the whole interval's variance is what is not known; `parts` are the unknown numbers' shares of that, in
    their order. All None where there are too few replications to tell.
    """

    luck: Estimate
    whole: Estimate
    share: float | None
    parts: tuple[float, ...] | None


def split(sample: Sample) -> Split:
    """Of a cell's columns (top, bottom, normal, normal, ...): the ratio of the sums, and who moved it how much."""
    plain = ratio(sample.part(0, 1))
    count = len(sample.mean) - 2
    freedom = sample.n - 1 - count
    if plain.mean is None or freedom < 1:
        return Split(plain if plain.mean is not None else NOTHING, plain, None, None)
    gradient = np.array([1.0, -plain.mean]) / sample.mean[1]
    spread = float(gradient @ sample.covariance[:2, :2] @ gradient)
    inverse = np.linalg.pinv(sample.covariance[2:, 2:], hermitian=True)
    together = gradient @ sample.covariance[:2, 2:]
    slope = inverse @ together
    left = max(spread - float(slope @ together), 0.0) * (sample.n - 1) / freedom
    moved = slope**2 - left * np.diag(inverse) / (sample.n - 1)
    unknown = max(float(moved.sum()), 0.0)
    whole = spread / sample.n + unknown
    seen = np.maximum(moved, 0.0)
    return Split(
        luck=around(plain.mean, left / sample.n, freedom),
        whole=around(plain.mean, whole, freedom),
        share=unknown / whole if whole > 0 and math.isfinite(whole) else 0.0,
        parts=tuple((seen / seen.sum()).tolist()) if seen.sum() > 0 else (0.0,) * count,
    )
