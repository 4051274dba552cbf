"""
Lines whose customers do not come at random: GI/M/c, by Takacs's closed form.

Handle times are exponential and nobody leaves; two kinds of work are in `two_kinds`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from scipy.optimize import brentq  # type: ignore[import-untyped]  # scipy ships no types

from sim.theory.checks import at_least, below, positive
from sim.theory.patience import balanced_halves


class Gaps(Protocol):
    """A law of the times between arrivals."""

    @property
    def mean(self) -> float:
        """Mean time between arrivals."""
        ...

    def transform(self, s: float) -> float:
        """E[exp(-s gap)]."""
        ...


@dataclass(frozen=True, slots=True)
class Stages:
    """Gaps in stages: with probability `weights[i]`, `counts[i]` exponential stages of `rates[i]` each."""

    weights: Sequence[float]
    rates: Sequence[float]
    counts: Sequence[int]

    @property
    def mean(self) -> float:
        """Mean time between arrivals."""
        return sum(w * k / r for w, r, k in zip(self.weights, self.rates, self.counts, strict=True))

    @property
    def scv(self) -> float:
        """Squared coefficient of variation."""
        square = sum(w * k * (k + 1) / r**2 for w, r, k in zip(self.weights, self.rates, self.counts, strict=True))
        return square / self.mean**2 - 1.0

    def transform(self, s: float) -> float:
        """E[exp(-s gap)]."""
        return math.fsum(w * (r / (r + s)) ** k for w, r, k in zip(self.weights, self.rates, self.counts, strict=True))


@dataclass(frozen=True, slots=True)
class Even:
    """Every gap the same."""

    gap: float

    @property
    def mean(self) -> float:
        """The gap itself."""
        return self.gap

    def transform(self, s: float) -> float:
        """exp(-s gap)."""
        return math.exp(-s * self.gap)


def random_gaps(rate: float) -> Stages:
    """Exponential gaps: customers come at random."""
    positive(rate=rate)
    return Stages([1.0], [rate], [1])


def erlang_gaps(rate: float, shape: int) -> Stages:
    """Sums of `shape` exponential stages: more regular than random; squared coefficient of variation 1 / shape."""
    positive(rate=rate)
    at_least(1, shape=shape)
    return Stages([1.0], [rate * shape], [shape])


def hyperexponential_gaps(rate: float, scv: float) -> Stages:
    """Two kinds of exponential gaps with balanced means: burstier than random."""
    positive(rate=rate)
    share, first, second = balanced_halves(1.0 / rate, scv)
    return Stages([share, 1.0 - share], [1.0 / first, 1.0 / second], [1, 1])


@dataclass(frozen=True, slots=True)
class RenewalLine:
    """Steady-state values of such a line, seen by arrivals."""

    p_wait: float
    """Probability that an arrival finds every agent busy."""
    ew: float
    """Mean wait of all arrivals."""


def check_gaps(gaps: Gaps, service_rate: float, agents: int) -> float:
    """The rate at which all agents serve. ValueError for bad numbers, NoSteadyState unless more than arrive."""
    positive(service_rate=service_rate, mean_gap=gaps.mean)
    at_least(1, agents=agents)
    drain = agents * service_rate
    below(drain, "what the agents serve", arrival_rate=1.0 / gaps.mean)
    return drain


def renewal_line(gaps: Gaps, service_rate: float, agents: int) -> RenewalLine:
    """
    GI/M/c: sigma solves sigma = A*(c mu (1 - sigma)); those who wait do so for an exponential time.

    L. Takacs, *Introduction to the Theory of Queues* (1962), ch. 2; D. Gross and C. Harris, *Fundamentals of Queueing
    Theory*, 5.3. Errors as in `check_gaps`.
    """
    drain = check_gaps(gaps, service_rate, agents)
    # At 1 there is always a root; the one that counts lies below it.
    sigma = float(brentq(lambda x: gaps.transform(drain * (1 - x)) - x, 0.0, 1 - 1e-9, xtol=1e-15))
    inverse, product = 1.0 / (1.0 - sigma), 1.0
    for j in range(1, agents + 1):
        phi = gaps.transform(j * service_rate)
        product *= phi / (1.0 - phi)
        ways = math.comb(agents, j) * _quotient(gaps, service_rate, agents, agents * (1 - sigma), j)
        inverse += ways / (product * (1 - phi))
    p_wait = 1.0 / inverse / (1.0 - sigma)
    return RenewalLine(p_wait, p_wait / (drain * (1 - sigma)))


def _quotient(gaps: Gaps, service_rate: float, agents: int, root: float, j: int) -> float:
    """(c (1 - A*(j mu)) - j) / (root - j); both vanish where j is the root, and the limit is a derivative."""

    def above(x: float) -> float:
        return agents * (1.0 - gaps.transform(x * service_rate)) - x

    if abs(root - j) > 1e-5:
        return above(j) / (root - j)
    return (above(root - 1e-4) - above(root + 1e-4)) / 2e-4
