"""
Strata: quiet, ordinary and busy days, each given the weight that it truly has instead of the one that chance gave it.

The probability of each stratum must be known. Where days can be drawn stratum by stratum they should be; here they are
drawn as they come and weighted afterwards (post-stratification: W. G. Cochran, *Sampling Techniques*, 5A.9). Given how
many days fell into each stratum, the variance of a stratified mean is sum w_h^2 s_h^2 / n_h; a ratio of two such means
gets its interval by the delta method.
"""

from collections.abc import Sequence

import numpy as np

from sim.statistics.controls import Reduced
from sim.statistics.estimate import around
from sim.statistics.moments import Moments, Sample
from sim.statistics.ratios import ratio


def post_stratified(technique: str, strata: Sequence[Moments], weights: Sequence[float], cell: int = 0) -> Reduced:
    """
    The ratio of a cell's columns (top, bottom), from one `Moments` per stratum and the strata's true probabilities.

    A stratum with fewer than two days is joined with its neighbour, whose weight grows accordingly. Degrees of freedom
    are those of the deviations within strata, n - strata, which is on the careful side of Satterthwaite's.
    """
    if len(strata) != len(weights) or abs(sum(weights) - 1) > 1e-9:
        raise ValueError(f"{len(strata)} strata need as many weights, which sum to 1; given {list(weights)}")
    overall = Moments(*_shape(strata[0]))
    for stratum in strata:
        overall.merge(stratum)
    everything = overall.sample(cell).part(0, 1)
    plain = ratio(everything)
    joined = _joined(strata, weights, cell)
    freedom = everything.n - len(joined)
    if plain.mean is None or plain.half_width is None or freedom < 1:
        return Reduced(technique, plain, plain, None)
    centre = np.sum([weight * sample.mean[:2] for weight, sample in joined], axis=0)
    value = float(centre[0] / centre[1])
    gradient = np.array([1.0, -value]) / centre[1]
    variance = sum(
        weight**2 * float(gradient @ sample.covariance[:2, :2] @ gradient) / sample.n for weight, sample in joined
    )
    before = np.array([1.0, -plain.mean]) / everything.mean[1]
    spread = float(before @ everything.covariance @ before)
    removed = 1 - variance / (spread / everything.n) if spread > 0 else None
    return Reduced(technique, plain, around(value, variance, freedom), removed)


def _joined(strata: Sequence[Moments], weights: Sequence[float], cell: int) -> list[tuple[float, Sample]]:
    """Strata in order, joined until each holds at least two days."""
    result: list[tuple[float, Moments]] = []
    for weight, stratum in zip(weights, strata, strict=True):
        grown = Moments(*_shape(stratum))
        grown.merge(stratum)
        if result and (result[-1][1].sample(cell).n < 2 or grown.sample(cell).n < 2):
            previous_weight, previous = result.pop()
            grown.merge(previous)
            weight += previous_weight
        result.append((weight, grown))
    return [(weight, moments.sample(cell)) for weight, moments in result]


def _shape(moments: Moments) -> tuple[int, int]:
    return moments.cells, moments.width
