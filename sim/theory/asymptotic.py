"""
Large desks, in the quality-and-efficiency-driven limit: load + beta sqrt(load) agents, beta fixed, load growing.

Limits, not exact values: for a desk of a given size the formulas of `erlang` and `erlang_x` are as quick.
"""

import math
from collections.abc import Callable

from scipy.optimize import brentq  # type: ignore[import-untyped]  # scipy ships no types
from scipy.special import log_ndtr, ndtr  # type: ignore[import-untyped]  # scipy ships no types

from sim.theory.checks import positive

_BETA_LIMITS = (-30.0, 30.0)


def _hazard(x: float) -> float:
    """phi(x) / (1 - Phi(x)) of the standard normal, also far out."""
    return math.exp(-x * x / 2 - 0.5 * math.log(2 * math.pi) - float(log_ndtr(-x)))


def halfin_whitt(beta: float) -> float:
    """
    Limit of P(wait) in M/M/c: 1 / (1 + beta Phi(beta) / phi(beta)), beta above 0.

    S. Halfin and W. Whitt, "Heavy-traffic limits for queues with many exponential servers", Operations Research 29
    (1981), theorem 1. ValueError for a beta that is not above 0, where the line only grows.
    """
    positive(beta=beta)
    density = math.exp(-beta * beta / 2) / math.sqrt(2 * math.pi)
    return density / (density + beta * float(ndtr(beta)))


def garnett(beta: float, ratio: float) -> float:
    """
    Limit of P(wait) in M/M/c+M, any beta; `ratio` is the rate of abandoning over the rate of service (theta / mu).

    1 / (1 + sqrt(ratio) h(beta / sqrt(ratio)) / h(-beta)), h the hazard rate of the standard normal: O. Garnett,
    A. Mandelbaum and M. Reiman, "Designing a call center with impatient customers", MSOM 4 (2002), theorem 4.
    """
    positive(ratio=ratio)
    if not _BETA_LIMITS[0] <= beta <= _BETA_LIMITS[1]:
        raise ValueError(f"beta must be between {_BETA_LIMITS[0]:g} and {_BETA_LIMITS[1]:g}, not {beta}")
    return 1.0 / (1.0 + math.sqrt(ratio) * _hazard(beta / math.sqrt(ratio)) / _hazard(-beta))


def garnett_abandon(beta: float, ratio: float, load: float) -> float:
    """
    Share that abandons in M/M/c+M, to the order of 1 / sqrt(load): the same theorem.

    P(abandon | wait) = sqrt(ratio / load) (h(beta / sqrt(ratio)) - beta / sqrt(ratio)), `load` in Erlang.
    """
    positive(ratio=ratio, load=load)
    scaled = beta / math.sqrt(ratio)
    return garnett(beta, ratio) * math.sqrt(ratio / load) * (_hazard(scaled) - scaled)


def beta_for(p_wait: float, ratio: float | None = None) -> float:
    """
    The beta with which `p_wait` (above 0, below 1) of arrivals wait in the limit.

    With a `ratio` (theta / mu) by the function of Garnett, without one by that of Halfin and Whitt.
    """
    if not 0 < p_wait < 1:
        raise ValueError(f"p_wait must be above 0 and below 1, not {p_wait}")
    if ratio is None:
        return _root(lambda beta: halfin_whitt(beta) - p_wait, 1e-12, _BETA_LIMITS[1])
    positive(ratio=ratio)
    known: float = ratio
    return _root(lambda beta: garnett(beta, known) - p_wait, *_BETA_LIMITS)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    return float(brentq(function, low, high, xtol=1e-12))
