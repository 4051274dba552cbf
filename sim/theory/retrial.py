"""
Customers who are turned away, or lose patience, and try again later: retrial queues.

When redials come much later than anything else happens, the fixed point of `erlang_x` is enough.
"""

from dataclasses import dataclass

import numpy as np

from sim.theory.chains import stationary
from sim.theory.checks import at_least, below, not_negative, positive, shares
from sim.theory.erlang_x import erlang_x


@dataclass(frozen=True, slots=True)
class RetrialLine:
    """Steady-state values of a line with an orbit of customers who will try again."""

    orbit: float
    """Mean number of customers who will try again."""
    orbit_wait: float
    """Mean time that a customer spends between attempts in all, over fresh arrivals."""
    blocked: float
    """Probability that an arrival finds every line taken."""
    p_wait: float
    """Probability that an arrival finds every agent busy and is let in."""
    wait: float
    """Mean time in line of a customer in all attempts, over fresh arrivals."""
    lost: float
    """Share of fresh arrivals that are never served."""
    occupancy: float
    """Share of the agents' time that is spent serving."""


def single_agent_retrial(arrival_rate: float, service_rate: float, retry_rate: float) -> RetrialLine:
    """
    M/M/1/1 where everybody turned away tries again after an exponential time, until served.

    Mean number in orbit rho (lambda + rho theta) / ((1 - rho) theta), theta the retry rate: G. Falin and J. Templeton,
    *Retrial Queues* (1997), ch. 1. ValueError for bad numbers, NoSteadyState unless the load is below 1.
    """
    positive(arrival_rate=arrival_rate, service_rate=service_rate, retry_rate=retry_rate)
    rho = arrival_rate / service_rate
    below(1.0, "one agent", load=rho)
    orbit = rho * (arrival_rate + rho * retry_rate) / ((1.0 - rho) * retry_rate)
    return RetrialLine(orbit, orbit / arrival_rate, rho, 0.0, 0.0, 0.0, rho)


def retrial_line(
    arrival_rate: float,
    service_rate: float,
    agents: int,
    retry_rate: float,
    lines: int | None = None,
    abandon_rate: float = 0.0,
    retry_blocked: float = 1.0,
    retry_abandoned: float = 0.0,
) -> RetrialLine:
    """
    M/M/c/lines(+M) with retrials: the chain of (number in the system, number in orbit), cut where next to nothing is.

    `lines` is the most in the system; without it there is no limit and nobody is blocked. Of those blocked the share
    `retry_blocked` goes (back) to the orbit, of those who abandon `retry_abandoned`; each there tries again at
    `retry_rate`. Falin and Templeton, ch. 2. ValueError for bad numbers, NoSteadyState when the orbit only grows.
    """
    positive(arrival_rate=arrival_rate, service_rate=service_rate, retry_rate=retry_rate)
    not_negative(abandon_rate=abandon_rate)
    shares(retry_blocked=retry_blocked, retry_abandoned=retry_abandoned)
    at_least(1, agents=agents)
    if lines is not None:
        at_least(agents, lines=lines)
    nobody_gives_up = (lines is None or retry_blocked == 1) and (not abandon_rate or retry_abandoned == 1)
    if nobody_gives_up:
        below(agents * service_rate, "what the agents serve", arrival_rate=arrival_rate)
    chain = _Chain(arrival_rate, service_rate, agents, retry_rate, abandon_rate, retry_blocked, retry_abandoned)
    room, orbit = lines if lines is not None else _room(chain), 32
    while (room + 1) * (2 * orbit) <= _MOST_STATES:
        orbit *= 2
        found = chain.solve(room, orbit)
        if lines is None and found[-1].sum() > _NEXT_TO_NOTHING:
            room *= 2
        elif found[:, -1].sum() <= _NEXT_TO_NOTHING:
            return chain.line(found, lines is not None)
    raise ValueError("too many may be in orbit for an exact value; the line is too near its limit")


_MOST_STATES = 400_000
_NEXT_TO_NOTHING = 1e-12


def _room(chain: "_Chain") -> int:
    """How many may be in the system when there is no limit: as if redials came at random, and more."""
    redial = min(chain.retry_abandoned, 1 - 1e-6) if chain.abandon_rate else 0.0
    line = erlang_x(chain.arrival_rate, chain.service_rate, chain.agents, chain.abandon_rate, redial=redial)
    later = np.cumsum(line.queue.seen[::-1])[::-1]
    return chain.agents + 10 + int(np.searchsorted(-later, -_NEXT_TO_NOTHING))


@dataclass(frozen=True, slots=True)
class _Chain:
    arrival_rate: float
    service_rate: float
    agents: int
    retry_rate: float
    abandon_rate: float
    retry_blocked: float
    retry_abandoned: float

    def solve(self, room: int, most: int) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
        """Probabilities by (number in the system, number in orbit); at the cut of the orbit nobody joins it."""
        system, orbit = (axis.ravel() for axis in np.meshgrid(np.arange(room + 1), np.arange(most + 1), indexing="ij"))
        here = system * (most + 1) + orbit
        up, more = most + 1, 1
        leaving = np.maximum(system - self.agents, 0) * self.abandon_rate
        full, can_join = system == room, orbit < most
        moves = [
            (~full, up, np.full(len(here), self.arrival_rate)),
            (full & can_join, more, np.full(len(here), self.arrival_rate * self.retry_blocked)),
            (~full & (orbit > 0), up - more, orbit * self.retry_rate),
            (full & (orbit > 0), -more, orbit * self.retry_rate * (1.0 - self.retry_blocked)),
            (
                system > 0,
                -up,
                np.minimum(system, self.agents) * self.service_rate + leaving * (1.0 - self.retry_abandoned),
            ),
            ((system > 0) & can_join, more - up, leaving * self.retry_abandoned),
        ]
        sources = np.concatenate([here[can] for can, _, _ in moves])
        targets = np.concatenate([here[can] + step for can, step, _ in moves])
        rates = np.concatenate([speed[can] for can, _, speed in moves])
        return stationary(len(here), sources, targets, rates).reshape(room + 1, most + 1)

    def line(self, found: "np.ndarray[tuple[int, int], np.dtype[np.float64]]", limited: bool) -> RetrialLine:
        """The result, from the probabilities."""
        system = found.sum(axis=1)
        number = np.arange(len(system))
        orbit = float(found.sum(axis=0) @ np.arange(found.shape[1]))
        busy = float(np.minimum(number, self.agents) @ system)
        blocked = float(system[-1]) if limited else 0.0
        return RetrialLine(
            orbit=orbit,
            orbit_wait=orbit / self.arrival_rate,
            blocked=blocked,
            p_wait=float(system[self.agents :].sum()) - blocked,
            wait=float(np.maximum(number - self.agents, 0) @ system) / self.arrival_rate,
            lost=1.0 - busy * self.service_rate / self.arrival_rate,
            occupancy=busy / self.agents,
        )
