"""
What queueing theory says of a steady line whose customers have any law of patience: M/M/n+G.

Source of the formulas: S. Zeltyn and A. Mandelbaum, "Call centers with impatient customers: many-server asymptotics of
the M/M/n+G queue", Queueing Systems 51 (2005), section 3. The virtual wait V (of an infinitely patient arrival) has an
atom at 0 and the density v(t) = v(0) exp(lambda H(t) - n mu t), where H(t) = E[min(patience, t)].

Keeping one's place by a callback is such a line: with no delay in dialling and everyone answering, whoever takes the
callback waits for ever, and the rest stay as impatient as they were (`Mixed`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr  # type: ignore[import-untyped]  # scipy ships no types

from sim.theory import Line, erlang_b

Floats = npt.NDArray[np.float64]


class Patience(Protocol):
    """A law of patience, in the unit of time of the rates."""

    def survival(self, t: Floats) -> Floats:
        """P(patience > t)."""
        ...

    def mean_min(self, t: Floats) -> Floats:
        """E[min(patience, t)], the integral of the survival from 0 to t."""
        ...

    def kinks(self) -> list[float]:
        """Times at which the survival jumps."""
        ...


@dataclass(frozen=True, slots=True)
class Exponential:
    """Exponential patience."""

    mean: float

    def survival(self, t: Floats) -> Floats:
        return np.exp(-t / self.mean)

    def mean_min(self, t: Floats) -> Floats:
        return -self.mean * np.expm1(-t / self.mean)

    def kinks(self) -> list[float]:
        return []


@dataclass(frozen=True, slots=True)
class Fixed:
    """Everyone leaves after the same time; 0 for those who leave at once, infinity for those who never do."""

    time: float

    def survival(self, t: Floats) -> Floats:
        return np.where(t < self.time, 1.0, 0.0)

    def mean_min(self, t: Floats) -> Floats:
        return np.minimum(t, self.time)

    def kinks(self) -> list[float]:
        return [self.time] if 0 < self.time < math.inf else []


@dataclass(frozen=True, slots=True)
class Lognormal:
    """exp(Normal) with this mean; `sigma` is the standard deviation of the logarithm."""

    mean: float
    sigma: float

    def _score(self, t: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            return (np.log(t / self.mean) + self.sigma**2 / 2) / self.sigma

    def survival(self, t: Floats) -> Floats:
        return np.asarray(ndtr(-self._score(t)))

    def mean_min(self, t: Floats) -> Floats:
        score = self._score(t)
        return np.asarray(self.mean * ndtr(score - self.sigma) + t * ndtr(-score))

    def kinks(self) -> list[float]:
        return []


@dataclass(frozen=True, slots=True)
class Mixed:
    """Each customer has one of several laws, with these weights (they sum to 1)."""

    parts: Sequence[tuple[float, Patience]]

    def survival(self, t: Floats) -> Floats:
        return sum((weight * law.survival(t) for weight, law in self.parts), start=np.zeros_like(t))

    def mean_min(self, t: Floats) -> Floats:
        return sum((weight * law.mean_min(t) for weight, law in self.parts), start=np.zeros_like(t))

    def kinks(self) -> list[float]:
        return sorted(kink for _, law in self.parts for kink in law.kinks())


@dataclass(frozen=True, slots=True)
class _Grid:
    """Quadrature nodes over the virtual wait; `mass` sums to 1 with `atom`, the probability of no wait."""

    atom: float
    t: Floats
    mass: Floats


def _virtual_wait(arrival_rate: float, service_rate: float, agents: int, patience: Patience, cut: float) -> _Grid:
    """The distribution of the virtual wait, by Gauss-Legendre on panels that end at every jump and at `cut`."""
    drain = agents * service_rate

    def exponent(t: Floats) -> Floats:
        return arrival_rate * patience.mean_min(t) - drain * t

    end = 1.0 / drain
    while True:
        probe = exponent(np.linspace(0.0, end, 2_001))
        if probe[-1] < probe.max() - 50.0:
            break
        if end > 1e9 / drain:
            raise ValueError("the line has no steady state: its patient customers alone exceed the agents")
        end *= 2.0
    edges = np.unique(
        np.concatenate([np.linspace(0.0, end, 1_001), [k for k in patience.kinks() if k < end], [min(cut, end)]])
    )
    nodes, weights = np.polynomial.legendre.leggauss(12)
    half = np.diff(edges)[:, None] / 2
    t = (edges[:-1, None] + half * (1 + nodes)).ravel()
    peak = float(probe.max())
    density = (half * weights).ravel() * np.exp(exponent(t) - peak)
    # States below "all busy" weigh 1 / B(n - 1 agents) when the state n - 1 weighs 1, and v(0) = lambda P(n - 1).
    load = arrival_rate / service_rate
    below = math.exp(-peak) / (erlang_b(load, agents - 1) if agents > 1 else 1.0)
    total = below + arrival_rate * float(density.sum())
    return _Grid(atom=below / total, t=t, mass=arrival_rate * density / total)


def impatient_line(arrival_rate: float, service_rate: float, agents: int, patience: Patience) -> Line:
    """M/M/n+G in steady state. ValueError if the customers who never leave are more than the agents can serve."""
    grid = _virtual_wait(arrival_rate, service_rate, agents, patience, math.inf)
    abandon = float(np.sum(grid.mass * (1.0 - patience.survival(grid.t))))
    return Line(
        p_wait=1.0 - grid.atom,
        abandon=abandon,
        ew=float(np.sum(grid.mass * patience.mean_min(grid.t))),
        ev=float(np.sum(grid.mass * grid.t)),
        occupancy=arrival_rate * (1.0 - abandon) / (agents * service_rate),
    )


def served_within(arrival_rate: float, service_rate: float, agents: int, patience: Patience, within: float) -> float:
    """Share of all arrivals that are served after a wait of at most `within`."""
    grid = _virtual_wait(arrival_rate, service_rate, agents, patience, within)
    early = grid.t <= within
    return grid.atom + float(np.sum(grid.mass[early] * patience.survival(grid.t[early])))


def virtual_within(arrival_rate: float, service_rate: float, agents: int, patience: Patience, within: float) -> float:
    """Probability that an infinitely patient arrival waits at most `within`."""
    grid = _virtual_wait(arrival_rate, service_rate, agents, patience, within)
    return grid.atom + float(np.sum(grid.mass[grid.t <= within]))


def keep_place_line(
    arrival_rate: float, service_rate: float, agents: int, abandon_rate: float, accepting: float
) -> Line:
    """
    Keep-your-place hold: of those who must wait, the share `accepting` takes a callback and so never leaves the line.

    Exact when dialling takes no time and everyone answers; with everyone accepting it is Erlang C.
    """
    parts: list[tuple[float, Patience]] = [
        (accepting, Fixed(math.inf)),
        (1.0 - accepting, Exponential(1.0 / abandon_rate)),
    ]
    return impatient_line(arrival_rate, service_rate, agents, Mixed(parts))
