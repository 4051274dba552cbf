"""
Patience from waits of which many ended because somebody was served: censored observations.

- Kaplan and Meier, "Nonparametric estimation from incomplete observations", J. of the American Statistical Association
  53 (1958): the share still patient after a time, without any law.
- Exponential by maximum likelihood: rate = those who left / all the time waited; standard error rate / sqrt(left).
- Lognormal by maximum likelihood, censored; standard errors from the observed information.

Which law fits better is told by Akaike's criterion: at the same mean, the service level depends on the law.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize  # type: ignore[import-untyped]  # scipy ships no types
from scipy.special import log_ndtr  # type: ignore[import-untyped]

from sim.laws import Floats

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Survival:
    """The share still patient right after each time (ms) at which somebody left, with Greenwood's standard errors."""

    times: Floats
    shares: Floats
    errors: Floats

    def quantile(self, share: float) -> float | None:
        """When that share has left; None when it never was seen."""
        reached = np.flatnonzero(self.shares <= 1 - share)
        return float(self.times[reached[0]]) if len(reached) else None


@dataclass(frozen=True, slots=True)
class PatienceFit:
    """
    `n` waits, of which `left` ended by leaving. Exponential mean and lognormal median in ms; standard errors beside
    them. `lognormal_better` by Akaike's criterion.
    """

    n: int
    left: int
    mean_ms: float
    mean_error_ms: float
    median_ms: float
    median_error_ms: float
    sigma: float
    sigma_error: float
    lognormal_better: bool
    survival: Survival


FEWEST_LEFT = 10
"""Who left, to say how patient people are."""


def fit_patience(waits: Sequence[float], left: Sequence[bool]) -> PatienceFit:
    """Fit waits (ms) of which `left` says whether patience ended them. ValueError when fewer than ten left."""
    # Nobody leaves within no time; a millisecond stands for it, so that its logarithm is finite.
    times, gone = np.maximum(np.array(waits, dtype=np.float64), 1.0), np.array(left, dtype=bool)
    count = int(gone.sum())
    if count < FEWEST_LEFT:
        raise ValueError(f"{count} left before they were served, too few to say how patient people are")
    mean = float(times.sum()) / count
    exponential = -count * math.log(mean) - count
    start = [math.log(mean), 0.0]
    found = minimize(lambda x: -_lognormal(times, gone, x[0], math.exp(x[1])), start, method="Nelder-Mead",
                     options={"xatol": 1e-7, "fatol": 1e-7, "maxiter": 2_000}).x  # fmt: skip
    location, sigma = float(found[0]), math.exp(float(found[1]))
    covariance = np.linalg.inv(_information(times, gone, location, math.log(sigma)))
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    median = math.exp(location)
    return PatienceFit(
        n=len(times),
        left=count,
        mean_ms=mean,
        mean_error_ms=mean / math.sqrt(count),
        median_ms=median,
        median_error_ms=median * float(errors[0]),
        sigma=sigma,
        sigma_error=sigma * float(errors[1]),
        lognormal_better=_lognormal(times, gone, location, sigma) - 2 > exponential - 1,
        survival=survival(times, gone),
    )


def survival(times: Floats, left: Bools) -> Survival:
    """Kaplan and Meier; of equal times those who left come first."""
    at, first = np.unique(np.sort(times[left]), return_index=True)
    leaving: Floats = np.diff(np.append(first, int(left.sum()))).astype(np.float64)
    waiting = len(times) - np.searchsorted(np.sort(times), at, side="left")
    shares: Floats = np.cumprod(1 - leaving / waiting).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(waiting > leaving, leaving / (waiting * np.maximum(waiting - leaving, 1)), 0.0)
    errors: Floats = shares * np.sqrt(np.cumsum(terms))
    return Survival(at, shares, errors)


def _lognormal(times: Floats, left: Bools, location: float, sigma: float) -> float:
    """Log-likelihood: the density of those who left, the upper tail of the others."""
    z = (np.log(times) - location) / sigma
    density = -0.5 * z[left] ** 2 - math.log(sigma) - 0.5 * math.log(2 * math.pi) - np.log(times[left])
    return float(density.sum() + log_ndtr(-z[~left]).sum())


def _information(times: Floats, left: Bools, location: float, log_sigma: float) -> Floats:
    """The observed information of (location, log sigma), by second differences."""
    point, step = np.array([location, log_sigma]), 1e-3

    def loss(shift: Floats) -> float:
        at = point + shift
        return -_lognormal(times, left, at[0], math.exp(at[1]))

    axes = np.eye(2) * step
    found = np.empty((2, 2))
    for i in (0, 1):
        for j in (0, 1):
            corners = (
                (1, axes[i] + axes[j]),
                (-1, axes[i] - axes[j]),
                (-1, axes[j] - axes[i]),
                (1, -axes[i] - axes[j]),
            )
            found[i, j] = sum(sign * loss(shift) for sign, shift in corners) / (4 * step**2)
    return found
