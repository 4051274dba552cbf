"""
Two kinds of contacts before two groups of agents who cannot all do everything: chains of who holds and waits for what.

Everybody's time in line is exponential, and so is everybody's work, at the rate of the group that does it. Nothing here
is a formula from a book: the chain of the design is written down state by state, cut where next to nobody is, and
solved; the designs are the "N" and the "X" of O. Garnett and A. Mandelbaum, "An introduction to skills-based routing
and its operational complexities" (2000).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.theory.chains import Explored, State, explored, stationary
from sim.theory.checks import at_least, positive

Pair = tuple[float, float]

_NEXT_TO_NOTHING = 1e-11
_MOST_STATES = 100_000


@dataclass(frozen=True, slots=True)
class SkilledLine:
    """Values by kind of contact, in the order given; means are over all arrivals of the kind."""

    p_wait: Pair
    """Probability that an arrival finds nobody free who may serve it."""
    ew: Pair
    """Mean time in line."""
    abandon: Pair
    """Share that leaves without service."""
    occupancy: Pair
    """Share of each group's time that is spent serving."""


@dataclass(frozen=True, slots=True)
class Nested:
    """
    The "N": the first kind is served by both groups, the specialists of the first group before the second, and the
    second kind by the second group alone, for whom it goes before the first kind.

    A state is (busy of the first group, busy of the second, waiting of the first kind, of the second, first in orbit).
    With `retry` that share of the first kind's leavers comes again, each at `retry_rate`. `open` is whether anybody is
    let in: who tries again while it is not is gone. More than `most` never wait.
    """

    arrival_rates: Pair
    service_rates: Pair
    agents: tuple[int, int]
    abandon_rates: Pair
    most: tuple[int, int, int]
    retry: float = 0.0
    retry_rate: float = 0.0
    open: bool = True

    def moves(self, state: State) -> Iterator[tuple[State, float]]:
        """Where a state leads, at which rates."""
        one, two, first, second, orbit = state
        if self.open:
            if first < self.most[0]:
                yield self._first_comes(state), self.arrival_rates[0]
                if orbit:
                    yield self._first_comes((one, two, first, second, orbit - 1)), orbit * self.retry_rate
            if second < self.most[1]:
                free = two < self.agents[1]
                yield (one, two + free, first, second + (not free), orbit), self.arrival_rates[1]
        elif orbit:
            yield (one, two, first, second, orbit - 1), orbit * self.retry_rate
        if one:
            after = (one, two, first - 1, second, orbit) if first else (one - 1, two, first, second, orbit)
            yield after, one * self.service_rates[0]
        if two:
            yield self._second_frees(state), two * self.service_rates[1]
        if first:
            leaving, room = first * self.abandon_rates[0], orbit < self.most[2]
            yield (one, two, first - 1, second, orbit), leaving * (1 - self.retry * room)
            yield (one, two, first - 1, second, orbit + 1), leaving * self.retry * room
        if second:
            yield (one, two, first, second - 1, orbit), second * self.abandon_rates[1]

    def _first_comes(self, state: State) -> State:
        one, two, first, second, orbit = state
        if one < self.agents[0]:
            return one + 1, two, first, second, orbit
        if two < self.agents[1]:
            return one, two + 1, first, second, orbit
        return one, two, first + 1, second, orbit

    def _second_frees(self, state: State) -> State:
        one, two, first, second, orbit = state
        if second:
            return one, two, first, second - 1, orbit
        if first:
            return one, two, first - 1, second, orbit
        return one, two - 1, first, second, orbit


def nested_line(
    arrival_rates: Pair, service_rates: Pair, agents: tuple[int, int], abandon_rates: Pair, most: int = 40
) -> SkilledLine:
    """
    The "N" in steady state; both kinds are impatient.

    ValueError for bad numbers, and where more than `most` of a kind may wait.
    """
    _checked(arrival_rates, service_rates, agents, abandon_rates)
    chain = Nested(arrival_rates, service_rates, agents, abandon_rates, (most, most, 0))
    found = explored((0, 0, 0, 0, 0), chain.moves)
    shares = _stationary(found)
    one, two, first, second, _ = found.columns()
    _cut_right(shares, (first == most) | (second == most))
    waits = float(first @ shares) / arrival_rates[0], float(second @ shares) / arrival_rates[1]
    two_busy = two == agents[1]
    return SkilledLine(
        p_wait=(float(shares[two_busy & (one == agents[0])].sum()), float(shares[two_busy].sum())),
        ew=waits,
        abandon=(waits[0] * abandon_rates[0], waits[1] * abandon_rates[1]),
        occupancy=(float(one @ shares) / agents[0], float(two @ shares) / agents[1]),
    )


def crossed_line(
    arrival_rates: Pair, service_rates: Pair, agents: tuple[int, int], abandon_rate: float, most: int = 400
) -> SkilledLine:
    """
    The "X" in steady state: each kind has a group of its own, which is asked first, and the other helps out; of those
    who wait, whoever has waited longest goes first, whatever they want.

    A state is (busy of the first group, busy of the second, waiting); all are equally impatient, so that it does not
    matter of which kind they are. Errors as for `nested_line`.
    """
    _checked(arrival_rates, service_rates, agents, (abandon_rate, abandon_rate))

    def moves(state: State) -> Iterator[tuple[State, float]]:
        one, two, waiting = state
        for own, rate in enumerate(arrival_rates):
            if state[own] < agents[own]:
                yield (one + (own == 0), two + (own == 1), waiting), rate
            elif state[1 - own] < agents[1 - own]:
                yield (one + (own == 1), two + (own == 0), waiting), rate
            elif waiting < most:
                yield (one, two, waiting + 1), rate
        if one:
            yield (one, two, waiting - 1) if waiting else (one - 1, two, 0), one * service_rates[0]
        if two:
            yield (one, two, waiting - 1) if waiting else (one, two - 1, 0), two * service_rates[1]
        if waiting:
            yield (one, two, waiting - 1), waiting * abandon_rate

    found = explored((0, 0, 0), moves)
    shares = _stationary(found)
    one, two, waiting = found.columns()
    _cut_right(shares, waiting == most)
    p_wait = float(shares[(one == agents[0]) & (two == agents[1])].sum())
    wait = float(waiting @ shares) / sum(arrival_rates)
    return SkilledLine(
        p_wait=(p_wait, p_wait),
        ew=(wait, wait),
        abandon=(wait * abandon_rate, wait * abandon_rate),
        occupancy=(float(one @ shares) / agents[0], float(two @ shares) / agents[1]),
    )


def _stationary(found: Explored) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    if len(found.states) > _MOST_STATES:
        raise ValueError("the chain has too many states for an exact value")
    return stationary(len(found.states), found.sources, found.targets, found.rates)


def _cut_right(
    shares: "np.ndarray[tuple[int], np.dtype[np.float64]]", full: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
) -> None:
    if float(shares[full].sum()) > _NEXT_TO_NOTHING:
        raise ValueError("more may wait than the chain has room for; give it a larger 'most'")


def _checked(arrival_rates: Pair, service_rates: Pair, agents: tuple[int, int], abandon_rates: Pair) -> None:
    for kind in (0, 1):
        positive(arrival_rate=arrival_rates[kind], service_rate=service_rates[kind])
        positive(abandon_rate=abandon_rates[kind])
        at_least(1, agents=agents[kind])
