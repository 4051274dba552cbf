"""
A whole centre for a few hours, exactly: two kinds of contacts, two groups, opening hours, busyness, impatience and
customers who come again, all at once.

The chain is `sim.theory.skills.Nested`, with rates, staff and hours that change from period to period, from an empty
start until everybody has left. Expected counts are integrals along the way, found together with the probabilities by
one matrix exponential for each period (A. H. Al-Mohy and N. J. Higham, "Computing the action of the matrix
exponential", SIAM Journal on Scientific Computing 33 (2011), as in scipy).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array, vstack  # type: ignore[import-untyped]  # scipy ships no types
from scipy.sparse.linalg import expm_multiply, splu  # type: ignore[import-untyped]  # scipy ships no types

from sim.theory.chains import Explored, Floats, State, explored
from sim.theory.finite_day import busyness
from sim.theory.skills import Nested, Pair


@dataclass(frozen=True, slots=True)
class CentrePeriod:
    """A part of the day: how long, arrivals of each kind, agents of each group, and whether anybody is let in."""

    length: float
    arrival_rates: Pair
    agents: tuple[int, int]
    open: bool = True


@dataclass(frozen=True, slots=True)
class CentreCounts:
    """Expected counts of a day by kind: contacts let in, how many of them left, time in line; and who was shut out."""

    entered: Pair
    abandoned: Pair
    waited: Pair
    shut: float

    @property
    def abandon(self) -> Pair:
        """Share of those let in who left."""
        return self.abandoned[0] / self.entered[0], self.abandoned[1] / self.entered[1]


def centre_day(
    periods: Sequence[CentrePeriod],
    service_rates: Pair,
    abandon_rates: Pair,
    retry: float,
    retry_rate: float,
    alpha: float,
    nodes: int = 4,
    most: tuple[int, int, int] = (14, 11, 8),
) -> CentreCounts:
    """
    Expected counts of a day of which all rates are multiplied by one gamma factor of mean 1 and variance 1 / alpha.

    Agents only join: `agents` never falls from one period to the next. After the last period nobody comes any more,
    and the agents of then serve whoever is left. At most `most` wait of each kind, or are in orbit; the chain loses
    whoever finds no room, so give it room. ValueError where agents leave, or where more than one in ten thousand is
    lost.
    """
    staffed = [one.agents for one in periods]
    if any(later[group] < before[group] for before, later in pairwise(staffed) for group in (0, 1)):
        raise ValueError("agents may join in the course of the day, but not leave")
    total = np.zeros(_COUNTS)
    for factor, weight in zip(*busyness(alpha, nodes), strict=True):
        chain = Nested((0, 0), service_rates, staffed[0], abandon_rates, most, retry, retry_rate)
        total += weight * _counts(tuple(periods), chain, factor)
    if total[7] > _MOST_LOST * (total[0] + total[1]):
        raise ValueError("more may wait than the chain has room for; give it a larger 'most'")
    entered, abandoned, waited = (tuple(map(float, total[first : first + 2])) for first in (0, 2, 4))
    return CentreCounts(entered, abandoned, waited, float(total[6]))  # type: ignore[arg-type]  # pairs they are


_MOST_LOST = 1e-4
_COUNTS = 8
"""Entered, left and waited of each kind; shut out; and who found no room in the chain."""


@lru_cache(maxsize=16)
def _counts(periods: tuple[CentrePeriod, ...], chain: Nested, factor: float) -> Floats:
    """Expected counts of a day with this busyness; found once, for it takes a good part of a second."""
    counts = np.zeros(_COUNTS)
    states: dict[State, float] = {(0, 0, 0, 0, 0): 1.0}
    for one in periods:
        rates = one.arrival_rates[0] * factor, one.arrival_rates[1] * factor
        chain = replace(chain, arrival_rates=rates, agents=one.agents, open=one.open)
        states, found = _pass(chain, _joined(states, chain), one.length)
        counts += found
        if not one.open:
            counts[6] += one.length * sum(rates)
    return counts + _left_over(chain, states)


def _left_over(chain: Nested, states: dict[State, float]) -> Floats:
    """
    What is still counted of those who are there when the last period is over: nobody comes any more, and whoever is in
    orbit stays away. The mean time in each state is found at once, without following the chain through time.
    """
    chain = replace(chain, arrival_rates=(0.0, 0.0), open=False, retry=0.0)
    there: dict[State, float] = {}
    for state, share in states.items():
        without_orbit = (*state[:4], 0)
        there[without_orbit] = there.get(without_orbit, 0.0) + share
    found = _explored(chain, there)
    size = len(found.states)
    empty = found.states.index((0, 0, 0, 0, 0))
    gone = np.bincount(found.sources, found.rates, size)
    gone[empty] = 1.0
    diagonal = np.arange(size)
    flow = csr_array((found.rates, (found.targets, found.sources)), shape=(size, size))
    begun = np.zeros(size)
    begun[: len(there)] = list(there.values())
    spent = splu((csr_array((gone, (diagonal, diagonal)), shape=(size, size)) - flow).tocsc()).solve(begun)
    _, _, first, second, _ = found.columns()
    waited = float(first @ spent), float(second @ spent)
    return np.array([0.0, 0.0, waited[0] * chain.abandon_rates[0], waited[1] * chain.abandon_rates[1], *waited, 0, 0])


def _joined(states: dict[State, float], chain: Nested) -> dict[State, float]:
    """Agents who have just come take whoever waits."""
    after: dict[State, float] = {}
    for (one, two, first, second, orbit), share in states.items():
        while second and two < chain.agents[1]:
            two, second = two + 1, second - 1
        while first and one < chain.agents[0]:
            one, first = one + 1, first - 1
        while first and two < chain.agents[1]:
            two, first = two + 1, first - 1
        state = one, two, first, second, orbit
        after[state] = after.get(state, 0.0) + share
    return after


def _pass(chain: Nested, states: dict[State, float], length: float) -> tuple[dict[State, float], Floats]:
    """The probabilities after so long, and what was counted meanwhile."""
    found = _explored(chain, states)
    size = len(found.states)
    _one, _two, first, second, orbit = found.columns()
    gone = np.bincount(found.sources, found.rates, size)
    move = csr_array((found.rates, (found.targets, found.sources)), shape=(size, size))
    move = move - csr_array((gone, (np.arange(size), np.arange(size))), shape=(size, size))
    trying = orbit * chain.retry_rate
    room = np.vstack([first < chain.most[0], second < chain.most[1]])
    rows = np.vstack(
        [
            chain.open * room[0] * (chain.arrival_rates[0] + trying),
            chain.open * room[1] * np.full(size, chain.arrival_rates[1]),
            first * chain.abandon_rates[0],
            second * chain.abandon_rates[1],
            first,
            second,
            (not chain.open) * trying,
            chain.open * (~room[0] * chain.arrival_rates[0] + ~room[1] * chain.arrival_rates[1])
            + (orbit == chain.most[2]) * first * chain.abandon_rates[0] * chain.retry,
        ]
    )
    whole = vstack([move, csr_array(rows)]).tocsr()
    whole.resize((size + _COUNTS, size + _COUNTS))
    begun = np.zeros(size + _COUNTS)
    begun[: len(states)] = list(states.values())
    after = expm_multiply(whole * length, begun)
    return {state: float(share) for state, share in zip(found.states, after[:size], strict=True)}, after[size:]


def _explored(chain: Nested, states: dict[State, float]) -> Explored:
    """Whatever can be reached from where the chain may be now: from a state before all of them, which is left out."""
    nowhere = (-1, -1, -1, -1, -1)

    found = explored(
        nowhere, lambda state: [(each, 1.0) for each in states] if state == nowhere else chain.moves(state)
    )
    inside = found.sources > 0
    return Explored(found.states[1:], found.sources[inside] - 1, found.targets[inside] - 1, found.rates[inside])
