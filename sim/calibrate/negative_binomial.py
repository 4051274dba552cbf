"""
The negative binomial law of counts: Poisson under a gamma factor with mean 1 and variance 1 / alpha.

Maximum likelihood as in J. Lawless, "Negative binomial and mixed Poisson regression", Canadian Journal of Statistics 15
(1987): for one group the mean is the sample's, and alpha maximises the profile likelihood; the standard error is that
of the observed information in log alpha.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]  # scipy ships no types
from scipy.special import gammaln  # type: ignore[import-untyped]

from sim.laws import Floats

_LEAST, _MOST = math.log(1e-3), math.log(1e7)


@dataclass(frozen=True, slots=True)
class Fit:
    """
    The mean and alpha of one group of counts, with standard errors; alpha is infinite where nothing varies beyond
    Poisson. `moments` is the estimate mean^2 / (variance - mean), which outlying days move more.
    """

    n: int
    mean: float
    mean_error: float
    alpha: float
    alpha_error: float
    moments: float


def fit(counts: Floats) -> Fit:
    """Fit a group of at least two counts, not all 0; ValueError otherwise. Counts need not be whole."""
    n = len(counts)
    mean = float(counts.mean()) if n else 0.0
    if n < 2 or not mean:
        raise ValueError("a fit needs at least two counts that are not all 0")
    variance = float(counts.var(ddof=1))
    mean_error = math.sqrt(variance / n)
    moments = mean**2 / (variance - mean) if variance > mean else math.inf
    if float(counts.var()) <= mean:
        return Fit(n, mean, mean_error, math.inf, math.inf, moments)

    def loss(log_alpha: float) -> float:
        return -log_likelihood(counts, mean, math.exp(log_alpha))

    best = float(minimize_scalar(loss, bounds=(_LEAST, _MOST), method="bounded", options={"xatol": 1e-9}).x)
    step = 1e-3
    curvature = (loss(best + step) - 2 * loss(best) + loss(best - step)) / step**2
    alpha = math.exp(best)
    return Fit(n, mean, mean_error, alpha, alpha / math.sqrt(curvature) if curvature > 0 else math.inf, moments)


def log_likelihood(counts: Floats, mean: float, alpha: float) -> float:
    """Of independent counts; without the terms that depend on the counts alone."""
    terms = (
        gammaln(counts + alpha)
        - gammaln(alpha)
        - alpha * np.log1p(mean / alpha)
        + counts * (math.log(mean) - math.log(alpha + mean))
    )
    return float(np.sum(terms))
