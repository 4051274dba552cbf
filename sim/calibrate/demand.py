"""
Fitting demand: the profile of each weekday, how its days differ, and how periods of a day go together.

The model is that of `sim.demand.busyness`: a gamma factor for the day, and one for each period, whose normals follow a
first-order autoregression. Beyond Poisson, the covariance of two periods that are k apart, relative to the product of
their means, is then about 1 / alpha_day + r**k / alpha_period. These three numbers are fitted to the lags by least
squares, over all weekdays; the alpha of each weekday's days is what its totals vary beyond the periods' share.
Standard errors by the jackknife over days (B. Efron and C. Stein, "The jackknife estimate of variance", Annals of
Statistics 9 (1981)).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]  # scipy ships no types

from sim.calibrate.counts import Counts
from sim.calibrate.negative_binomial import Fit, fit
from sim.demand.profile import WEEKDAYS, Weekday
from sim.laws import Floats

FEWEST_DAYS = 5
"""Of a weekday, to say how they differ."""
_MOST_CORRELATED = 0.999


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its standard error."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class DemandFit:
    """
    What the counts say. `days` holds each weekday's totals, `pooled` those of all days as if they were alike.

    `adjacent` is the correlation of neighbouring periods over all days, `adjacent_within` about the mean of each
    weekday, `dispersion` the variance of a period's count over its mean over all days. `day_alphas`, `period_alpha` and
    `correlation` are what a scenario's `busyness` takes; alphas are infinite where nothing varies.
    """

    counts: Counts
    profiles: dict[Weekday, Floats]
    days: dict[Weekday, Fit]
    pooled: Fit
    adjacent: Estimate
    adjacent_within: Estimate
    dispersion: float
    day_alphas: dict[Weekday, float]
    period_alpha: Estimate
    correlation: Estimate


def fit_demand(counts: Counts) -> DemandFit:
    """Fit everything. Raises ValueError where a weekday has fewer than five days."""
    weekdays = np.array(counts.weekdays)
    present = [day for day in WEEKDAYS if day in set(counts.weekdays)]
    for day in present:
        n = int((weekdays == day).sum())
        if n < FEWEST_DAYS:
            raise ValueError(f"{n} days are {day}, too few to say how they differ; leave it out with --days")
    groups = [counts.of((weekdays == day).tolist()) for day in present]
    profiles = {day: one.periods.mean(axis=0) for day, one in zip(present, groups, strict=True)}
    days = {day: fit(one.totals) for day, one in zip(present, groups, strict=True)}
    residuals = [one.periods - one.periods.mean(axis=0) for one in groups]
    period_alpha, correlation = _between_periods([one.periods for one in groups])
    share = [_of_periods(profiles[day], correlation.value) / period_alpha.value for day in present]
    day_alphas = {
        day: _inverse(1 / days[day].alpha - of_periods) for day, of_periods in zip(present, share, strict=True)
    }
    means = counts.periods.mean(axis=0)
    varying = means > 0
    return DemandFit(
        counts=counts,
        profiles=profiles,
        days=days,
        pooled=fit(counts.totals),
        adjacent=_jackknife(adjacent_correlation, counts.periods),
        adjacent_within=_jackknife(adjacent_correlation, np.vstack(residuals)),
        dispersion=float(np.mean(counts.periods.var(axis=0, ddof=1)[varying] / means[varying])),
        day_alphas=day_alphas,
        period_alpha=period_alpha,
        correlation=correlation,
    )


def adjacent_correlation(periods: Floats) -> float:
    """Mean over the day of the correlation of each period's count with the next one's; rows are days."""
    left = periods - periods.mean(axis=0)
    spread = np.sqrt((left**2).sum(axis=0))
    products, scales = (left[:, :-1] * left[:, 1:]).sum(axis=0), spread[:-1] * spread[1:]
    return float(np.mean(products[scales > 0] / scales[scales > 0])) if (scales > 0).any() else 0.0


def _between_periods(groups: list[Floats]) -> tuple[Estimate, Estimate]:
    """alpha of the periods, and the correlation of the next one's normal with this one's."""
    lags = max(groups[0].shape[1] // 2, 1)
    sums = [_lag_sums(group, lags) for group in groups]
    pairs = np.array([float(groups[0].shape[1] - k) for k in range(lags + 1)])
    tops, bottoms = (np.sum([each[i] for each in sums], axis=0) for i in (0, 1))
    best = _curve(tops / bottoms, pairs, None)
    left_out: list[Floats] = []
    for place, group in enumerate(groups):
        rest = [each for other, each in enumerate(sums) if other != place]
        for day in range(len(group)):
            one = _lag_sums(np.delete(group, day, axis=0), lags)
            tops, bottoms = (np.sum([one[i], *(each[i] for each in rest)], axis=0) for i in (0, 1))
            left_out.append(_curve(tops / bottoms, pairs, float(best[2])))
    varied = np.array(left_out)
    errors = np.sqrt((len(varied) - 1) / len(varied) * ((varied - varied.mean(axis=0)) ** 2).sum(axis=0))
    alpha = _inverse(float(best[1]))
    # By the delta method: alpha is the inverse of what was fitted.
    alpha_error = alpha**2 * float(errors[1]) if math.isfinite(alpha) else math.inf
    return Estimate(alpha, alpha_error), Estimate(float(best[2]), float(errors[2]))


def _lag_sums(group: Floats, lags: int) -> tuple[Floats, Floats]:
    """By lag from 0: sums over periods of the covariance beyond Poisson, and of the products of means."""
    means = group.mean(axis=0)
    left = group - means
    covariance = left.T @ left / (len(group) - 1) - np.diag(means)
    products = np.outer(means, means)
    tops = np.array([np.trace(covariance, offset=k) for k in range(lags + 1)])
    bottoms = np.array([np.trace(products, offset=k) for k in range(lags + 1)])
    return tops, bottoms


def _curve(by_lag: Floats, pairs: Floats, near: float | None) -> Floats:
    """(a, b, r) of a + b r**k, none of them negative, r below 1; each lag counts by how many pairs it has."""
    if near is None:
        tried = np.linspace(0, _MOST_CORRELATED, 60)
        near = float(tried[int(np.argmin([_straight(by_lag, pairs, r)[2] for r in tried]))])
    bounds = (max(near - 0.05, 0.0), min(near + 0.05, _MOST_CORRELATED))
    r = float(minimize_scalar(lambda each: _straight(by_lag, pairs, each)[2], bounds=bounds, method="bounded").x)
    a, b, _ = _straight(by_lag, pairs, r)
    return np.array([a, b, r])


def _straight(by_lag: Floats, pairs: Floats, r: float) -> tuple[float, float, float]:
    """The best a and b for one r, neither negative, and what is left over in squares."""
    x = r ** np.arange(len(by_lag))
    mean_x, mean_y = (float(pairs @ each) / float(pairs.sum()) for each in (x, by_lag))
    spread = float(pairs @ (x - mean_x) ** 2)
    b = float(pairs @ ((x - mean_x) * (by_lag - mean_y))) / spread if spread else 0.0
    a = mean_y - b * mean_x
    if b < 0:
        a, b = max(mean_y, 0.0), 0.0
    elif a < 0:
        a, b = 0.0, max(float(pairs @ (x * by_lag)) / float(pairs @ x**2), 0.0)
    return a, b, float(pairs @ (a + b * x - by_lag) ** 2)


def _of_periods(means: Floats, correlation: float) -> float:
    """How much of one period factor's variance is left in a whole day: sum of w_i w_j r**|i - j|."""
    weights = means / means.sum()
    index = np.arange(len(weights))
    return float(weights @ correlation ** np.abs(index[:, None] - index[None, :]) @ weights)


def _inverse(variance: float) -> float:
    """alpha of a factor's variance; infinite where next to nothing varies."""
    return 1 / variance if variance > 1e-6 else math.inf


def _jackknife(statistic: Callable[[Floats], float], rows: Floats) -> Estimate:
    """A statistic of rows, with the standard error that leaving out one after the other gives."""
    n = len(rows)
    left_out = np.array([statistic(np.delete(rows, i, axis=0)) for i in range(n)])
    return Estimate(statistic(rows), math.sqrt((n - 1) / n * float(((left_out - left_out.mean()) ** 2).sum())))
