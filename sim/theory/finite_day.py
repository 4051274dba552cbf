"""
A whole day, exactly: M_t/M/c_t(+M) from an empty start, with rates and agents that change from period to period.

Everything is an expectation of a Markov chain over finite time; no steady state is assumed, and overload is no error.
A contact belongs to the period in which it was asked for. Agents who leave finish what they hold: until then more may
be busy than are on duty, and nobody is taken from the line.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from sim.theory.checks import at_least, not_negative, positive
from sim.theory.day_counts import Day, DayCounts, Period
from sim.theory.day_run import Run

_MOST_WAITING = 20_000


def day(
    periods: Sequence[Period],
    service_rate: float,
    abandon_rate: float = 0.0,
    within: float = 0.0,
    balking: float = 0.0,
    end: Literal["drain", "clear"] = "drain",
) -> Day:
    """
    Expected counts of a day that starts empty.

    `balking` is the share that leaves at once when it would have to wait. At the end the agents of the last period stay
    until nobody is left (`drain`), or whoever waits is sent away (`clear`). The Kolmogorov equations are solved by
    uniformization (A. Jensen, 1953) and integrated over the time of arrival by Gauss-Legendre; relative accuracy about
    1e-8. ValueError for bad numbers, and when more may wait than fit into memory.
    """
    if not periods:
        raise ValueError("a day has at least one period")
    positive(service_rate=service_rate)
    not_negative(abandon_rate=abandon_rate, within=within)
    if not 0 <= balking < 1:
        raise ValueError(f"balking must be at least 0 and below 1, not {balking}")
    if end == "drain" and not periods[-1].agents and not abandon_rate:
        raise ValueError("nobody is on duty in the last period, so the line is never drained; use end='clear'")
    most = 64
    while most <= _MOST_WAITING:
        found = Run(periods, service_rate, abandon_rate, within, balking, end == "drain", most).day()
        if found is not None:
            return found
        most *= 4
    raise ValueError("too many may wait in the course of this day")


def busy_day(
    periods: Sequence[Period],
    alpha: float,
    service_rate: float,
    abandon_rate: float = 0.0,
    within: float = 0.0,
    balking: float = 0.0,
    nodes: int = 8,
) -> Day:
    """
    The same, averaged over the busyness of the day: all rates times one gamma factor of mean 1 and variance 1 / alpha.

    By the quadrature of `busyness`.
    """
    total, parts, waiting = DayCounts(), [DayCounts() for _ in periods], 0.0
    for point, weight in zip(*busyness(alpha, nodes), strict=True):
        scaled = [Period(each.length, each.arrival_rate * point, each.agents) for each in periods]
        one = day(scaled, service_rate, abandon_rate, within, balking)
        total.add(one.total, weight)
        waiting += weight * one.waiting_at_end
        for part, counts in zip(parts, one.periods, strict=True):
            part.add(counts, weight)
    return Day(total, tuple(parts), waiting)


def busyness(alpha: float, nodes: int) -> tuple[list[float], list[float]]:
    """
    Factors and their weights that stand for a gamma factor of mean 1 and variance 1 / alpha.

    Gauss quadrature for the gamma law: Golub and Welsch, Mathematics of Computation 23 (1969).
    """
    positive(alpha=alpha)
    at_least(1, nodes=nodes)
    k = np.arange(nodes)
    off = np.sqrt(k[1:] * (k[1:] + alpha - 1))
    points, vectors = np.linalg.eigh(np.diag(2 * k + alpha) + np.diag(off, 1) + np.diag(off, -1))
    return (points / alpha).tolist(), (vectors[0] ** 2).tolist()
