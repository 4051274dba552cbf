"""
Control variates: what chance did to quantities whose expectation is known is taken out of the estimate by regression.

The estimate is r - b'(x - E[x]), with b from the regression of the replications' contributions to r on the controls.
Its variance is the residual's, with one degree of freedom less for each control, times 1/n plus what the controls' own
deviation adds (S. S. Lavenberg and P. D. Welch, "A perspective on the use of control variables to increase the
efficiency of Monte Carlo simulations", Management Science 27 (1981)). Exact when the two are jointly normal.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.statistics.estimate import Estimate, around
from sim.statistics.moments import Sample
from sim.statistics.ratios import ratio


@dataclass(frozen=True, slots=True)
class Reduced:
    """
    A measure before and after a technique. `removed` is the share of the estimate's variance that the technique took
    away, as measured on this run; below 0 it added some, and the plain estimate is the better one.
    """

    technique: str
    plain: Estimate
    reduced: Estimate
    removed: float | None

    @property
    def best(self) -> Estimate:
        """The reduced estimate where the technique removed variance, else the plain one."""
        return self.reduced if self.removed is not None and self.removed > 0 else self.plain


def controlled(technique: str, sample: Sample, expected: Sequence[float]) -> Reduced:
    """
    The ratio of a cell's columns (top, bottom, control, control, ...), controlled; `expected` are the controls' true
    means. Controls without any spread, or that repeat each other, have no effect.
    """
    plain = ratio(sample.part(0, 1))
    freedom = sample.n - 1 - len(expected)
    if plain.mean is None or plain.half_width is None or freedom < 1:
        return Reduced(technique, plain, plain, None)
    gradient = np.array([1.0, -plain.mean]) / sample.mean[1]
    spread = float(gradient @ sample.covariance[:2, :2] @ gradient)
    of_controls = sample.covariance[2:, 2:]
    inverse = np.linalg.pinv(of_controls, hermitian=True)
    together = gradient @ sample.covariance[:2, 2:]
    slope = inverse @ together
    apart = sample.mean[2:] - np.asarray(expected, dtype=np.float64)
    residual = max(spread - float(slope @ together), 0.0) * (sample.n - 1) / freedom
    variance = residual * (1 / sample.n + float(apart @ inverse @ apart) / (sample.n - 1))
    removed = 1 - variance / (spread / sample.n) if spread > 0 else None
    return Reduced(technique, plain, around(plain.mean - float(slope @ apart), variance, freedom), removed)
