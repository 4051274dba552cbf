"""
How one day differs from the next: gamma factors on the rates of days and of periods, drawn by key.

A factor is gamma with mean 1 and variance 1 / alpha, so that the count of a period is negative binomial. Factors go
together by a Gaussian copula: each is the gamma quantile of a standard normal, and the normals are correlated, between
lines by what they have in common, from period to period as a first-order autoregression. (Ibrahim, Ye, L'Ecuyer and
Shen, "Modeling and forecasting call center arrivals: a literature survey", Int. J. of Forecasting 32 (2016), and
Oreshkin, Régnard and L'Ecuyer, "Rate-based daily arrival process models with application to call centers", Operations
Research 64 (2016).)
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gammainccinv, gammaincinv, ndtr  # type: ignore[import-untyped]  # scipy ships no types
from scipy.special import ndtri as _normal

from sim.demand.local import RunClock
from sim.demand.profile import WEEKDAYS
from sim.demand.section import Busyness
from sim.demand.steps import Steps
from sim.draws import Purpose, prefix, state_of, uniform
from sim.laws import Floats, Ints


@dataclass(frozen=True, slots=True)
class BusynessModel:
    """
    What days and periods of a run are cut by, on its own time, uncompressed, and how their factors vary.

    `alphas` has one entry for each day, infinite where days are alike.
    """

    days: Floats
    alphas: Floats
    between_on_days: float
    periods: Floats
    period_alpha: float
    correlation: float
    between_in_periods: float

    @classmethod
    def of(cls, busyness: Busyness, clock: RunClock, horizon_ms: int) -> "BusynessModel":
        """The model of a scenario's section."""
        days = np.array(clock.days_begin(horizon_ms), dtype=np.float64)
        alphas = [_alpha_on(busyness, WEEKDAYS[day.weekday()]) for day in clock.days(horizon_ms)]
        periods = busyness.periods
        edges = [0.0, float(horizon_ms)]
        if periods is not None:
            # Periods are counted from midnight of the first day, so that a later start changes none of them.
            first = float(days[0])
            edges = [first + i * periods.every for i in range(math.ceil((horizon_ms - first) / periods.every) + 1)]
        return cls(
            days,
            np.array(alphas),
            busyness.between_lines,
            np.array(edges, dtype=np.float64),
            math.inf if periods is None else periods.alpha,
            0.0 if periods is None else periods.correlation,
            1.0 if periods is None else periods.between_lines,
        )

    @property
    def one_alpha(self) -> float | None:
        """The alpha of the factor, where a whole run has but one, the same for every line; else None."""
        alone = len(self.alphas) == 1 and self.between_on_days == 1 and math.isinf(self.period_alpha)
        return float(self.alphas[0]) if alone and math.isfinite(self.alphas[0]) else None

    def cut(self, rate: Steps) -> tuple[Steps, Ints, Ints]:
        """A rate cut wherever a factor changes, and which day and period each piece belongs to."""
        inside = np.concatenate((self.days, self.periods))
        inside = inside[(inside > rate.edges[0]) & (inside < rate.edges[-1])]
        edges = np.union1d(rate.edges, inside)
        middles = (edges[:-1] + edges[1:]) / 2
        return Steps(edges, rate.at(middles)), _piece(self.days, middles), _piece(self.periods, middles)

    def factors(self, seed: int, replication: int, line: int) -> tuple[Floats, Floats]:
        """The factors of a line on each day and in each period of one replication."""
        on_days = self._normals(seed, replication, Purpose.DAY_BUSYNESS, line, len(self.alphas), self.between_on_days)
        varying = np.isfinite(self.alphas)
        days = np.ones(len(self.alphas))
        days[varying] = gamma_factors(on_days[varying], self.alphas[varying])
        if math.isinf(self.period_alpha):
            return days, np.ones(len(self.periods) - 1)
        count, between = len(self.periods) - 1, self.between_in_periods
        own = self._normals(seed, replication, Purpose.PERIOD_BUSYNESS, line, count, between)
        return days, gamma_factors(autoregressive(own, self.correlation), np.array(self.period_alpha))

    @staticmethod
    def _normals(seed: int, replication: int, purpose: Purpose, line: int, count: int, between: float) -> Floats:
        """Standard normals of a line, of which every two lines' correlate by `between`. Line 0 is what all share."""
        start = prefix(seed, replication, purpose)
        common, own = (
            _normal([min(uniform(np.uint64(state_of(start, who, k))), 1 - 2.0**-53) for k in range(count)])
            for who in (0, line + 1)
        )
        mixed: Floats = math.sqrt(between) * common + math.sqrt(1 - between) * own
        return mixed


def gamma_factors(normals: Floats, alpha: Floats) -> Floats:
    """The gamma quantiles (mean 1, variance 1 / alpha) that stand where the normals stand in theirs."""
    low = gammaincinv(alpha, ndtr(np.minimum(normals, 0.0)))
    high = gammainccinv(alpha, ndtr(-np.maximum(normals, 0.0)))
    found: Floats = np.where(normals > 0, high, low) / alpha
    return found


def autoregressive(normals: Floats, correlation: float) -> Floats:
    """Independent standard normals as a stationary first-order autoregression with this correlation at lag one."""
    found = normals.copy()
    fresh = math.sqrt(1 - correlation**2)
    for k in range(1, len(found)):
        found[k] = correlation * found[k - 1] + fresh * normals[k]
    return found


def _alpha_on(busyness: Busyness, weekday: str) -> float:
    alpha = busyness.alpha
    if isinstance(alpha, dict):
        return {str(day): each for day, each in alpha.items()}.get(weekday, math.inf)
    return math.inf if alpha is None else alpha


def _piece(edges: Floats, times: Floats) -> Ints:
    found: Ints = np.clip(np.searchsorted(edges, times, side="right") - 1, 0, len(edges) - 2).astype(np.int64)
    return found
