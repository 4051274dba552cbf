"""
What queueing theory says of a steady line whose customers have any law of patience: M/M/n+G.

Source of the formulas: S. Zeltyn and A. Mandelbaum, "Call centers with impatient customers: many-server asymptotics of
the M/M/n+G queue", Queueing Systems 51 (2005), section 3. The virtual wait V (of an infinitely patient arrival) has an
atom at 0 and the density v(t) = v(0) exp(lambda H(t) - n mu t), where H(t) = E[min(patience, t)].

Keeping one's place by a callback is such a line: with no delay in dialling and everyone answering, whoever takes the
callback waits for ever, and the rest stay as impatient as they were (`Mixed`).
"""

import math
from dataclasses import dataclass

import numpy as np

from sim.theory.chains import Floats
from sim.theory.checks import NoSteadyState, at_least, not_negative, positive, shares
from sim.theory.erlang import erlang_b
from sim.theory.line import Line
from sim.theory.patience import Exponential, Fixed, Mixed, Patience


@dataclass(frozen=True, slots=True)
class _Grid:
    """Quadrature nodes over the virtual wait; `mass` sums to 1 with `atom`, the probability of no wait."""

    atom: float
    t: Floats
    mass: Floats


def _virtual_wait(arrival_rate: float, service_rate: float, agents: int, patience: Patience, cut: float) -> _Grid:
    """The distribution of the virtual wait, by Gauss-Legendre on panels that end at every jump and at `cut`."""
    positive(arrival_rate=arrival_rate, service_rate=service_rate)
    at_least(1, agents=agents)
    drain = agents * service_rate

    def exponent(t: Floats) -> Floats:
        return arrival_rate * patience.mean_min(t) - drain * t

    end = 1.0 / drain
    while True:
        probe = exponent(np.linspace(0.0, end, 2_001))
        if probe[-1] < probe.max() - 50.0:
            break
        if end > 1e9 / drain:
            raise NoSteadyState("there is no steady state: the patient customers alone are more than the agents serve")
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
    """M/M/n+G in steady state. NoSteadyState if the customers who never leave are more than the agents can serve."""
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
    not_negative(within=within)
    grid = _virtual_wait(arrival_rate, service_rate, agents, patience, within)
    early = grid.t <= within
    return grid.atom + float(np.sum(grid.mass[early] * patience.survival(grid.t[early])))


def abandoned_within(arrival_rate: float, service_rate: float, agents: int, patience: Patience, within: float) -> float:
    """
    Share of all arrivals that leave the line after at most `within`.

    Whoever would be served after V has left by then with probability P(patience <= min(V, within)).
    """
    not_negative(within=within)
    grid = _virtual_wait(arrival_rate, service_rate, agents, patience, within)
    return float(np.sum(grid.mass * (1.0 - patience.survival(np.minimum(grid.t, within)))))


def virtual_within(arrival_rate: float, service_rate: float, agents: int, patience: Patience, within: float) -> float:
    """Probability that an infinitely patient arrival waits at most `within`."""
    not_negative(within=within)
    grid = _virtual_wait(arrival_rate, service_rate, agents, patience, within)
    return grid.atom + float(np.sum(grid.mass[grid.t <= within]))


def keep_place_line(
    arrival_rate: float, service_rate: float, agents: int, abandon_rate: float, accepting: float
) -> Line:
    """
    Keep-your-place hold: of those who must wait, the share `accepting` takes a callback and so never leaves the line.

    Exact when dialling takes no time and everyone answers; with everyone accepting it is Erlang C.
    """
    positive(abandon_rate=abandon_rate)
    shares(accepting=accepting)
    parts: list[tuple[float, Patience]] = [
        (accepting, Fixed(math.inf)),
        (1.0 - accepting, Exponential(1.0 / abandon_rate)),
    ]
    return impatient_line(arrival_rate, service_rate, agents, Mixed(parts))
