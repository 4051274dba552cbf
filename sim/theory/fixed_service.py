"""
Lines whose handle times are not exponential: M/D/c and M/G/1 exactly, M/G/c approximately.

Exact for equal handle times D: over a time D everybody in service leaves, so the number waiting walks
Q' = max(Q + A - c, 0) with A Poisson(lambda D). What follows is Spitzer's identity for such a walk (F. Spitzer,
Transactions of the AMS 82 (1956)), with S_k Poisson(k lambda D) - k c, and Franx's formula for the wait (G. J. Franx,
"A simple solution for the M/D/c waiting time distribution", Operations Research Letters 29 (2001)): sums of positive
terms only.
"""

import math

import numpy as np
from scipy.special import gammaln, pdtrc, xlogy  # type: ignore[import-untyped]  # scipy ships no types

from sim.theory.chains import Floats
from sim.theory.checks import at_least, below, not_negative, positive
from sim.theory.erlang import patient_line
from sim.theory.line import Line

_MOST_TERMS = 4_000_000
_BLOCK = 1 << 20


def _check(arrival_rate: float, handle_time: float, agents: int) -> tuple[float, int]:
    """The load, and how many terms the sums over k need until the rest is below 1e-17."""
    positive(arrival_rate=arrival_rate, handle_time=handle_time)
    at_least(1, agents=agents)
    load = arrival_rate * handle_time
    below(agents, "the number of agents", load=load)
    # Chernoff: P(S_k > 0) <= exp(-k decay).
    decay = load - agents - agents * math.log(load / agents)
    terms = math.ceil(40.0 / decay)
    if terms > _MOST_TERMS:
        raise ValueError(f"a load of {load:g} Erlang is too near {agents} agents for an exact value")
    return load, terms


def fixed_service_line(arrival_rate: float, handle_time: float, agents: int) -> Line:
    """
    M/D/c in steady state. ValueError for bad numbers, NoSteadyState unless the load is below the agents.

    Mean number waiting: the sum over k of E[max(S_k, 0)] / k. P(wait) from `_waiting`.
    """
    load, terms = _check(arrival_rate, handle_time, agents)
    queue = 0.0
    for first in range(1, terms + 1, _BLOCK):
        k = np.arange(first, min(first + _BLOCK, terms + 1), dtype=np.float64)
        come, served = k * load, k * agents
        # E[max(X - m, 0)] = mean P(X >= m) - m P(X > m) for a Poisson X.
        queue += float(np.sum((come * pdtrc(served - 1, come) - served * pdtrc(served, come)) / k))
    p_wait = 1.0 - float(np.sum(_poisson(load, agents) * np.cumsum(_waiting(load, agents, terms, agents))[::-1]))
    mean = queue / arrival_rate
    return Line(p_wait=p_wait, abandon=0.0, ew=mean, ev=mean, occupancy=load / agents)


def fixed_service_within(arrival_rate: float, handle_time: float, agents: int, within: float) -> float:
    """
    Share of arrivals in M/D/c that wait at most `within`.

    Franx: with k whole handle times just above the wait and y = k D - within, the sum over j < k c of
    P(Q <= k c - j - 1) P(Poisson(lambda y) = j).
    """
    not_negative(within=within)
    load, terms = _check(arrival_rate, handle_time, agents)
    whole = math.floor(within / handle_time) + 1
    places = whole * agents
    at_most = np.cumsum(_waiting(load, agents, terms, places))
    return float(np.sum(_poisson(arrival_rate * (whole * handle_time - within), places) * at_most[::-1]))


def _poisson(mean: float, count: int) -> Floats:
    """P(Poisson(mean) = 0), ..., P(= count - 1)."""
    n = np.arange(count)
    return np.asarray(np.exp(xlogy(n, mean) - mean - gammaln(n + 1)))


def _waiting(load: float, agents: int, terms: int, count: int) -> Floats:
    """
    P(Q = 0), ..., P(Q = count - 1).

    Spitzer: the generating function is exp(-sum over m >= 1 of b_m (1 - z^m)), b_m = sum over k of P(S_k = m) / k; the
    coefficients of such a compound Poisson law come by n g_n = sum over m of m b_m g_(n-m).
    """
    empty, weights = 0.0, np.zeros(count)
    for first in range(1, terms + 1, max(_BLOCK // max(count, 1), 1)):
        k = np.arange(first, min(first + max(_BLOCK // max(count, 1), 1), terms + 1), dtype=np.float64)
        empty += float(np.sum(pdtrc(k * agents, k * load) / k))
        n = (k * agents)[:, None] + np.arange(count)
        mean = (k * load)[:, None]
        weights += np.sum(np.exp(n * np.log(mean) - mean - gammaln(n + 1)) / k[:, None], axis=0)
    found = np.zeros(count)
    found[0] = math.exp(-empty)
    steps = np.arange(count) * weights
    for place in range(1, count):
        found[place] = steps[1 : place + 1] @ found[place - 1 :: -1] / place
    return found


def single_agent_wait(arrival_rate: float, handle_time: float, scv: float) -> float:
    """
    Mean wait in M/G/1, exactly: rho (1 + scv) / 2 times handle_time / (1 - rho).

    `scv` is the squared coefficient of variation of handle times; F. Pollaczek 1930, A. Khinchine 1932.
    """
    positive(arrival_rate=arrival_rate, handle_time=handle_time)
    not_negative(scv=scv)
    rho = arrival_rate * handle_time
    below(1.0, "one agent", load=rho)
    return rho * (1 + scv) / 2 * handle_time / (1 - rho)


def cosmetatos_wait(arrival_rate: float, handle_time: float, agents: int) -> float:
    """
    Mean wait in M/D/c, approximately: half of that in M/M/c, times 1 + f(c) (1 - rho) / rho.

    f(c) = (c - 1) (sqrt(4 + 5 c) - 2) / (16 c): G. Cosmetatos, INFOR 13 (1975), as in T. Kimura, JORS 42 (1991).
    """
    load = arrival_rate * handle_time
    positive(arrival_rate=arrival_rate, handle_time=handle_time)
    at_least(1, agents=agents)
    below(agents, "the number of agents", load=load)
    rho = load / agents
    factor = (agents - 1) * (math.sqrt(4 + 5 * agents) - 2) / (16 * agents)
    return 0.5 * (1 + factor * (1 - rho) / rho) * patient_line(arrival_rate, 1 / handle_time, agents).ew


def kimura_wait(arrival_rate: float, handle_time: float, agents: int, scv: float) -> float:
    """
    Mean wait in M/G/c, approximately; `scv` is the squared coefficient of variation of handle times.

    (1 + scv) / (2 scv / W(M/M/c) + (1 - scv) / W(M/D/c)), with `cosmetatos_wait`: T. Kimura, "Approximations for
    multi-server queues: system interpolations", Queueing Systems 17 (1994).
    """
    not_negative(scv=scv)
    fixed = cosmetatos_wait(arrival_rate, handle_time, agents)
    patient = patient_line(arrival_rate, 1 / handle_time, agents).ew
    return (1 + scv) / (2 * scv / patient + (1 - scv) / fixed)
